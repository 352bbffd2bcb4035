"""
Records as `print` shows them, read back from text without running it.

The text may be hostile: nothing is evaluated, depth and length are bounded.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Final, NamedTuple

from punie.agent import typed_tools
from punie.agent.typed_tools import Result

MODELS: Final = {
    name: model
    for name, model in vars(typed_tools).items()
    if isinstance(model, type) and issubclass(model, Result) and model is not Result
}
"""The result models and their elements, by name."""

_SHOWN: Final = 100
_LONGEST: Final = 200_000
_DEEPEST: Final = 60
_NAME: Final = r"[A-Za-z]\w*"
_FIELD: Final = rf"\s*(?:{_NAME}\s*=(?!=)|\)|\.\.\.|$)"
_START: Final = re.compile(
    rf"(?<![\w.'\"\\])[\[(]{{0,4}}(?P<name>(?:{'|'.join(MODELS)})(?=\()|[A-Z]\w*(?=\({_FIELD}))\("
)
_LABEL: Final = re.compile(r"\s*(?:[A-Za-z][\w #.-]{0,40}[:=]\s*)?")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_PIECE: Final = re.compile(r"[()\[\]{}'\"\n]")
_QUOTED: Final = {quote: re.compile(rf"(?:[^{quote}\\\n]|\\.)*+{quote}") for quote in "'\""}


class Record(NamedTuple):
    """One record of a text: its class, the names of its fields, and the text of a value that no repr holds."""

    name: str
    fields: tuple[str, ...]
    odd: str = ""


class Rendered(NamedTuple):
    """
    A place of a text that holds a record.

    Attributes:
        text: its beginning, as much as a message shows.
        name: the class that it begins with.
        records: itself and those inside it, empty when it cannot be read.
        leads: whether a line, or a label at its beginning, begins with it.
        first: whether the whole text begins with it.
        tail: what follows it in its line.
    """

    text: str
    name: str
    records: tuple[Record, ...]
    leads: bool
    first: bool
    tail: str

    @property
    def odd(self) -> str:
        """The first value that no repr holds, empty when there is none."""
        return next((record.odd for record in self.records if record.odd), "")


def rendered(text: str) -> Iterator[Rendered]:
    """Yield the records that stand in `text` outside one another, in their order."""
    text = text[:_LONGEST]
    lead = len(text) - len(text.lstrip())
    position = 0
    while (start := _START.search(text, position)) is not None:
        end = end_of_brackets(text, start.start())
        line_end = text.find("\n", start.end() if end is None else end)
        line_end = len(text) if line_end < 0 else line_end
        yield Rendered(
            text=text[start.start() : min(start.start() + _SHOWN, len(text) if end is None else end)],
            name=start["name"],
            records=() if end is None else _records(text[start.start() : end]),
            leads=_leads(text, start.start()),
            first=start.start() == lead,
            tail="" if end is None else text[end : min(line_end, end + _SHOWN)].strip(),
        )
        # What follows an open record in its line belongs to it.
        position = line_end if end is None else end


def _leads(text: str, position: int) -> bool:
    line = text.rfind("\n", max(0, position - _SHOWN), position) + 1
    return (line > 0 or position <= _SHOWN) and _LABEL.fullmatch(text, line, position) is not None


def end_of_brackets(text: str, position: int) -> int | None:
    """Return where the bracket that opens first is closed, None where it is not, or not rightly."""
    open_brackets: list[str] = []
    while (piece := _PIECE.search(text, position)) is not None:
        sign, position = piece.group(), piece.end()
        if sign in _QUOTED:
            quoted = _QUOTED[sign].match(text, position)
            if quoted is None:
                return None
            position = quoted.end()
        elif sign in _CLOSING:
            open_brackets.append(_CLOSING[sign])
            if len(open_brackets) > _DEEPEST:
                return None
        elif sign != "\n":
            if open_brackets.pop() != sign:
                return None
            if not open_brackets:
                return position
    return None


def _records(text: str) -> tuple[Record, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
            return tuple(_record(node) for node in ast.walk(tree) if isinstance(node, ast.Call))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _record(call: ast.Call) -> Record:
    names = tuple(keyword.arg or "**" for keyword in call.keywords)
    odd = next((_short(value) for value in call.args), "")
    odd = odd or next((_short(word.value) for word in call.keywords if not _is_value(word.value)), "")
    return Record(_short(call.func), names, odd)


def _is_value(node: ast.expr) -> bool:
    """Whether a repr may hold it; of what is nested, records are judged by themselves."""
    match node:
        case ast.Constant():
            return node.value is not Ellipsis
        case ast.UnaryOp(op=ast.USub()):
            return _is_value(node.operand)
        case ast.List() | ast.Tuple() | ast.Set():
            return all(map(_is_value, node.elts))
        case ast.Dict():
            return all(key is not None and _is_value(key) for key in node.keys) and all(map(_is_value, node.values))
        case ast.Name():
            return node.id in {"nan", "inf"}
        case _:
            return isinstance(node, ast.Call)


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:60]}..."  # noqa: PLR2004 - as much as a message shows
