"""The arguments of a call that is followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from punie.evaluation.grading.static.values import Value


@dataclass(frozen=True, slots=True)
class Given:
    """
    Arguments.

    Attributes:
        positional: in order.
        named: by keyword.
        is_open: whether further ones, unknown now, are spread in.

    """

    positional: tuple[Value, ...] = ()
    named: Mapping[str, Value] = field(default_factory=dict)
    is_open: bool = False

    @property
    def everything(self) -> tuple[Value, ...]:
        """All values, positional ones first."""
        return (*self.positional, *self.named.values())

    @property
    def first(self) -> Value:
        """The first positional value, one of which nothing is known where there is none."""
        return self.positional[0] if self.positional else Value()
