"""Whether the code of a turn uses the paths that the request names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from punie.training.checks.called_values import CalledTool, called_values, trees
from punie.training.checks.grounding import POSITION_TOOLS
from punie.training.checks.named_paths import (
    names_file,
    plain_path,
    same_or_part,
    says_path,
    wanted_folders,
    wanted_paths,
)
from punie.training.checks.responses import response_texts
from punie.training.checks.row import AssistantTurn, CheckedRow, found
from punie.training.finding import Finding

_PATH_PARAMETERS: Final = ("path", "file_path")
# Tools that act on one file: of a folder that is named they may open a file.
_FILE_TOOLS: Final = frozenset({"read_file", "write_file", "document_symbols", *POSITION_TOOLS})
_AGREEMENT: Final = re.compile(
    r"""
    go|ahead|yes|please|do|it|ok|okay|sure|continue|proceed|fine|right|thanks
    | thank|you|good|sounds|now|then|and|the
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A request of several steps may be about the whole project first; a row may end there.
_WHOLE: Final = frozenset({"", "src", "tests"})
_STEPS: Final = re.compile(r"\b(?:and|then|also|afterwards|before)\b|;")
_ALL: Final = re.compile(r"\b(?:whole|entire|everything|all\s+of|includ(?:ed|ing|es?))\b", re.IGNORECASE)
_LATER: Final = re.compile(r"\b(?:after|once)\b")


class _Request(NamedTuple):
    """What the user asks: the words, and the paths that they name."""

    text: str
    paths: tuple[str, ...]
    folders: tuple[str, ...]


def path_argument_mismatch(row: CheckedRow) -> Iterator[Finding]:
    """Yield a finding where a path that the request names is not used, and one that nobody names is."""
    for turn in row.turns:
        request = _request(row, turn)
        strays = _strays(row, turn, request)
        if not strays:
            continue
        unused = _unused(row, request)
        if unused:
            message = f"the query names {unused!r}, the code uses {strays[0]!r}"
            yield found("path_argument_mismatch", row, message)
            return


def _request(row: CheckedRow, turn: AssistantTurn) -> _Request:
    """Return the latest request before a turn; words that only agree to what was said are none."""
    for message in reversed(row.example.messages[: turn.place]):
        if message.role == "user" and response_texts(message.content) is None and not agrees(message.content):
            return _Request(message.content, wanted_paths(message.content), wanted_folders(message.content))
    return _Request("", (), ())


def agrees(text: str) -> bool:
    """Whether a user only agrees to what was said."""
    words = text.lower().replace(",", " ").replace(".", " ").replace("!", " ").split()
    return all(_AGREEMENT.fullmatch(word) for word in words)


def _strays(row: CheckedRow, turn: AssistantTurn, request: _Request) -> list[str]:
    """Return the paths of the calls that neither the request nor an earlier message names."""
    if not request.paths and not request.folders:
        return []
    before = "\n".join(each.content for each in row.example.messages[: turn.place] if each.role != "system")
    more_follows = turn.place == len(row.example.messages) - 1 and _has_earlier_step(request)
    return [
        path
        for call in called_values(turn)
        for path in _paths(call)
        if not _meant(plain_path(path), call.tool, request)
        and not (_named_whole(before, path) or says_path(request.text, path))
        and not (more_follows and plain_path(path) in _WHOLE)
    ]


def _has_earlier_step(request: _Request) -> bool:
    """Whether the request asks for something before it names a path."""
    text = request.text.lower().replace("\\", "/")
    named = min((text.find(path) for path in (*request.paths, *request.folders)), default=0)
    return _STEPS.search(text[: max(named, 0)]) is not None or _LATER.search(text) is not None


def _paths(call: CalledTool) -> Iterator[str]:
    for name in _PATH_PARAMETERS:
        yield from (value for value in call.values.get(name, ()) if isinstance(value, str))
    for value in (*call.values.get("command", ()), *call.values.get("args", ())):
        words = [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
        yield from (path for word in words if isinstance(word, str) for path in wanted_paths(word))


def _meant(path: str, tool: str, request: _Request) -> bool:
    if any(same_or_part(path, named) or _about(path, named) for named in request.paths if path):
        return True
    if any(folder in path.split("/") for folder in request.folders):
        return True
    if not request.paths and tool in POSITION_TOOLS:
        return True
    if not path and _ALL.search(request.text):
        return True
    inside = any(path.startswith(f"{named}/") or f"/{named}/" in path for named in request.paths)
    return inside and (tool in _FILE_TOOLS or _stem(path) in request.text.lower())


def _about(path: str, named: str) -> bool:
    """Whether a path is the test of a named file, or the other way round."""
    one, other = _stem(path), _stem(named)
    return one in {f"test_{other}", f"{other}_test"} or other in {f"test_{one}", f"{one}_test"}


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _named_whole(text: str, path: str) -> bool:
    return bool(plain_path(path)) and "." in path and names_file(text, path)


def _unused(row: CheckedRow, request: _Request) -> str:
    """Return the first path that the request names and no literal of the row's code does, empty when there is none."""
    used = [plain_path(text) for turn in row.turns for tree in trees(turn) for text in _literals(tree)]
    used += [plain_path(path) for turn in row.turns for call in called_values(turn) for path in _paths(call)]
    for named in request.paths:
        if not any(same_or_part(text, named) or named in text.split() for text in used if text):
            return named
    for folder in request.folders:
        if not any(folder in text.replace(" ", "/").split("/") for text in used):
            return folder
    return ""


def _literals(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a program, but for those that it only prints."""
    printed = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        for argument in node.args
        for part in (argument, *(argument.values if isinstance(argument, ast.JoinedStr) else ()))
        if isinstance(part, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in printed:
            yield node.value
