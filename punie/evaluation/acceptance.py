"""From graded replies to the record of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from punie.evaluation.comparison import Baseline, compare
from punie.evaluation.counts import Counts, Measures, field_access
from punie.evaluation.decision import Circumstances, decide
from punie.evaluation.gate import Gate
from punie.evaluation.grade import Grade
from punie.evaluation.models.protocol import Fact
from punie.evaluation.paired import detectable_change
from punie.evaluation.records import (
    Acceptance,
    Batching,
    Comparison,
    Criterion,
    QueryResult,
    Rates,
    SampleResult,
    SuiteResult,
)
from punie.evaluation.sampled import sampling_of
from punie.evaluation.speed import Speed
from punie.evaluation.suite import Query, Suite
from punie.evaluation.tally import Tally
from punie.evaluation.turns_told import turn_results


@dataclass(frozen=True, slots=True)
class Graded:
    """One sample's grade, with its replies, the seconds that they took, and how many an earlier run gave."""

    grade: Grade
    replies: tuple[str, ...] = ()
    seconds: float | None = None
    cached: int = 0


@dataclass(frozen=True, slots=True)
class RunFacts:
    """
    What is known about a run besides its verdicts.

    Attributes:
        model: name, digests, `size_bytes`, `peak_memory_bytes`.
        seconds: how long asking and grading took.
        failed_items: failed items other than missed queries.
        obstacles: why the run is incomplete whatever the counts say.
        baseline: an earlier run to compare with.
        built: the gate's lines about how the model was built, empty where nothing is known.
        speed: where it was measured.
        batching: where it was checked.

    """

    model: Mapping[str, Fact] = field(default_factory=dict)
    seconds: float | None = None
    failed_items: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    baseline: Baseline | None = None
    built: tuple[Criterion, ...] = ()
    speed: Speed | None = None
    batching: Batching | None = None


def accept(suites: Sequence[Suite], graded: Mapping[str, Graded], gate: Gate, facts: RunFacts) -> Acceptance:
    """
    Count, decide and put a run of one sample for each query on record.

    Args:
        suites: whole suites, whatever part of them was asked.
        graded: by query id, for the queries that were asked.
        gate: bands, targets and limits.
        facts: model, time and trouble.

    """
    queries = (query for suite in suites for query in suite.queries if query.id in graded)
    return put_on_record(suites, {query.id: query_result(query, [graded[query.id]]) for query in queries}, gate, facts)


def put_on_record(
    suites: Sequence[Suite], results: Mapping[str, QueryResult], gate: Gate, facts: RunFacts
) -> Acceptance:
    """Count, decide and put a run on record; arguments as `accept`, with results in place of grades."""
    categories = {suite.name: {query.id: query.category for query in suite.queries} for suite in suites}
    queries = {name: results[name] for own in categories.values() for name in own if name in results}
    counts = {name: Counts.of(own, queries) for name, own in categories.items()}
    comparison = _compared(facts, categories, queries, gate)
    measures = Measures.of(facts.model, queries, facts.seconds)
    around = Circumstances(
        facts.failed_items, facts.obstacles, measures, comparison, facts.built, batching=facts.batching
    )
    decision = decide(gate, counts, around)
    merged = _merged([own.categories for own in counts.values()])
    return Acceptance(
        decision=decision.name,
        reasons=decision.reasons,
        criteria=decision.criteria,
        model=dict(facts.model),
        suites={suite.name: _suite_result(gate, suite, categories[suite.name], counts[suite.name]) for suite in suites},
        overall=Rates.of(Tally.sum(merged.values()), gate.bands.deploy),
        categories=_rates(merged, _highest(gate, suites)),
        field_access_rate=field_access(queries.values()),
        queries=queries,
        sampling=sampling_of(queries),
        comparison=comparison,
        speed=facts.speed,
        batching=facts.batching,
        gate=gate.digest,
        failed_items=facts.failed_items,
        obstacles=facts.obstacles,
        seconds=facts.seconds,
    )


def _compared(
    facts: RunFacts, categories: Mapping[str, Mapping[str, str]], queries: Mapping[str, QueryResult], gate: Gate
) -> Comparison | None:
    if facts.baseline is None:
        return None
    return compare(facts.baseline, categories, queries, facts.model, significance=gate.regression.significance)


def query_result(query: Query, samples: Sequence[Graded], *, recorded: bool | None = None) -> QueryResult:
    """
    The record of one query.

    Args:
        query: what was asked.
        samples: at least one; of several the worst is the query's verdict, so that it passes when it always passes.
        recorded: the verdict that came with a recorded reply.

    """
    worst = min(samples, key=_rank)
    grade = worst.grade
    return QueryResult(
        category=query.category,
        strict=grade.strict if grade.gradable else None,
        soft=grade.soft if grade.gradable else None,
        label=grade.label,
        failed_layer=grade.failed_layer,
        reason=grade.reason,
        replies=worst.replies,
        seconds=worst.seconds,
        cached=sum(graded.cached for graded in samples),
        tools=tuple(dict.fromkeys(tool for expect in query.expectations for tool in expect.tools)),
        fields_read=_fields_read(query, grade),
        recorded=recorded,
        samples=tuple(map(_sample_result, samples)) if len(samples) > 1 else (),
        turns=turn_results(grade),
    )


def _rank(graded: Graded) -> tuple[bool, bool, bool]:
    return graded.grade.gradable, graded.grade.strict, graded.grade.soft


def _sample_result(graded: Graded) -> SampleResult:
    grade = graded.grade
    return SampleResult(
        strict=grade.strict if grade.gradable else None,
        soft=grade.soft if grade.gradable else None,
        label=grade.label,
        reason=grade.reason,
        replies=graded.replies,
        seconds=graded.seconds,
    )


def _fields_read(query: Query, grade: Grade) -> bool | None:
    """Whether every layer about fields passed; None where no field is asked for or no verdict is possible."""
    if not grade.gradable or not any(expect.fields for expect in query.expectations):
        return None
    verdicts = [verdict for verdict in grade.layers if verdict.layer == "fields"]
    return bool(verdicts) and all(verdict.passed for verdict in verdicts)


def _suite_result(gate: Gate, suite: Suite, categories: Mapping[str, str], counts: Counts) -> SuiteResult:
    total = counts.overall
    return SuiteResult(
        digest=suite.digest,
        queries=categories,
        overall=Rates.of(total, gate.overall_of(suite.name)),
        categories=_rates(counts.categories, gate.targets_of(suite.name)),
        families={family: Rates.of(tally) for family, tally in counts.families.items()},
        detectable=None if total.strict is None else detectable_change(total.strict, total.graded),
    )


def _rates(tallies: Mapping[str, Tally], targets: Mapping[str, float]) -> dict[str, Rates]:
    return {category: Rates.of(tally, targets.get(category)) for category, tally in tallies.items()}


def _merged(tallies: Sequence[Mapping[str, Tally]]) -> dict[str, Tally]:
    """The counts of equally named categories of all suites together."""
    names = dict.fromkeys(category for own in tallies for category in own)
    return {name: Tally.sum(own[name] for own in tallies if name in own) for name in names}


def _highest(gate: Gate, suites: Sequence[Suite]) -> dict[str, float]:
    targets: dict[str, float] = {}
    for suite in suites:
        for category, target in gate.targets_of(suite.name).items():
            targets[category] = max(target, targets.get(category, 0))
    return targets
