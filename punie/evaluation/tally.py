"""Counts of verdicts, and the rates that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Protocol, Self

from punie.evaluation.stats import Interval, wilson


class Verdict(Protocol):
    """Something with a strict and a soft verdict; None means that it could not be graded."""

    @property
    def strict(self) -> bool | None:
        """Whether every layer passed."""

    @property
    def soft(self) -> bool | None:
        """Whether the right tools were chosen."""


@dataclass(frozen=True, slots=True)
class Tally:
    """
    How a group of queries fared.

    Attributes:
        total: queries in the group, asked or not.
        asked: queries that were asked.
        ungradable: asked ones that could not be graded; they count in no rate.
        passed: those that passed strictly.
        chosen: those that passed softly.

    """

    total: int = 0
    asked: int = 0
    ungradable: int = 0
    passed: int = 0
    chosen: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict | None]) -> Self:
        """Count verdicts; None stands for a query that was not asked."""
        rows = list(verdicts)
        asked = [row for row in rows if row is not None]
        return cls(
            total=len(rows),
            asked=len(asked),
            ungradable=sum(row.strict is None for row in asked),
            passed=sum(row.strict is True for row in asked),
            chosen=sum(row.soft is True for row in asked),
        )

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Self:
        """The counts of several groups together."""
        rows = [astuple(tally) for tally in tallies]
        return cls(*map(sum, zip(*rows, strict=True)))

    @property
    def graded(self) -> int:
        """What the rates are of."""
        return self.asked - self.ungradable

    @property
    def complete(self) -> bool:
        """Whether every query was asked and graded, and there was one."""
        return 0 < self.graded == self.total

    @property
    def strict(self) -> float | None:
        """The strict rate, 0 to 1; None where nothing was graded."""
        return self.passed / self.graded if self.graded else None

    @property
    def soft(self) -> float | None:
        """The soft rate, 0 to 1; None where nothing was graded."""
        return self.chosen / self.graded if self.graded else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval of the strict rate; None where nothing was graded."""
        return wilson(self.passed, self.graded) if self.graded else None

    def reaches(self, percent: float) -> bool:
        """Whether the strict rate is at least `percent`; False where nothing was graded."""
        return self.graded > 0 and 100 * self.passed >= percent * self.graded
