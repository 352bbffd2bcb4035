"""Questions and answers about places in files: what the language server's locations say in our terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from punie.agent.lsp_positions import path_of_uri, split_lines, to_character, to_column
from punie.agent.typed_tools.runners.surroundings import CouldNotRunError, Surroundings


class Position(BaseModel):
    """A place as the server counts it, from 0."""

    line: int = Field(ge=0)
    character: int = Field(ge=0)


class Range(BaseModel):
    """From a place to another one."""

    start: Position
    end: Position


class Location(BaseModel):
    """A range of a file."""

    uri: str
    range: Range


class LocationLink(BaseModel):
    """A definition as newer servers send it: the name's range lies in `targetSelectionRange`."""

    uri: str = Field(alias="targetUri")
    range: Range = Field(alias="targetSelectionRange")


@dataclass(frozen=True, slots=True)
class Found:
    """A place in our terms: `file` as shown to users, lines and columns from 1, `preview` the source line."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    preview: str | None


@dataclass(slots=True)
class PlaceReader:
    """Turns locations into our terms; reads each file once, and none outside the workspace."""

    place: Surroundings
    _lines: dict[Path, list[str]] = field(default_factory=dict)

    def all(self, answer: object) -> Iterator[Found]:
        """The places of an answer: one, a list or nothing; what is no location is left out."""
        for item in answer if isinstance(answer, list) else [answer]:
            location = parsed_location(item)
            path = location and path_of_uri(location.uri)
            if location and path:
                yield self.one(path, location.range)

    def one(self, path: Path, span: Range) -> Found:
        """A range of a file."""
        text = self._line(path, span.start.line)
        return Found(
            file=self.place.boundary.shown(path),
            line=span.start.line + 1,
            column=self._column(path, span.start),
            end_line=span.end.line + 1,
            end_column=self._column(path, span.end),
            preview=None if text is None else text.strip(),
        )

    def line_of_name(self, path: Path, span: Range, name: str) -> int:
        """The line, from 1, where the name stands in a range that may begin with decorators; else the first one."""
        for number in range(span.start.line, span.end.line + 1):
            text = self._line(path, number) or ""
            if re.match(rf"\s*(?:async\s+def|def|class)\s+{re.escape(name)}\b", text):
                return number + 1
        return span.start.line + 1

    def _column(self, path: Path, position: Position) -> int:
        text = self._line(path, position.line)
        if text is None:  # out of our sight: taken for ASCII
            return position.character + 1
        return to_column(text, position.character, self.place.language_server().encoding)

    def _line(self, path: Path, number: int) -> str | None:
        if path not in self._lines:
            self._lines[path] = _lines_inside(self.place, path)
        lines = self._lines[path]
        return lines[number] if number < len(lines) else None


def parsed_location(item: object) -> Location | LocationLink | None:
    """A location of either kind, or None."""
    for model in (LocationLink, Location):
        try:
            return model.model_validate(item)
        except ValidationError:
            continue
    return None


def ask_at(place: Surroundings, method: str, spot: tuple[str, int, int], **more: object) -> Any:  # noqa: ANN401 - any JSON
    """
    The server's answer about a spot: path, line and column.

    Raises:
        CouldNotRunError: the file has no such line or column.
        OSError: there is no such file, or the server cannot answer.
        ValueError: the path is no path, or the server refused.

    """
    path, line, column = spot
    file = place.boundary.file(path)
    lines = split_lines(file.read_bytes().decode("utf-8", errors="replace"))
    if not 1 <= line <= len(lines):
        message = f"{path!r} has no line {line}: it has lines 1 to {len(lines)}"
        raise CouldNotRunError(message)
    text = lines[line - 1]
    if not 1 <= column <= len(text) + 1:
        message = f"line {line} of {path!r} has no column {column}: it has columns 1 to {len(text) + 1}"
        raise CouldNotRunError(message)
    server = place.language_server()
    position = {"line": line - 1, "character": to_character(text, column, server.encoding)}
    return server.ask(method, {"position": position, **more}, file)


def _lines_inside(place: Surroundings, path: Path) -> list[str]:
    try:
        file = place.boundary.file(str(path))
        return split_lines(file.read_bytes().decode("utf-8", errors="replace"))
    except (OSError, ValueError):
        return []
