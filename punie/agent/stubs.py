"""Python stubs of tools and result models, derived from the catalogue."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator

from punie.agent.typed_tools import Result, Tool


def result_models(tools: Iterable[Tool]) -> tuple[type[Result], ...]:
    """The result models of the tools and of their elements, elements first, each once."""
    found: dict[type[Result], None] = {}
    for tool in tools:
        if issubclass(tool.result, Result):
            found.update(dict.fromkeys(_with_elements(tool.result)))
    return tuple(found)


def _with_elements(model: type[Result]) -> Iterator[type[Result]]:
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, Result) and part is not model:
                yield from _with_elements(part)
    yield model


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for argument in typing.get_args(annotation):
        yield from _parts(argument)


def class_stub(model: type[Result]) -> str:
    """`class Name:` with one `field: type` per line."""
    fields = (f"    {name}: {_spell(field.annotation)}" for name, field in model.model_fields.items())
    return "\n".join([f"class {model.__name__}:", *fields])


def function_stub(tool: Tool) -> str:
    """`def name(...) -> Result: ...` with its summary as a comment."""
    return f"def {tool.signature}: ...  # {tool.summary}"


def _spell(annotation: object) -> str:
    if isinstance(annotation, types.UnionType):
        return " | ".join(_spell(part) for part in typing.get_args(annotation))
    if typing.get_origin(annotation) is typing.Literal:
        return "str"
    if typing.get_origin(annotation) is list:
        return f"list[{_spell(typing.get_args(annotation)[0])}]"
    if annotation is type(None):
        return "None"
    return getattr(annotation, "__name__", str(annotation))
