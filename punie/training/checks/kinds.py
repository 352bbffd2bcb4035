"""What an expression may hold, so far as it comes from the result of a tool: result models, lists of them, texts."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from punie.agent.typed_tools import Result


class Looped:
    """Stands for the type of values that are only looped over."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of value.

    Attributes:
        type: a result model or a builtin type, or `Looped`.
        items: what its elements may be; of a dictionary, its values.
        parts: of a tuple, each element; of a dictionary, its keys.
        given: whether a tool gave the value as it is, so that its attributes are taken for fields.

    """

    type: type
    items: Kinds = None
    parts: tuple[Kinds, ...] = ()
    given: bool = False

    def field(self, name: str) -> Field:
        """Whether values of this kind have the attribute, and what it holds."""
        if self.type is Looped or name.startswith("__"):
            return Field(exists=True)
        if not issubclass(self.type, Result):
            return Field(exists=hasattr(self.type, name))
        found = self.type.model_fields.get(name)
        return Field(exists=False) if found is None else Field(exists=True, kinds=kinds_of(found.annotation))

    def __str__(self) -> str:
        """The name of the type, with the fields of a result model."""
        if not issubclass(self.type, Result):
            return self.type.__name__
        return f"{self.type.__name__} (it has {', '.join(self.type.model_fields)})"


# All that a value may be; None where that is not known.
Kinds: TypeAlias = "frozenset[Kind] | None"


@dataclass(frozen=True, slots=True)
class Field:
    """What a kind says of an attribute."""

    exists: bool
    kinds: Kinds = None


TEXT: Final[Kinds] = frozenset({Kind(str)})
NUMBER: Final[Kinds] = frozenset({Kind(int)})
TRUTH: Final[Kinds] = frozenset({Kind(bool)})
NOTHING: Final = Kind(type(None))
_PLAIN: Final = (str, int, float, bool)


def kinds_of(annotation: Any) -> Kinds:  # noqa: ANN401 - any annotation
    """What a value of the annotation, of a field or of a tool's result, may be."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return frozenset(Kind(type(value), given=True) for value in arguments)
    if origin in {typing.Union, types.UnionType}:
        return union(kinds_of(part) for part in arguments)
    if origin is list:
        return frozenset({Kind(list, kinds_of(arguments[0]), given=True)})
    if annotation in {None, type(None)}:
        return frozenset({NOTHING})
    known = isinstance(annotation, type) and (annotation in _PLAIN or issubclass(annotation, Result))
    return frozenset({Kind(annotation, given=True)}) if known else None


def union(each: Iterable[Kinds]) -> Kinds:
    """What a value is that is one of these; not known when one of them is not."""
    found: frozenset[Kind] = frozenset()
    for kinds in each:
        if kinds is None:
            return None
        found |= kinds
    return found or None


def listed(items: Kinds, of: type = list) -> Kinds:
    """A list, or another collection, of such elements, made by the code."""
    return frozenset({Kind(of, items)})


def paired(*parts: Kinds) -> Kinds:
    """A tuple of these."""
    return frozenset({Kind(tuple, union(parts), parts)})


def elements(kinds: Kinds) -> Kinds:
    """What a loop over the value gets."""
    return None if kinds is None else union(_element(kind) for kind in kinds if kind != NOTHING)


def picked(kinds: Kinds, place: object) -> Kinds:
    """
    What an index gives.

    Args:
        kinds: of the collection.
        place: the index where it is a constant, a `slice`, or None.

    """
    if place is slice:
        return kinds
    return None if kinds is None else union(_picked(kind, place) for kind in kinds if kind != NOTHING)


def _element(kind: Kind) -> Kinds:
    if kind.type is str:
        return TEXT
    if kind.type is dict:
        return kind.parts[0] if kind.parts else None
    return kind.items


def _picked(kind: Kind, place: object) -> Kinds:
    if kind.type is tuple and kind.parts and isinstance(place, int):
        return kind.parts[place] if -len(kind.parts) <= place < len(kind.parts) else None
    return TEXT if kind.type is str else kind.items
