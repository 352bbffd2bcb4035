"""The one decision of a run, from its counts and the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from punie.evaluation.counts import Counts, Measures
from punie.evaluation.criteria import batching_criteria, holds, run_criteria, settled_by, suite_criteria
from punie.evaluation.gate import Gate
from punie.evaluation.records import Batching, Comparison, Criterion, DecisionName
from punie.evaluation.tally import Tally

# From the best to the worst: of several suites the worst decision counts.
DECISIONS: Final[tuple[DecisionName, ...]] = ("DEPLOY", "AUGMENT", "INCONCLUSIVE", "INVESTIGATE", "INCOMPLETE")


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What follows from the counts.

    Attributes:
        name: the decision.
        reasons: why, one sentence each.
        criteria: every line of the gate, met or not.

    """

    name: DecisionName
    reasons: tuple[str, ...]
    criteria: tuple[Criterion, ...] = field(default=(), compare=False)

    @property
    def exit_status(self) -> int:
        """For the process: 0 for DEPLOY, else 1."""
        return 0 if self.name == "DEPLOY" else 1


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    What a decision looks at besides the verdicts.

    Attributes:
        failed_items: names of failed items other than missed queries; with any there is no DEPLOY.
        obstacles: why the run is incomplete whatever the counts say, such as a failed training.
        measures: time and memory.
        comparison: with the baseline.
        built: the lines about how the model was built.
        batching: whether replies depend on the size of a batch.

    """

    failed_items: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    measures: Measures = field(default_factory=Measures)
    comparison: Comparison | None = None
    built: tuple[Criterion, ...] = ()
    batching: Batching | None = None


def decide(gate: Gate, suites: Mapping[str, Counts], around: Circumstances | None = None) -> Decision:
    """
    The one decision of a run.

    Args:
        gate: bands, targets and limits.
        suites: the counts of each suite.
        around: what else bears on it.

    """
    around = around or Circumstances()
    decisions = [_decide_suite(gate, name, counts) for name, counts in suites.items()]
    if not suites:
        decisions.append(Decision("INCOMPLETE", ("no query was asked",)))
    if around.obstacles:
        decisions.append(Decision("INCOMPLETE", around.obstacles))
    decisions.append(_decide_run(gate, around))
    worst = max((decision.name for decision in decisions), key=DECISIONS.index)
    reasons = tuple(reason for decision in decisions for reason in decision.reasons)
    return Decision(worst, reasons, tuple(line for decision in decisions for line in decision.criteria))


def _decide_suite(gate: Gate, name: str, counts: Counts) -> Decision:
    total = counts.overall
    overall, *others = suite_criteria(gate, name, counts)
    missing = _missing(gate, name, counts, total)
    unsure = _unsure(gate, name, total)
    missed = [line for line in others if line.met is False and line.decides]
    reasons = (*missing, overall.line, *(line.line for line in missed), *unsure)
    return Decision(
        _band(gate, total, missing=missing, missed=missed, unsure=unsure, overall=overall), reasons, (overall, *others)
    )


def _band(
    gate: Gate, total: Tally, *, missing: list[str], missed: list[Criterion], unsure: list[str], overall: Criterion
) -> DecisionName:
    if missing:
        return "INCOMPLETE"
    if unsure:
        return "INCONCLUSIVE"
    if not total.reaches(gate.bands.augment):
        return "INVESTIGATE"
    return "DEPLOY" if overall.met and not missed else "AUGMENT"


def _decide_run(gate: Gate, around: Circumstances) -> Decision:
    """DEPLOY unless something other than a suite stands against it."""
    criteria = tuple(run_criteria(gate, around.measures, around.comparison, around.failed_items, around.built))
    criteria += batching_criteria(around.batching)
    missed = [line.line for line in criteria if line.met is False and line.decides and line.name != "items"]
    reasons = (*(f"failed: {item}" for item in around.failed_items), *missed)
    return Decision("AUGMENT" if reasons else "DEPLOY", reasons, criteria)


def _unsure(gate: Gate, name: str, total: Tally) -> list[str]:
    """Why a gate that wants strict evidence decides nothing: the edges of bands that the interval holds."""
    edges: Sequence[float] = sorted({gate.bands.augment, gate.overall_of(name)}) if gate.evidence.strict else ()
    return [
        f"{name}: the interval of the overall rate holds the bar of {edge:g} %: {settled_by(total, edge)}"
        for edge in edges
        if holds(total, edge)
    ]


def _missing(gate: Gate, name: str, counts: Counts, total: Tally) -> list[str]:
    """Why the counts cannot carry a decision."""
    wanted = [category for category in gate.targets_of(name) if not counts.categories.get(category, Tally()).total]
    reasons = [f"{name}: {category} has a target and no query" for category in wanted]
    if total.asked < total.total:
        reasons.append(f"{name}: {total.total - total.asked} of {total.total} queries were not asked")
    if total.ungradable:
        reasons.append(f"{name}: {total.ungradable} of {total.asked} replies could not be graded")
    if not total.total:
        reasons.append(f"{name}: holds no query")
    return reasons
