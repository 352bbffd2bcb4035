"""What a reply's code did: the record that the layers judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from punie.evaluation.grading.verdict import Label


@dataclass(frozen=True, slots=True)
class Call:
    """
    A call of a tool that was made.

    Attributes:
        tool: its name.
        arguments: by parameter, defaults filled in; empty when the call could not be bound.
        problem: why Python refuses the call; None for a good one.

    """

    tool: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A field read from a result of a tool, or from an element of one."""

    tool: str
    field: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that ends the run: its label, the Python class and the message."""

    label: Label
    exception: str
    message: str

    def __str__(self) -> str:
        return f"{self.exception}: {self.message}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What the code of one reply did.

    Attributes:
        calls: in order.
        reads: fields that were read.
        named: tools that the code names somewhere, called or not.
        printed: whether anything was printed.
        shown: tools whose results reached what was printed or written.
        failures: exceptions that nothing caught.
        refused: why the sandbox does not take the text for Python; None when it does.

    """

    calls: tuple[Call, ...] = ()
    reads: frozenset[Read] = frozenset()
    named: frozenset[str] = frozenset()
    printed: bool = False
    shown: frozenset[str] = frozenset()
    failures: tuple[Failure, ...] = ()
    refused: str | None = None

    def __add__(self, other: Evidence) -> Evidence:
        """The evidence of two calls of one reply."""
        return Evidence(
            calls=self.calls + other.calls,
            reads=self.reads | other.reads,
            named=self.named | other.named,
            printed=self.printed or other.printed,
            shown=self.shown | other.shown,
            failures=self.failures + other.failures,
            refused=self.refused or other.refused,
        )

    @property
    def called(self) -> tuple[str, ...]:
        """The tools called, in order; calls that Python refuses are not among them."""
        return tuple(call.tool for call in self.calls if call.problem is None)
