"""The lines of the gate: for each criterion what was observed, what is required, and why it is met or not."""

from __future__ import annotations

from collections.abc import Iterator

from punie.evaluation.built import NAMES, not_measured
from punie.evaluation.counts import Counts, Measures
from punie.evaluation.gate import Gate, SuiteTargets
from punie.evaluation.records import Batching, Comparison, Criterion
from punie.evaluation.stats import queries_needed
from punie.evaluation.tally import Tally

_GB = 1e9


def suite_criteria(gate: Gate, name: str, counts: Counts) -> Iterator[Criterion]:
    """The overall rate of a suite first, then every rate that a set of targets is about."""
    yield rate_criterion(f"{name}: overall", counts.overall, gate.overall_of(name))
    for title, targets in gate.sets_of(name).items():
        if title != name and targets.overall is not None:
            yield rate_criterion(f"{title}: overall", counts.overall, targets.overall, decides=targets.decides)
        yield from _target_criteria(title, targets, counts)


def run_criteria(
    gate: Gate,
    measures: Measures,
    comparison: Comparison | None,
    failed_items: tuple[str, ...],
    built: tuple[Criterion, ...] = (),
) -> Iterator[Criterion]:
    """What is asked of the run as a whole: no failed item, no regression, time, memory, and a sound building."""
    failed = len(failed_items)
    yield Criterion(
        name="items",
        observed=f"{failed} failed",
        required="none",
        met=not failed,
        reason=", ".join(failed_items) or "no item failed",
    )
    yield _regression(gate, comparison)
    yield from _limits(gate, measures)
    yield from built or map(not_measured, NAMES)


def batching_criteria(batching: Batching | None) -> tuple[Criterion, ...]:
    """Whether replies depend on the size of a batch; it decides where a verdict does."""
    if batching is None:
        return ()
    changed = dict.fromkeys(reply.id for reply in batching.changed)
    verdicts = dict.fromkeys(reply.id for reply in batching.changed if reply.verdict_changed)
    sizes = ", ".join(map(str, batching.sizes))
    same = f"the same in batches of {sizes}"
    differing = f"verdicts change: {', '.join(verdicts)}" if verdicts else "no verdict changes"
    line = Criterion(
        name="batch size",
        observed=f"{len(changed)} of {batching.queries} queries answered otherwise",
        required="none",
        met=not changed if batching.queries else None,
        reason=differing if changed else same,
        decides=bool(verdicts) or not changed,
    )
    return (line,)


def rate_criterion(name: str, tally: Tally, wanted: float, *, decides: bool = True) -> Criterion:
    """A strict rate and what it must reach, in percent; the reason says how sure that is."""
    required = f"{wanted:g} %"
    if tally.strict is None:
        reason = "nothing was graded"
        return Criterion(name=name, observed=reason, required=required, met=None, reason=reason, decides=decides)
    observed = f"{100 * tally.strict:.3g} % ({tally.passed} of {tally.graded})"
    met = tally.reaches(wanted)
    reason = _certainty(tally, wanted, "reached" if met else "missed")
    return Criterion(name=name, observed=observed, required=required, met=met, reason=reason, decides=decides)


def holds(tally: Tally, percent: float) -> bool:
    """Whether the 95 % interval of the strict rate holds a bar, so that the evidence lies on neither side of it."""
    bounds = tally.interval
    return bounds is not None and bounds.low < percent / 100 < bounds.high


def settled_by(tally: Tally, percent: float) -> str:
    """How many queries would tell on which side of a bar the rate lies."""
    needed = queries_needed(tally.passed, tally.graded, percent / 100)
    return "no number of queries would settle it" if needed is None else f"about {needed} queries would settle it"


def _certainty(tally: Tally, wanted: float, state: str) -> str:
    if tally.interval is None or not holds(tally, wanted):
        return state
    bounds = f"{100 * tally.interval.low:.0f}-{100 * tally.interval.high:.0f} %"
    return f"{state}, but the interval {bounds} holds the bar: {settled_by(tally, wanted)}"


def _target_criteria(title: str, targets: SuiteTargets, counts: Counts) -> Iterator[Criterion]:
    for category, wanted in targets.targets.items():
        tally = counts.categories.get(category, Tally())
        yield rate_criterion(f"{title}: {category}", tally, wanted, decides=targets.decides)
    for family, wanted in targets.families.items():
        tally = counts.families.get(family, Tally())
        yield rate_criterion(f"{title}: {family} tools", tally, wanted, decides=targets.decides)
    if targets.field_access is not None:
        yield rate_criterion(f"{title}: fields read", counts.fields, targets.field_access, decides=targets.decides)


def _regression(gate: Gate, comparison: Comparison | None) -> Criterion:
    required = f"no drop with p < {gate.regression.significance:g}"
    if comparison is None:
        reason = "no baseline was given (--baseline)"
        return Criterion(name="regression", observed="-", required=required, met=None, reason=reason)
    paired = comparison.overall
    lost, gained = len(paired.lost), len(paired.gained)
    observed = f"{100 * paired.difference:+.3g} points ({lost} lost, {gained} gained, p = {paired.p_value:.2g})"
    met = lost <= gained or paired.p_value >= gate.regression.significance
    return Criterion(name="regression", observed=observed, required=required, met=met, reason=paired.reason)


def _limits(gate: Gate, measures: Measures) -> Iterator[Criterion]:
    limits = gate.limits
    if limits.seconds_per_reply is not None:
        unit = "s a reply"
        cached = f"{measures.cached} replies count with what they took in an earlier run" if measures.cached else ""
        yield _limit("latency", measures.seconds, limits.seconds_per_reply, unit, limits.seconds_per_reply, cached)
    if limits.memory_gb is not None:
        peak = None if measures.peak_memory is None else measures.peak_memory / _GB
        yield _limit("memory", peak, limits.memory_gb, "GB", limits.memory_gb * limits.memory_warning / 100)


def _limit(name: str, value: float | None, limit: float, unit: str, warning: float, note: str = "") -> Criterion:
    required = f"at most {limit:g} {unit}"
    if value is None:
        reason = "the source of the replies does not tell"
        return Criterion(name=name, observed="-", required=required, met=None, reason=reason)
    reason = "reached" if value <= limit else "missed"
    if warning < value <= limit:
        reason = f"reached, but above {warning:g} {unit}: little is left"
    reason = f"{reason}; {note}" if note else reason
    return Criterion(name=name, observed=f"{value:.3g} {unit}", required=required, met=value <= limit, reason=reason)
