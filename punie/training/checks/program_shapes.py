"""Programs that differ only in what they ask the tools for: one of them that runs well stands for all."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

from punie.agent.typed_tools import CATALOGUE
from punie.training.programs import parsed

# Eight bytes each: some 8 MB.
_MOST: Final = 65_536
_BYTES: Final = 8


class SoundShapes:
    """The shapes of programs that ran without a fault; beyond a number of them no more are kept."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def __contains__(self, shape: str) -> bool:
        return _digest(shape) in self._known

    def add(self, shape: str) -> None:
        """Keep a shape."""
        if len(self._known) < _MOST:
            self._known.add(_digest(shape))


def shape_of(code: str, about: str) -> str:
    """
    Return the text of a program with a sign for each literal that it only hands to a tool.

    A sign tells the kind of a literal: a number, the workspace, a file, a folder or a name. A literal that has to do
    with another text of the program stays: by that text the program may pick what the tool finds.

    Args:
        code: of one call.
        about: what the user asked, which decides whether a text of the program is found in results.
    """
    tree = parsed(code)
    # columns of a tree count bytes
    if tree is None or not code.isascii():
        return code
    asked = {id(value): value for value in _asked(tree)}
    texts = [value for value in _texts(tree) if id(value) not in asked]
    own = [text for value in texts if (text := str(value.value).lower()) and any(map(str.isalnum, text))]
    signed = [value for value in asked.values() if not _related(str(value.value).lower(), own)]
    return f"{_signed(code, signed)}\0{[text in about.lower() for text in own]}"


def _asked(tree: ast.Module) -> Iterator[ast.Constant]:
    """The literals that stand alone as arguments of tools, in one line each."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CATALOGUE:
            for value in (*node.args, *(word.value for word in node.keywords)):
                if isinstance(value, ast.Constant) and value.lineno == value.end_lineno:
                    yield value


def _texts(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts outside what is only printed."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str | bytes):
            yield child
        elif isinstance(child, ast.Call) and _is_print(child):
            yield from _inner_texts(child)
        else:
            yield from _texts(child)


def _inner_texts(call: ast.Call) -> Iterator[ast.Constant]:
    for value in (*call.args, *(word.value for word in call.keywords)):
        if isinstance(value, ast.JoinedStr):
            yield from (text for part in value.values if not isinstance(part, ast.Constant) for text in _texts(part))
        elif not isinstance(value, ast.Constant):
            yield from _texts(value)


def _related(literal: str, texts: Sequence[str]) -> bool:
    return any(text in literal or literal in text for text in texts)


def _is_print(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "print"


def _signed(code: str, literals: list[ast.Constant]) -> str:
    lines = code.split("\n")
    for literal in sorted(literals, key=lambda each: (each.lineno, each.col_offset), reverse=True):
        line = lines[literal.lineno - 1]
        lines[literal.lineno - 1] = (
            f"{line[: literal.col_offset]}\0{_kind(literal.value)}{line[literal.end_col_offset :]}"
        )
    return "\n".join(lines)


def _kind(value: object) -> str:
    if not isinstance(value, str):
        return repr(value) if value is None or isinstance(value, bool) else type(value).__name__
    if posixpath.normpath(value) in {"", ".", "/"} or not value.strip():
        return repr(value)
    text, _, test = value.partition("::")
    return (
        f"{'a/' * ('/' in text)}{'file' * ('.' in posixpath.basename(text))}{'::' * bool(test)}{' ' * (' ' in value)}"
    )


def _digest(shape: str) -> bytes:
    return blake2b(shape.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
