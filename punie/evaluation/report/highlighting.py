"""Python code cut into coloured parts: a reader's script makes elements of text, so the parts are numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

# What a part is, by its number; the style sheet has a colour for each.
KINDS: Final = ("", "keyword", "string", "number", "comment", "name")
_BY_TOKEN: Final = (
    (Comment, 4),
    (Keyword, 1),
    (Operator.Word, 1),
    (String, 2),
    (Number, 3),
    (Name.Builtin, 5),
    (Name.Function, 5),
)
_LONGEST: Final = 20_000  # characters; what is longer stays without colours


def highlighted(code: str) -> tuple[str, list[int]]:
    """
    Code with marks.

    Args:
        code: any text.

    Returns:
        The text with plain line ends, and its parts as pairs of a length in UTF-16 units and a number in `KINDS`; none
        for code that is too long.

    """
    if len(code) > _LONGEST:
        return code, []
    parts = list(_parts(code))
    return "".join(text for text, _ in parts), [number for text, kind in parts for number in (_units(text), kind)]


def _parts(code: str) -> Iterator[tuple[str, int]]:
    """Neighbours of one kind together."""
    text, last = "", 0
    for token, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(code):
        kind = _kind(token)
        if kind != last and text:
            yield text, last
            text = ""
        text, last = text + value, kind
    if text:
        yield text, last


def _kind(token: _TokenType) -> int:
    return next((kind for parent, kind in _BY_TOKEN if token in parent), 0)


def _units(text: str) -> int:
    """The length that JavaScript sees."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
