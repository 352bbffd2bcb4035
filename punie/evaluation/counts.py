"""From verdicts to the counts that the gate looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from punie.evaluation.families import FAMILIES, families_of
from punie.evaluation.models.protocol import Fact
from punie.evaluation.records import Acceptance, FieldAccess, QueryResult
from punie.evaluation.tally import Tally


@dataclass(frozen=True, slots=True)
class Counts:
    """
    How one suite fared.

    Attributes:
        categories: counts by category.
        families: counts of the queries that expect tools of a family, by family; none for families nobody asked for.
        fields: of the queries that ask for fields, those where all were read count as passed.

    """

    categories: Mapping[str, Tally]
    families: Mapping[str, Tally] = field(default_factory=dict)
    fields: Tally = field(default_factory=Tally)

    @classmethod
    def of(cls, categories: Mapping[str, str], verdicts: Mapping[str, QueryResult]) -> Self:
        """Counts from the category of every query of a suite and the verdicts on those asked."""
        asked = [verdicts[name] for name in categories if name in verdicts]
        families = {family: [row for row in asked if family in families_of(row.tools)] for family in FAMILIES}
        access = field_access(asked)
        return cls(
            tallies_of(categories, verdicts),
            {family: Tally.of(rows) for family, rows in families.items() if rows},
            Tally(total=access.of, asked=access.of, passed=access.read, chosen=access.read),
        )

    @property
    def overall(self) -> Tally:
        """The counts of all categories together."""
        return Tally.sum(self.categories.values())


@dataclass(frozen=True, slots=True)
class Measures:
    """
    What a run used; None where it was not measured.

    Attributes:
        seconds: of one reply, on average; replies of earlier runs count with what they took there.
        peak_memory: in bytes.
        cached: how many replies were taken over from earlier runs.

    """

    seconds: float | None = None
    peak_memory: float | None = None
    cached: int = 0

    @classmethod
    def of(cls, model: Mapping[str, Fact], queries: Mapping[str, QueryResult], seconds: float | None) -> Self:
        """Of a model that was asked in this run the time of the whole run, of recorded replies what they say."""
        peak = model.get("peak_memory_bytes")
        memory = float(peak) if isinstance(peak, int | float) else None
        return cls(_seconds(model, queries, seconds), memory, int(model.get("cached_replies") or 0))


def tallies_of(categories: Mapping[str, str], verdicts: Mapping[str, QueryResult]) -> dict[str, Tally]:
    """Counts by category, from the category of every query of a suite and the verdicts on those asked."""
    return {
        category: Tally.of(verdicts.get(query) for query, own in categories.items() if own == category)
        for category in dict.fromkeys(categories.values())
    }


def field_access(results: Iterable[QueryResult]) -> FieldAccess:
    """How often fields were read, over all queries that ask for some and over those that chose the right tools."""
    rows = [row for row in results if row.fields_read is not None]
    right = [row for row in rows if row.soft]
    read = sum(row.fields_read is True for row in rows)
    return FieldAccess(
        rate=read / len(rows) if rows else None,
        read=read,
        of=len(rows),
        given_right_tool=sum(row.fields_read is True for row in right) / len(right) if right else None,
    )


def counts_of(acceptance: Acceptance) -> dict[str, Counts]:
    """The counts of each suite of a run, from its verdicts."""
    return {name: Counts.of(suite.queries, acceptance.queries) for name, suite in acceptance.suites.items()}


def _seconds(model: Mapping[str, Fact], queries: Mapping[str, QueryResult], run: float | None) -> float | None:
    if "replay" not in model:
        replies = sum(len(row.replies) for query in queries.values() for row in (query.samples or (query,)))
        earlier = float(model.get("cached_seconds") or 0.0)
        return (run + earlier) / replies if run is not None and replies and model else None
    recorded = [row.seconds / len(row.replies) for row in queries.values() if row.seconds and row.replies]
    return sum(recorded) / len(recorded) if recorded else None
