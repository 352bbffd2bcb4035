"""A result for a tool that has no recorded one, made from its result model."""

from __future__ import annotations

import types
import typing
from typing import Any, Final

from punie.agent.typed_tools import Result, Tool

Record = Result | str

# A model may hold lists of itself: these end here.
_DEEPEST: Final = 3


def made_record(tool: Tool, size: int) -> Record:
    """A valid result of the tool with `size` elements in its lists; with 0 it holds nothing."""
    return _example(tool.result, size, 0)  # type: ignore[no-any-return]


def _example(annotation: Any, size: int, depth: int) -> Any:  # noqa: ANN401 - a value of any field
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return arguments[0]
    if origin in {typing.Union, types.UnionType}:
        return _example(arguments[0], size, depth) if size else None
    if origin is list:
        return [_example(arguments[0], size, depth + 1) for _ in range(size if depth < _DEEPEST else 0)]
    if isinstance(annotation, type) and issubclass(annotation, Result):
        fields = annotation.model_fields.items()
        return annotation(**{name: _example(field.annotation, size, depth) for name, field in fields})
    return {str: "text" if size else "", int: size, float: float(size), bool: bool(size)}[annotation]
