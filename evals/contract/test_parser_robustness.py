"""Hostile replies: nothing raises, and each character is looked at a bounded number of times."""

from __future__ import annotations

import pytest

from punie.agent.tool_calls import emit_call, parse_reply
from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.parser import read_source
from punie.agent.tool_calls.source import Source

OPEN_VALUE = "<tool_call>\n<function=f>\n<parameter=a>\n"
OPEN_CODE = "<tool_call>\n<function=f>\n<parameter=code>\n"
UNITS = (
    "<",
    "</",
    "<tool_call>",
    "<tool_call>\n",
    "<tool_call>\n#",
    "<tool_call>\nx = '''",
    '<tool_call>["',
    '<tool_call>[\\"',
    '<tool_call>{"name": "f", "arguments": {}}}</tool_call>',
    "<tool_call><function=f><parameter=a>",
    "<function=",
    "<function=f>",
    "<function=f><parameter=a>",
    "<function=f></function>",
    "<parameter=a>",
    "\n<parameter=a>",
    "<parameter=code>#</parameter>",
    '<parameter=code>"""</parameter>',
    "</parameter>",
    "</parameter> x",
    "</function> ",
    "</tool_call>",
    "</think>",
    "<think></think>",
    '"""',
    "\\",
    "#",
    "{",
    "[",
    " ",
    "\n",
    "\n```",
    "\n```python\n'''",
    "\n```json\n[\n```\n",
    "9",
    "\ud800",
)


def steps(text: str) -> int:
    source = Source(text)
    read_source(source, Schemas(None))
    return source.steps


def grown(before: str, unit: str, size: int) -> str:
    return before + unit * (size // len(unit))


@pytest.mark.parametrize("before", ["", OPEN_VALUE, OPEN_CODE, "<think>"], ids=["top", "value", "code", "reasoning"])
@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_ten_times_the_text_takes_ten_times_the_steps(before: str, unit: str) -> None:
    small, large = (steps(grown(before, unit, size)) for size in (2_000, 20_000))

    assert large <= 14 * small
    assert large <= 12 * 20_000


def test_ordinary_calls_are_looked_at_twice() -> None:
    text = f"Let me look.\n{emit_call('print(1)  # one' * 1000)}"

    assert steps(text) <= 3 * len(text)


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_long_repetitions_raise_nothing(unit: str) -> None:
    reply = parse_reply(grown(OPEN_VALUE, unit, 50_000) + "</parameter></function></tool_call>")

    assert reply.content is None or reply.content


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_deep_json_is_text(brackets: str) -> None:
    opening, closing = brackets[0], brackets[1]
    key = '"a":' if opening == "{" else ""
    text = f"<tool_call>{(opening + key) * 100_000}{closing * 100_000}</tool_call>"
    reply = parse_reply(text)

    assert (reply.calls, reply.complete) == ((), True)


def test_a_number_with_too_many_digits_is_text() -> None:
    text = f'<tool_call>{{"name": "f", "arguments": {{"n": {"9" * 5000}}}}}</tool_call>'

    assert parse_reply(text).content == text
