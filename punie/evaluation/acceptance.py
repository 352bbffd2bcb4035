"""From graded replies to the record of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from punie.evaluation.gate import Gate, decide, overall
from punie.evaluation.grade import Grade
from punie.evaluation.results import Acceptance, FieldAccess, QueryResult, Rates, SuiteResult, tallies_of
from punie.evaluation.suite import Suite
from punie.evaluation.tally import Tally


@dataclass(frozen=True, slots=True)
class Graded:
    """One query's grade, with the replies it is about and the seconds that they took."""

    grade: Grade
    replies: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """
    What is known about a run besides its verdicts.

    Attributes:
        model: name, digests, `size_bytes`, `peak_memory_bytes`.
        seconds: how long asking and grading took.
        failed_items: failed items other than missed queries.
        obstacles: why the run is incomplete whatever the counts say.

    """

    model: Mapping[str, str | int | float | None] = field(default_factory=dict)
    seconds: float | None = None
    failed_items: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()


def accept(suites: Sequence[Suite], graded: Mapping[str, Graded], gate: Gate, facts: RunFacts) -> Acceptance:
    """
    Count, decide and put the run on record.

    Args:
        suites: whole suites, whatever part of them was asked.
        graded: by query id, for the queries that were asked.
        gate: bands and targets.
        facts: model, time and trouble.

    """
    queries = {
        query.id: _query_result(query.category, graded[query.id])
        for suite in suites
        for query in suite.queries
        if query.id in graded
    }
    categories = {suite.name: {query.id: query.category for query in suite.queries} for suite in suites}
    tallies = {name: tallies_of(own, queries) for name, own in categories.items()}
    decision = decide(gate, tallies, failed_items=facts.failed_items, obstacles=facts.obstacles)
    everything = _merged(tallies)
    return Acceptance(
        decision=decision.name,
        reasons=decision.reasons,
        model=dict(facts.model),
        suites={
            suite.name: SuiteResult(
                digest=suite.digest,
                queries=categories[suite.name],
                overall=Rates.of(overall(tallies[suite.name]), gate.bands.deploy),
                categories=_rates(tallies[suite.name], gate.targets_of(suite.name)),
            )
            for suite in suites
        },
        overall=Rates.of(overall(everything), gate.bands.deploy),
        categories=_rates(everything, _highest(gate, suites)),
        field_access_rate=_field_access(suites, graded),
        queries=queries,
        gate=gate.digest,
        failed_items=facts.failed_items,
        obstacles=facts.obstacles,
        seconds=facts.seconds,
    )


def _query_result(category: str, graded: Graded) -> QueryResult:
    grade = graded.grade
    return QueryResult(
        category=category,
        strict=grade.strict if grade.gradable else None,
        soft=grade.soft if grade.gradable else None,
        label=grade.label,
        failed_layer=grade.failed_layer,
        reason=grade.reason,
        replies=graded.replies,
        seconds=graded.seconds,
    )


def _rates(tallies: Mapping[str, Tally], targets: Mapping[str, float]) -> dict[str, Rates]:
    return {category: Rates.of(tally, targets.get(category)) for category, tally in tallies.items()}


def _merged(tallies: Mapping[str, Mapping[str, Tally]]) -> dict[str, Tally]:
    """The counts of equally named categories of all suites together."""
    names = dict.fromkeys(category for suite in tallies.values() for category in suite)
    return {name: overall({suite: own[name] for suite, own in tallies.items() if name in own}) for name in names}


def _highest(gate: Gate, suites: Sequence[Suite]) -> dict[str, float]:
    targets: dict[str, float] = {}
    for suite in suites:
        for category, target in gate.targets_of(suite.name).items():
            targets[category] = max(target, targets.get(category, 0))
    return targets


def _field_access(suites: Sequence[Suite], graded: Mapping[str, Graded]) -> FieldAccess:
    grades = [
        graded[query.id].grade
        for suite in suites
        for query in suite.queries
        if query.id in graded and any(expect.fields for expect in query.expectations)
    ]
    gradable = [grade for grade in grades if grade.gradable]
    right = [grade for grade in gradable if grade.soft]
    read = sum(map(_read, gradable))
    return FieldAccess(
        rate=read / len(gradable) if gradable else None,
        read=read,
        of=len(gradable),
        given_right_tool=sum(map(_read, right)) / len(right) if right else None,
    )


def _read(grade: Grade) -> bool:
    verdicts = [verdict for verdict in grade.layers if verdict.layer == "fields"]
    return bool(verdicts) and all(verdict.passed for verdict in verdicts)
