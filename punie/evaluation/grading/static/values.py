"""Values as far as they are known before the run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import reduce
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from punie.evaluation.grading.evidence import UNKNOWN

NO_TOOLS: Final[frozenset[str]] = frozenset()


@dataclass(eq=False, slots=True)
class Scope:
    """The names of a module, function or comprehension; `shared` ones are assigned in a scope around it."""

    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    shared: set[str] = field(default_factory=set)

    def owner(self, name: str) -> Scope | None:
        """The nearest scope that holds the name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True, eq=False)
class ToolRef:
    """A tool of the catalogue."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function that comes with Python."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A function or lambda of the reply's code, with the scope that it closes over."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value."""

    owner: Value
    name: str


Callee = ToolRef | Builtin | Local | Method


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """
    What is known of a value.

    Attributes:
        sources: the tools whose results it depends on.
        constant: a text, number, truth value or None; UNKNOWN otherwise.
        items: the members of a list or tuple of known length.
        pairs: the keys and values of a dict with known keys.
        element: what one gets by iterating over it or indexing it.
        kind: its built-in type.
        model: the model of a tool's result or of an element of it, and `tool` the tool.
        callee: what a call of it runs.
        lazy: for a generator, what computes its elements when something consumes it.

    """

    sources: frozenset[str] = NO_TOOLS
    constant: object = UNKNOWN
    items: tuple[Value, ...] | None = None
    pairs: tuple[tuple[Value, Value], ...] | None = None
    element: Value | None = None
    kind: type | None = None
    model: type[BaseModel] | None = None
    tool: str | None = None
    callee: Callee | None = None
    lazy: Callable[[], Value] | None = None

    def but_from(self, sources: frozenset[str]) -> Value:
        """The same value, depending on these tools as well."""
        return self if sources <= self.sources else replace(self, sources=self.sources | sources)


ANYTHING: Final = Value()


def known(constant: object) -> Value:
    """A constant."""
    return Value(constant=constant, kind=type(constant))


def listed(items: tuple[Value, ...], kind: type = list) -> Value:
    """A list or tuple with these members."""
    return Value(sources=sources_of(items), items=items, kind=kind)


def derived(*values: Value, kind: type | None = None) -> Value:
    """Something computed from other values."""
    return Value(sources=sources_of(values), kind=kind)


def sources_of(values: tuple[Value, ...]) -> frozenset[str]:
    """The tools that any of the values, or a member of it, depends on."""
    return NO_TOOLS.union(*(value.sources for value in values))


def joined(values: tuple[Value, ...]) -> Value:
    """One value for several possible ones; nothing known when there are none."""
    return reduce(_join, values) if values else ANYTHING


def one_of(value: Value) -> Value:
    """What iterating over a value, or indexing it, gives."""
    if value.items is not None:
        element = joined(value.items)
    elif value.pairs is not None:
        element = joined(tuple(key for key, _ in value.pairs))
    else:
        element = value.element or (Value(kind=str) if value.kind is str else ANYTHING)
    return element.but_from(value.sources)


def literal(value: Value) -> object:
    """The Python value of a constant or of a list, tuple or dict of constants; UNKNOWN for anything else."""
    if value.items is not None:
        members = [literal(item) for item in value.items]
        return UNKNOWN if UNKNOWN in members else members
    if value.pairs is not None:
        entries = {str(literal(key)): literal(entry) for key, entry in value.pairs}
        return UNKNOWN if UNKNOWN in entries.values() else entries
    return value.constant


def shape(annotation: Any, sources: frozenset[str], tool: str) -> Value:  # noqa: ANN401 - any annotation
    """The value of a field with this annotation in a result of a tool."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return shape(next(part for part in arguments if part is not type(None)), sources, tool)
    if origin is Literal:
        return Value(sources=sources, kind=type(arguments[0]))
    if origin is list:
        return Value(sources=sources, kind=list, element=shape(arguments[0], sources, tool))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Value(sources=sources, model=annotation, tool=tool)
    return Value(sources=sources, kind=annotation if isinstance(annotation, type) else None)


def forgotten(value: Value) -> Value:
    """The same value after an unknown number of changes: constants and lengths are not known any more."""
    element = one_of(value) if _holds_something(value) else None
    kind = None if value.constant is None else value.kind
    return replace(value, constant=UNKNOWN, items=None, pairs=None, element=element, kind=kind)


def _join(left: Value, right: Value) -> Value:
    if left is right:
        return left
    same = type(left.constant) is type(right.constant) and left.constant == right.constant
    kind = left.kind if left.kind is right.kind else None
    # What may be None is used as what it is otherwise: the code has tested it.
    model, tool = (left.model, left.tool) if right.model is None else (right.model, right.tool)
    clash = left.model is not None and right.model is not None and left.model is not right.model
    elements = tuple(one_of(value) for value in (left, right) if _holds_something(value))
    return Value(
        sources=left.sources | right.sources,
        constant=left.constant if same else UNKNOWN,
        items=_paired(left.items, right.items),
        element=joined(elements) if elements else None,
        kind=kind,
        model=None if clash else model,
        tool=None if clash else tool,
        callee=left.callee or right.callee,
        lazy=left.lazy or right.lazy,
    )


def _paired(left: tuple[Value, ...] | None, right: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(map(_join, left, right))


def _holds_something(value: Value) -> bool:
    return bool(value.items or value.pairs) or value.element is not None
