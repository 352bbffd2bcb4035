from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import find, given

from punie.agent.tool_calls import parse_reply
from punie.testing import strategies
from punie.testing.strategies import WrittenCall, WrittenReply, calls, replies

WITHOUT = "import sys; sys.modules['hypothesis'] = None; import punie.testing; import punie.testing.strategies"
DIALECTS = ("format_a", "bare", "format_b", "hermes")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_calls_of_each_dialect_can_be_had(dialect: str) -> None:
    assert find(calls(), lambda call: call.dialect == dialect).dialect == dialect


@given(calls("hermes", "bare"))
def test_calls_are_of_the_dialects_that_are_named(call: WrittenCall) -> None:
    assert call.dialect in {"hermes", "bare"}


@given(replies("format_b"))
def test_replies_hold_calls_of_the_dialect_that_is_named(reply: WrittenReply) -> None:
    assert {call.dialect for call in reply.calls} <= {"format_b"}
    assert len(parse_reply(reply.text).calls) == len(reply.calls)


def test_an_unknown_dialect_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=f"no calls are written in 'xml': choose from {', '.join(DIALECTS)}"):
        calls("xml")  # type: ignore[arg-type]


def test_every_public_name_is_there() -> None:
    assert [name for name in strategies.__all__ if not hasattr(strategies, name)] == []


def test_without_hypothesis_one_line_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - a fixed command

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: punie.testing.strategies needs Hypothesis: pip install 'punie[testing]'"
    )
