"""The parts of a report that are plain tables, the same on a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from punie.evaluation.hypotheses import findings
from punie.evaluation.records import Acceptance, Comparison, Criterion, Delta, Paired, QueryResult
from punie.evaluation.report.figures import FIGURES, verdicts
from punie.evaluation.report.text import interval, percent, points, visible
from punie.evaluation.targets import FILE_NAME, targets_of

_MUCH: Final = 20  # percentage points
_VERDICTS: Final[Mapping[bool | None, str]] = {True: "pass", False: "miss", None: "-"}


@dataclass(frozen=True, slots=True)
class Section:
    """
    A table.

    Attributes:
        title: above it.
        columns: their headings; one that begins with ">" is aligned to the right.
        rows: cells of plain text.
        notes: sentences below it.

    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = field(default=())


def sections(acceptance: Acceptance, *, whole: bool = True) -> Iterator[Section]:
    """
    The tables that apply to a run.

    Args:
        acceptance: the record of the run.
        whole: with families of tools, rejected hypotheses and every line of the gate, for a file; a terminal shows
            what matters, and categories and targets elsewhere.

    """
    if acceptance.comparison is not None:
        yield from _compared(acceptance, acceptance.comparison)
    yield from _sampled(acceptance)
    yield from _recorded(acceptance.queries)
    yield from _hypotheses(acceptance.queries, whole=whole)
    if whole:
        yield from _families(acceptance)
        yield from _speed(acceptance)
    yield from _batching(acceptance)
    yield from _gate(acceptance, whole=whole)
    yield from _to_add(acceptance)


def mark(delta: Delta) -> str:
    """What a difference means: at least 20 points more, no loss, or a loss."""
    return f"+{_MUCH} or more" if delta.points >= _MUCH else "no loss" if delta.points >= 0 else "loss"


def _compared(acceptance: Acceptance, comparison: Comparison) -> Iterator[Section]:
    named = comparison.suites if len(comparison.suites) == 1 else {**comparison.suites, "all": comparison.overall}
    overall = comparison.overall
    left_out = f"{comparison.left_out} queries without a verdict in one of the runs are left out"
    yield Section(
        f"beside the baseline {comparison.baseline}",
        ("suite", ">queries", ">then", ">now", ">points", ">95 %", ">lost", ">gained", ">p"),
        tuple((name, *_paired_cells(paired)) for name, paired in named.items()),
        (
            overall.reason,
            f"two runs of {overall.queries} queries can be expected to show {visible(overall.detectable)} (80 % power)",
            *([left_out] if comparison.left_out else []),
            *comparison.notes,
        ),
    )
    yield Section(
        "categories beside the baseline",
        ("category", ">then", ">now", ">points", "mark"),
        tuple(
            (name, percent(delta.before), percent(delta.after), points(delta.points / 100), mark(delta))
            for name, delta in comparison.categories.items()
        ),
    )
    discordant = [("lost", name) for name in overall.lost] + [("gained", name) for name in overall.gained]
    if discordant:
        rows = tuple((name, change, _why(acceptance.queries[name])) for change, name in discordant)
        yield Section("queries with another verdict than then", ("query", "change", "now"), rows)


def _paired_cells(paired: Paired) -> tuple[str, ...]:
    low, high = paired.interval
    bounds = f"{points(low)} to {points(high)}"
    return (
        str(paired.queries),
        percent(paired.before),
        percent(paired.after),
        points(paired.difference),
        bounds,
        str(len(paired.lost)),
        str(len(paired.gained)),
        f"{paired.p_value:.2g}",
    )


def _sampled(acceptance: Acceptance) -> Iterator[Section]:
    sampling = acceptance.sampling
    if sampling is None:
        return
    heat = acceptance.model.get("temperature")
    yield Section(
        f"{sampling.samples} samples of each query" + (f" at temperature {heat:g}" if isinstance(heat, float) else ""),
        (">k", ">pass@k", ">pass^k"),
        tuple((str(k), percent(sampling.pass_at[k]), percent(sampling.pass_all[k])) for k in sampling.pass_at),
        (
            "a query counts as passed when all of its samples pass",
            f"two samples of one query differ in {percent(sampling.flip_rate)} of the cases",
        ),
    )
    if sampling.flips:
        flaky = sorted(sampling.flips.items(), key=lambda pair: (-pair[1], pair[0]))
        rows = tuple((name, percent(rate), _passed(acceptance.queries[name])) for name, rate in flaky)
        yield Section(f"flaky queries ({len(rows)})", ("query", ">flips", ">passed"), rows)


def _passed(result: QueryResult) -> str:
    return f"{sum(sample.strict is True for sample in result.samples)}/{len(result.samples)}"


def _recorded(queries: Mapping[str, QueryResult]) -> Iterator[Section]:
    told = {name: result for name, result in queries.items() if result.recorded is not None}
    if not told:
        return
    counts = Counter((result.recorded, result.strict) for result in told.values())
    rows = tuple(
        (_VERDICTS[recorded], *(str(counts[recorded, executed]) for executed in (True, False, None)))
        for recorded in (True, False)
    )
    yield Section("recorded against executed verdicts", ("recorded", ">pass", ">miss", ">not gradable"), rows)
    differing = tuple(
        (name, _VERDICTS[result.recorded], _VERDICTS[result.strict], result.failed_layer or "-", _why(result))
        for name, result in told.items()
        if result.recorded is not result.strict
    )
    if differing:
        title = f"verdicts that differ ({len(differing)})"
        yield Section(title, ("query", "recorded", "executed", "layer", "why"), differing)


def _hypotheses(queries: Mapping[str, QueryResult], *, whole: bool) -> Iterator[Section]:
    found = findings(queries.values())
    shown = [finding for finding in found if whole or finding.confirmed]
    hidden = len(found) - len(shown)
    rows = tuple(
        (
            "confirmed" if finding.confirmed else "rejected",
            finding.hypothesis.claim,
            f"{finding.count}/{finding.missed}",
            finding.hypothesis.remedy if finding.confirmed else "",
        )
        for finding in sorted(shown, key=lambda finding: (not finding.confirmed, -finding.count))
    )
    if rows:
        notes = (f"the labels reject {hidden} others, the report lists them",) if hidden else ()
        yield Section("hypotheses about the misses", ("status", "hypothesis", ">misses", "what to do"), rows, notes)


def _families(acceptance: Acceptance) -> Iterator[Section]:
    rows = tuple(
        (
            suite,
            family,
            f"{rates.passed}/{rates.asked - rates.ungradable}",
            percent(rates.strict),
            interval(rates.interval),
        )
        for suite, result in acceptance.suites.items()
        for family, rates in result.families.items()
    )
    if rows:
        yield Section("families of tools", ("suite", "tools", ">passed", ">strict", ">95 %"), rows)


def _speed(acceptance: Acceptance) -> Iterator[Section]:
    speed = acceptance.speed
    if speed is None:
        return
    read = ((figure, figure.read(speed)) for figure in FIGURES)
    rows = [(figure.name, figure.write(value)) for figure, value in read if value is not None]
    strict = {"alone: strict": speed.passed, "batch: strict": speed.passed_in_batch}
    rows += [(name, verdicts(passed, speed.graded)) for name, passed in strict.items()]
    notes = [f"each query was asked {speed.rounds} times in both ways, after the first one had warmed the model up"]
    if speed.differing:
        notes.append(f"the batch answers otherwise: {', '.join(speed.differing)}")
    yield Section("speed of the model", ("figure", ">measured"), tuple(rows), tuple(notes))


def _batching(acceptance: Acceptance) -> Iterator[Section]:
    """Replies that another size of batch changes, each from its first difference."""
    batching = acceptance.batching
    if batching is None or not batching.changed:
        return
    own = batching.sizes[0]
    yield Section(
        "replies that depend on the size of the batch",
        ("query", ">turn", ">at once", ">character", f"with {own} at once", "then", "verdict"),
        tuple(
            (
                reply.id,
                str(reply.turn),
                str(reply.size),
                str(reply.at),
                repr(reply.before),
                repr(reply.now),
                "changes" if reply.verdict_changed else "the same",
            )
            for reply in batching.changed
        ),
    )


def _gate(acceptance: Acceptance, *, whole: bool) -> Iterator[Section]:
    in_tables = {f"{name}: {category}" for name, suite in acceptance.suites.items() for category in suite.categories}
    in_tables |= {f"{name}: overall" for name in acceptance.suites} | {"items"}
    others = [line for line in acceptance.criteria if not (line.name in in_tables or line.met is None)]
    lines = acceptance.criteria if whole else [line for line in others if _matters(line)]
    rows = tuple((line.name, line.observed, line.required, *_state(line, whole=whole)) for line in lines)
    hidden = len(others) - len(lines)
    notes = (f"{hidden} others are reached, the report lists them",) if hidden > 0 else ()
    if rows:
        columns = ("criterion", "observed", "required", "state", *(("reason",) if whole else ()))
        yield Section("gate", columns, rows, notes)


def _matters(line: Criterion) -> bool:
    """Whether a terminal shows a line: it is missed, or decides and is reached with little left."""
    return line.met is False or (line.decides and line.reason != "reached")


def _state(line: Criterion, *, whole: bool) -> tuple[str, ...]:
    state = "not measured" if line.met is None else "reached" if line.met else "missed"
    shown = state if line.decides else f"{state} (reported only)"
    if whole:
        return shown, line.reason
    return (line.reason.replace(state, shown, 1) if line.reason.startswith(state) else f"{shown}: {line.reason}",)


def _to_add(acceptance: Acceptance) -> Iterator[Section]:
    wanted = targets_of(acceptance) if acceptance.decision == "AUGMENT" else None
    if wanted is None:
        return
    kinds = {"category": wanted.categories, "tool": wanted.tools, "label": wanted.labels}
    rows = tuple(
        (kind, target.name, f"{target.missed}/{target.of}", str(target.examples))
        for kind, targets in kinds.items()
        for target in targets
    )
    note = f"each of the three kinds shares out the same {wanted.total} examples; {FILE_NAME} holds them for generators"
    yield Section("what to add", ("kind", "name", ">missed", ">examples"), rows, (note,))


def _why(result: QueryResult) -> str:
    return "passes" if result.strict else f"{result.label or 'not gradable'}: {result.reason}"
