"""Lists of records read from YAML or JSON Lines, with the line of every key, so that an error can name its place."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

MAX_BYTES: Final = 16 * 2**20
YAML_SUFFIXES: Final = (".yaml", ".yml")
SUFFIXES: Final = (*YAML_SUFFIXES, ".jsonl")

Location = Sequence[int | str]


class SuiteError(ValueError):
    """A suite, its recorded results or their files cannot be used; the message is one line and names the place."""


@dataclass(frozen=True, slots=True)
class Document:
    """One record of a file: its `data`, the file, and the YAML node or the line that it comes from."""

    data: Any
    path: Path
    line: int
    node: yaml.Node | None = None

    def error(self, location: Location, problem: str) -> SuiteError:
        """An error about the key at `location`, with file and line."""
        key = ".".join(str(part) for part in location if part != "[key]")
        return SuiteError(f"{self.path}:{self._line_of(location)}: {f'{key}: ' if key else ''}{problem}")

    def invalid(self, error: ValidationError) -> SuiteError:
        """The first fault that pydantic found, with file, line and key; a key that is misspelt is no missing one."""
        first = min(error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
        given = "" if first["type"] in {"missing", "value_error"} else f" (it is {_short(first['input'])})"
        return self.error(first["loc"], first["msg"].removeprefix("Value error, ") + given)

    def _line_of(self, location: Location) -> int:
        line, node = self.line, self.node
        for key in location:
            node, line = _child(node, key, line)
        return line


def read_documents(path: Path) -> list[Document]:
    """
    The records of a YAML list or of a JSON Lines file.

    Raises:
        SuiteError: the file cannot be read, is of another kind, is too large or does not parse.

    """
    text = read_text(path)
    if path.suffix in YAML_SUFFIXES:
        return _yaml_list(path, text)
    if path.suffix == ".jsonl":
        return [_json_line(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    message = f"{path}: unknown kind of file {path.suffix!r}: use {', '.join(SUFFIXES)}"
    raise SuiteError(message)


def read_text(path: Path) -> str:
    """The text of a file of at most 16 MiB; SuiteError when it cannot be read as UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8")
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
        raise SuiteError(message) from None
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8 text (byte {error.start})"
        raise SuiteError(message) from None
    if len(data) > MAX_BYTES:
        message = f"{path}: larger than {MAX_BYTES // 2**20} MiB"
        raise SuiteError(message)
    return text


def read_mapping(path: Path) -> dict[str, Document]:
    """The records of a YAML mapping by their names; SuiteError as `read_documents`."""
    data, node = _compose(path, read_text(path))
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        message = f"{path}:{node.start_mark.line + 1}: a mapping of names to records is wanted"
        raise SuiteError(message)
    return {
        str(key): Document(value, path, key_node.start_mark.line + 1, value_node)
        for (key, value), (key_node, value_node) in zip(data.items(), node.value, strict=True)
    }


def json_document(path: Path, text: str) -> Document:
    """
    The value of a JSON file, which remembers the line of every key.

    Raises:
        SuiteError: the text is no JSON; with file and line.

    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = f"{path}:{error.lineno}: is not JSON: {error.msg}"
        raise SuiteError(message) from None
    except (ValueError, RecursionError) as error:
        message = f"{path}:1: is not JSON: {error}"
        raise SuiteError(message) from None
    return Document(data, path, 1)


def located(document: Document, text: str) -> Document:
    """The record of a JSON file with the nodes that tell the lines: JSON is YAML, but slow to read that way."""
    try:
        return replace(document, node=_compose(document.path, text)[1])
    except SuiteError:
        return document


class _Loader(yaml.SafeLoader):
    """Plain YAML data: no aliases, which can blow up, and no key twice, which hides one of the values."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            message = "aliases are not supported: write the value out"
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, message, event.start_mark)
        return super().compose_node(parent, index)  # type: ignore[no-untyped-call,no-any-return,unused-ignore]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                message = f"key {name!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _compose(path: Path, text: str) -> tuple[Any, yaml.Node | None]:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"{path}:{mark.line + 1 if mark else 1}: {error.problem or error.context}"
        raise SuiteError(message) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        message = f"{path}: is not YAML: {' '.join(str(error).split())}"
        raise SuiteError(message) from None


def _yaml_list(path: Path, text: str) -> list[Document]:
    data, node = _compose(path, text)
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        message = f"{path}:{node.start_mark.line + 1}: a list of records is wanted, each beginning with '- '"
        raise SuiteError(message)
    return [
        Document(value, path, child.start_mark.line + 1, child) for value, child in zip(data, node.value, strict=True)
    ]


def _json_line(path: Path, number: int, line: str) -> Document:
    try:
        data = json.loads(line, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        message = f"{path}:{number}: is not a JSON object: {error}"
        raise SuiteError(message) from None
    return Document(data, path, number)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        message = f"key {twice!r} stands twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> float:
    message = f"{name} is no number of JSON"
    raise ValueError(message)


def _child(node: yaml.Node | None, key: int | str, line: int) -> tuple[yaml.Node | None, int]:
    """The node below `node` at `key` and the line where it begins; unknown places keep the line reached so far."""
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == str(key):
                return value, key_node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    return None, line


def _short(value: object) -> str:
    return textwrap.shorten(repr(value), 60, placeholder="...")
