"""Turn the text of a parameter into the value that its schema asks for. Nothing here raises or evaluates."""

from __future__ import annotations

import ast
import json
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

# A value under this name is Python, whatever a schema says.
CODE: Final = "code"
_LONGEST_LITERAL: Final = 2**20
_DEEPEST_UNION: Final = 8
_NAMES: Final = {
    "null": "null",
    "none": "null",
    "bool": "boolean",
    "boolean": "boolean",
    "int": "integer",
    "integer": "integer",
    "float": "number",
    "double": "number",
    "number": "number",
    "array": "array",
    "list": "array",
    "dict": "object",
    "object": "object",
    "str": "string",
    "string": "string",
}
# What json and ast raise on hostile text: syntax, nesting, digit limit, surrogates, unhashable keys.
_REFUSED: Final = (ArithmeticError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError)


class Schemas:
    """
    The parameters of the tools on offer.

    Args:
        tools: in OpenAI's form, `{"type": "function", "function": {"name", "parameters"}}`; others are skipped.

    """

    def __init__(self, tools: Iterable[Any] | None) -> None:
        self._parameters = dict(_declared(tools or ()))

    def known(self, function: str) -> frozenset[str] | None:
        """The parameter names of a function, or None when it has no schema."""
        declared = self._parameters.get(function)
        return None if declared is None else frozenset(declared)

    def convert(self, function: str, parameter: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
        """The value of a parameter; the text itself where it does not fit its type or has none."""
        if parameter == CODE:
            return text
        if text.lower() == "null":
            return None
        return convert(text, kinds(self._parameters.get(function, {}).get(parameter)))


def kinds(schema: object, depth: int = 0) -> frozenset[str]:
    """The types that a schema allows, by their JSON names."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST_UNION:
        return frozenset()
    named = schema.get("type")
    listed = named if isinstance(named, Sequence) and not isinstance(named, str) else [named]
    found = {_NAMES[name.lower()] for name in listed if isinstance(name, str) and name.lower() in _NAMES}
    for union in ("anyOf", "oneOf"):
        members = schema.get(union)
        if isinstance(members, list):
            found.update(*(kinds(member, depth + 1) for member in members))
    return frozenset(found)


def convert(text: str, allowed: frozenset[str]) -> Any:  # noqa: ANN401 - any JSON value
    """The value of a text by the first of the allowed types that it fits, else the text."""
    if allowed - {"null"} == {"boolean"}:
        return text.strip().lower() == "true"
    for kind, reader in _READERS.items():
        if kind in allowed:
            try:
                return reader(text)
            except _REFUSED:
                continue
    return text


def _declared(tools: Iterable[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for tool in tools:
        function = tool.get("function") if isinstance(tool, Mapping) else None
        name = function.get("name") if isinstance(function, Mapping) else None
        schema = function.get("parameters") if isinstance(function, Mapping) else None
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        if isinstance(name, str) and isinstance(properties, Mapping):
            yield name, dict(properties)


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.strip().lower()]


def _number(text: str) -> int | float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return int(value) if value.is_integer() else value


def _container(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:  # noqa: ANN401 - any JSON value
        value = _structure(text)
        # A text that was encoded twice is decoded once.
        if not isinstance(value, kind | str):
            raise TypeError(text)
        return value

    return read


def _structure(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        value = json.loads(text)
    except _REFUSED:
        value = _literal(text)
    return json.loads(json.dumps(value, allow_nan=False))


def _literal(text: str) -> Any:  # noqa: ANN401 - any Python literal
    if len(text) > _LONGEST_LITERAL:
        raise ValueError(len(text))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.literal_eval(text.strip())


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "boolean": _boolean,
    "integer": int,
    "number": _number,
    "array": _container(list),
    "object": _container(dict),
}
