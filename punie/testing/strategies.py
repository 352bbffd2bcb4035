"""
Hypothesis strategies for replies and what is in them, to test parsers of replies with.

`python_code` is code as a model writes it, with tags in its strings and comments; `calls` are written calls with the
values that a parser must find; `replies` are calls between words; `token_soup` and `repeated_soup` are anything that
looks like tags, in any order and at any length; `chunkings` cuts a text into pieces; `schemas` are declared tools.

They need Hypothesis, which the extra `punie[testing]` installs; without it the import raises ModuleNotFoundError.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    _MESSAGE: Final = "punie.testing.strategies needs Hypothesis: pip install 'punie[testing]'"
    raise ModuleNotFoundError(_MESSAGE, name=error.name) from None

from punie.agent.tool_calls import emit_call
from punie.agent.tool_calls.reply import Dialect

__all__ = [
    "BROKEN_TAGS",
    "FENCES",
    "JSON_PARTS",
    "OTHERS",
    "PYTHON_PARTS",
    "TAGS",
    "WrittenCall",
    "WrittenReply",
    "calls",
    "chunkings",
    "python_code",
    "repeated_soup",
    "replies",
    "schemas",
    "token_soup",
]

TAGS: Final = (
    "<tool_call>",
    "</tool_call>",
    "<function=execute_code>",
    "</function>",
    "<parameter=code>",
    "<parameter=path>",
    "</parameter>",
    "<think>",
    "</think>",
)
BROKEN_TAGS: Final = ("<tool_c", "<function=", "<parameter=", "</param", "</parameter1>", "</", "<", "<function =f>")
FENCES: Final = ("\n```python\n", "\n```json\n", "\n```\n", "\n~~~\n", "````", "``")
JSON_PARTS: Final = ('{"name": "f", "arguments": {}}', "{", "}", "[", "]", '"', ":", ",", "\\", "null")
PYTHON_PARTS: Final = ("print(1)\n", "'", '"""', "'''", "#", "x = 1", "\\\n")
OTHERS: Final = ("\n", "\r\n", " ", "\t", "\u2028", "\x85", "\x00", "\ud800", "word ", "9" * 40, "é")

# Without line breaks of any kind, quotes, backslashes and what a source file cannot hold.
_LITERAL: Final = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="'\"\\{}")
# Words without anything that begins a tag or a fence.
_PROSE: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<`~"), max_size=40)
_NAMES: Final = st.from_regex(r"[a-z_][a-z0-9_.-]{0,8}", fullmatch=True)
_JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """
    A call as text, with what it means.

    Attributes:
        text: as a model writes it.
        name: the function.
        arguments: its values.
        dialect: the form that it is written in.

    """

    text: str
    name: str
    arguments: dict[str, Any]
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """
    A reply as text, with what it means.

    Attributes:
        text: as a model writes it.
        words: the text outside its calls, stripped, or None.
        calls: its calls in order.

    """

    text: str
    words: str | None
    calls: tuple[WrittenCall, ...]


def python_code(*, tags: tuple[str, ...] = TAGS) -> st.SearchStrategy[str]:
    """
    Python that compiles.

    Args:
        tags: what its strings and comments may hold besides ordinary characters; none for plain code.

    """
    line = st.one_of(_statement(tags), _comment(tags), st.just(""))
    block = st.lists(line, max_size=3).map(lambda body: ["if True:", *(f"    {each}" for each in [*body, "pass"])])
    return st.lists(line.map(lambda each: [each]) | block, max_size=5).map(
        lambda parts: "\n".join(each for part in parts for each in part)
    )


def calls(*dialects: Dialect) -> st.SearchStrategy[WrittenCall]:
    """
    A whole call, written in tags.

    Args:
        dialects: that it may be written in: `format_a`, `bare`, `format_b`, `hermes`; none for all of them.

    Raises:
        ValueError: a dialect is not among these.

    """
    written: dict[Dialect, st.SearchStrategy[WrittenCall]] = {
        "format_a": _emitted() | _format_a(),
        "bare": _bare(),
        "format_b": _format_b(),
        "hermes": _hermes(),
    }
    unknown = [name for name in dialects if name not in written]
    if unknown:
        message = f"no calls are written in {unknown[0]!r}: choose from {', '.join(written)}"
        raise ValueError(message)
    return st.one_of(*(written[name] for name in dialects or written))


def replies(*dialects: Dialect) -> st.SearchStrategy[WrittenReply]:
    """
    Up to three calls with words around them; without a call the words are an answer.

    Args:
        dialects: of the calls, as `calls` takes them.

    Raises:
        ValueError: a dialect is unknown to `calls`.

    """
    parts = st.lists(st.tuples(calls(*dialects), _PROSE), max_size=3)
    return st.builds(_reply, _PROSE, parts)


def token_soup(*, max_size: int = 30) -> st.SearchStrategy[str]:
    """
    Pieces of tags, fences, JSON and Python in any order, whole, broken and nested.

    Args:
        max_size: the number of pieces.

    """
    pieces = st.sampled_from((*TAGS, *BROKEN_TAGS, *FENCES, *JSON_PARTS, *PYTHON_PARTS, *OTHERS))
    piece = pieces | calls().map(lambda call: call.text) | st.text(max_size=5)
    return st.lists(piece, max_size=max_size).map("".join)


def repeated_soup(size: int) -> st.SearchStrategy[str]:
    """
    A few pieces repeated up to a size, with others around them: what makes a parser go back again and again.

    Args:
        size: characters of the repeated part, at least.

    """
    unit = token_soup(max_size=5).filter(bool)
    few = token_soup(max_size=3)
    return st.builds(lambda before, each, after: before + each * (size // len(each) + 1) + after, few, unit, few)


def chunkings(text: str) -> st.SearchStrategy[list[str]]:
    """
    The pieces of a text, cut anywhere.

    Args:
        text: what the pieces give when they are joined.

    """
    cuts = st.lists(st.integers(0, len(text)), max_size=min(len(text), 40)).map(sorted)
    single = st.just(list(text))
    return single | cuts.map(lambda at: [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)])


def schemas() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Tools in OpenAI's form for the names that `token_soup` uses, with any types, some of them nonsense."""
    kind = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null", "nonsense", 7, None])
    schema: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.fixed_dictionaries({"type": kind | st.lists(kind, max_size=3)}),
        st.fixed_dictionaries({"anyOf": st.lists(kind.map(lambda each: {"type": each}), max_size=3)}),
        st.just({}),
    )
    properties = st.dictionaries(st.sampled_from(["code", "path", "a"]), schema, max_size=3)
    name = st.sampled_from(["execute_code", "f"])
    function = st.builds(lambda called, given: {"name": called, "parameters": {"properties": given}}, name, properties)
    return st.lists(function.map(lambda each: {"type": "function", "function": each}), max_size=2)


def _literal(tags: tuple[str, ...]) -> st.SearchStrategy[str]:
    piece = st.text(_LITERAL, max_size=6)
    return st.lists(piece | st.sampled_from(tags) if tags else piece, max_size=3).map("".join)


def _statement(tags: tuple[str, ...]) -> st.SearchStrategy[str]:
    prefix = st.sampled_from(["", "f", "r"])
    quote = st.sampled_from(["'", '"', "'''", '"""'])
    several = st.lists(_literal(tags), min_size=1, max_size=3)
    return st.builds(_assigned, prefix, quote, several) | st.sampled_from(
        ["x = 1", "print(x < 2, x > 1)", "x = {1: [2]}"]
    )


def _assigned(prefix: str, quote: str, lines: list[str]) -> str:
    """A string in some quotes; only triple ones hold lines, the others other quotes and escaped ones."""
    if len(quote) == 1:
        other = '"' if quote == "'" else "'"
        lines = [f"{lines[0]}{other}\\{quote}{lines[-1]}\\\\"]
    return f"s = {prefix}{quote}{chr(10).join(lines)}{quote}"


def _comment(tags: tuple[str, ...]) -> st.SearchStrategy[str]:
    return _literal(tags).map(lambda text: f"# it's \"{text}")


def _emitted() -> st.SearchStrategy[WrittenCall]:
    return python_code().map(lambda code: WrittenCall(emit_call(code), "execute_code", {"code": code}, "format_a"))


def _values() -> st.SearchStrategy[dict[str, str]]:
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<"), max_size=20)
    harmless = st.lists(text | st.sampled_from(["<b>", "</b>", "a < b", "&lt;"]), max_size=3).map("".join)
    return st.dictionaries(
        _NAMES.filter(lambda name: name != "code"), harmless.filter(lambda v: v.lower() != "null"), max_size=3
    )


def _function(name: str, values: dict[str, str], gap: str) -> str:
    parameters = [f"<parameter={key}>\n{value}\n</parameter>" for key, value in values.items()]
    return gap.join([f"<function={name}>", *parameters, "</function>"])


def _gaps() -> st.SearchStrategy[str]:
    return st.sampled_from(["", "\n", "\n  ", "\r\n", " "])


def _format_a() -> st.SearchStrategy[WrittenCall]:
    def write(name: str, values: dict[str, str], gap: str) -> WrittenCall:
        text = gap.join(["<tool_call>", _function(name, values, gap), "</tool_call>"])
        return WrittenCall(text, name, dict(values), "format_a")

    return st.builds(write, _NAMES, _values(), _gaps())


def _bare() -> st.SearchStrategy[WrittenCall]:
    def write(name: str, values: dict[str, str], gap: str) -> WrittenCall:
        return WrittenCall(_function(name, values, gap), name, dict(values), "bare")

    return st.builds(write, _NAMES, _values(), _gaps())


def _format_b() -> st.SearchStrategy[WrittenCall]:
    def write(code: str, line_break: str) -> WrittenCall:
        text = f"<tool_call>{line_break}{code}{line_break}</tool_call>"
        return WrittenCall(text, "execute_code", {"code": code}, "format_b")

    return st.builds(write, python_code().filter(str.strip), st.sampled_from(["\n", "\r\n"]))


def _hermes() -> st.SearchStrategy[WrittenCall]:
    def write(name: str, arguments: dict[str, Any], gap: str) -> WrittenCall:
        text = gap.join(["<tool_call>", json.dumps({"name": name, "arguments": arguments}), "</tool_call>"])
        return WrittenCall(text, name, arguments, "hermes")

    return st.builds(write, _NAMES, st.dictionaries(st.text(max_size=5), _JSON, max_size=3), _gaps())


def _reply(first: str, parts: list[tuple[WrittenCall, str]]) -> WrittenReply:
    text = "".join([first, *(call.text + words for call, words in parts)])
    words = "".join([first, *(words for _, words in parts)]).strip()
    return WrittenReply(text, words or None, tuple(call for call, _ in parts))
