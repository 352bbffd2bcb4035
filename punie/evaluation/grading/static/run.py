"""The state of following one piece of code: scopes, what was seen so far, and a budget."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from punie.evaluation.grading.evidence import Call, Failure, Read
from punie.evaluation.grading.static.values import NO_TOOLS, Scope, Value

# Nested loops over literals multiply, so that a few lines could ask for any amount of work.
BUDGET: Final = 20_000
MAX_DEPTH: Final = 12


class Flow(enum.Enum):
    """How a block ends."""

    NEXT = "next"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"


class Raised(Exception):  # noqa: N818 - it is the followed code that errs, not this one
    """The code raises here; `deliberate` for a raise statement."""

    def __init__(self, failure: Failure, *, deliberate: bool = False) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.deliberate = deliberate


class Exhausted(Exception):  # noqa: N818 - as above
    """The code asks for more work than the budget allows."""


@dataclass(eq=False, slots=True)
class Run:
    """
    What following the code has seen so far.

    Attributes:
        execute: follows a block of statements.
        scope: the names now visible.
        control: the tools whose results decide whether this place is reached.
        guarded: how many try statements with handlers are around.
        returns: what the function now followed may return.

    """

    execute: Callable[[Sequence[ast.stmt], Run], Flow]
    scope: Scope = field(default_factory=Scope)
    calls: list[Call] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    printed: bool = False
    shown: frozenset[str] = NO_TOOLS
    control: frozenset[str] = NO_TOOLS
    guarded: int = 0
    depth: int = 0
    returns: list[Value] = field(default_factory=list)
    budget: int = BUDGET

    def spend(self) -> None:
        """Pay for one step."""
        self.budget -= 1
        if self.budget < 0:
            raise Exhausted

    def fail(self, exception: type[Exception], message: str, *, from_result: bool = False) -> Raised:
        """The exception that the code raises here."""
        label: Final = "invented_field" if from_result else "failed_at_run_time"
        return Raised(Failure(label, exception.__name__, message))

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        """Follow something in another scope."""
        before, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = before

    @contextmanager
    def depending_on(self, sources: frozenset[str]) -> Iterator[None]:
        """Follow something that is reached only by the outcome of these tools."""
        before, self.control = self.control, self.control | sources
        try:
            yield
        finally:
            self.control = before

    def assign(self, name: str, value: Value) -> None:
        """Bind a name in the current scope, or where a global or nonlocal statement says."""
        scope = self.scope
        while name in scope.shared and scope.parent is not None:
            scope = scope.parent.owner(name) or scope.parent
        scope.names[name] = value

    def note(self, raised: Raised) -> None:
        """Keep a failure that ends a branch, unless the code asks for it or catches it."""
        if not raised.deliberate and not self.guarded:
            self.failures.append(raised.failure)
