"""The figures of models side by side, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from punie.benchmarking.bars import BARS, NO_BAR
from punie.benchmarking.records import BenchReport, Beside, FigureName, ModelBench, QueryTimes
from punie.evaluation.records import Criterion
from punie.evaluation.report.figures import FIGURES, verdicts
from punie.evaluation.report.text import brief, printable
from punie.evaluation.speed import Speed
from punie.plain_screen import as_text

_STATES: Final = {True: ("reached", "green"), False: ("missed", "red"), None: ("not measured", "dim")}


def bench_table(report: BenchReport, *, width: int = 100, colour: bool = False, verbosity: int = 0) -> str:
    """
    Return the figures as text: models side by side, categories, bars and changes, and what could not be measured.

    Args:
        report: of one run.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.
        verbosity: as pytest counts `-v` and `-q`: above 0 every query is shown, below 0 what is beyond a bar, and one
            line on each model.

    """
    parts = _parts(report, verbosity) if verbosity >= 0 else _short(report)
    return as_text((part for each in parts for part in (each, "")), width=width, colour=colour)


def _parts(report: BenchReport, verbosity: int) -> Iterator[RenderableType]:
    if report.models:
        yield _figures({**{model.speed.name: model.speed for model in report.models}, **report.earlier})
        yield _categories(report.models)
    if verbosity > 0:
        yield from map(_queries, report.models)
    if report.beside or any(line.required != NO_BAR for lines in report.bars.values() for line in lines.values()):
        yield _bars(report)
    yield Text("\n".join(_lines(report)))


def _short(report: BenchReport) -> Iterator[RenderableType]:
    lines = [_total(model.speed) for model in report.models] + list(_failures(report))
    if any(line.met is False for lines in report.bars.values() for line in lines.values()):
        yield _bars(report, missed=True)
    yield Text("\n".join(lines))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(columns[0], no_wrap=True)
    for name in columns[1:]:
        table.add_column(Text(printable(name)), justify="right", overflow="fold")
    return table


def _figures(named: Mapping[str, Speed]) -> Table:
    """Every figure of every model, each with its ratio to that of the first."""
    speeds = list(named.values())
    table = _table("", *named)
    for figure in FIGURES:
        values = [figure.read(speed) for speed in speeds]
        if any(value is not None for value in values):
            table.add_row(figure.name, *_cells(values, figure.write))
    table.add_row("alone: strict", *(verdicts(speed.passed, speed.graded) for speed in speeds))
    table.add_row("batch: strict", *(verdicts(speed.passed_in_batch, speed.graded) for speed in speeds))
    return table


def _categories(models: Sequence[ModelBench]) -> Table:
    """The mean time of a query asked alone, with the strict passes: fast and wrong shows."""
    several = len(models) > 1
    more = () if several else ("median", "90 %", "95 %", "shortest", "longest", "batch")
    means = [f"{model.speed.name}: mean" for model in models] if several else ["alone: mean"]
    table = _table("category", "queries", *(name for mean in means for name in (mean, "strict")), *more)
    for category in models[0].speed.categories:
        groups = [_of(model, category) for model in models]
        times = _cells([fmean(s for query in group for s in query.alone) for group in groups], brief)
        passed = [f"{sum(query.strict is True for query in group)}/{len(group)}" for group in groups]
        pairs = [cell for pair in zip(times, passed, strict=True) for cell in pair]
        table.add_row(
            printable(category), str(len(groups[0])), *pairs, *([] if several else _spread(models[0], category))
        )
    return table


def _queries(model: ModelBench) -> Table:
    """Every query of a model, with the mean of its rounds."""
    table = _table(f"query of {printable(model.speed.name)}", "alone", "batch", "tokens", "verdict")
    for name, query in model.queries.items():
        verdict = "pass" if query.strict else query.label or "not gradable"
        times = (brief(fmean(query.alone)), brief(fmean(query.batch)))
        table.add_row(printable(name), *times, str(query.tokens or "-"), verdict)
    return table


def _spread(model: ModelBench, category: str) -> list[str]:
    own = model.speed.categories[category]
    times = (own.median, own.p90, own.p95, own.minimum, own.maximum, model.speed.batch_categories[category].mean)
    return [brief(seconds) for seconds in times]


def _of(model: ModelBench, category: str) -> list[QueryTimes]:
    return [query for query in model.queries.values() if query.category == category]


def _cells(values: Sequence[float | None], write: Callable[[float], str]) -> list[str]:
    """Values as text; those after the first with their ratio to it."""
    first = values[0]
    cells = ["-" if value is None else write(value) for value in values]
    return [
        f"{cell} (x {value / first:.2f})" if number and value and first else cell
        for number, (cell, value) in enumerate(zip(cells, values, strict=True))
    ]


def _bars(report: BenchReport, *, missed: bool = False) -> Table:
    several = len(report.bars) > 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("figure", "measured", "then", "change", "wanted", "state"):
        table.add_column(name, overflow="fold", justify="left" if name in {"figure", "wanted", "state"} else "right")
    for name, lines in report.bars.items():
        beside = _beside(report, name)
        for figure, line in lines.items():
            if missed and line.met is not False:
                continue
            table.add_row(*_bar(f"{name}: {figure}" if several else figure, figure, line, beside))
    return table


def _bar(title: str, figure: FigureName, line: Criterion, beside: Beside | None) -> list[str | Text]:
    change = None if beside is None else beside.changes.get(figure)
    then, moved = ("", "") if change is None else (BARS[figure].write(change.then), f"{change.percent:+.1f} %")
    word, colour = _STATES[line.met]
    state = Text("" if line.required == NO_BAR else word, style=colour)
    return [printable(title), line.observed, then, moved, line.required, state]


def _beside(report: BenchReport, name: str) -> Beside | None:
    return next((each for each in report.beside if each.model == name), None)


def _lines(report: BenchReport) -> Iterator[str]:
    for beside in report.beside:
        yield printable(_beside_line(beside))
        yield from (f"  {printable(note)}" for note in beside.notes)
    for model in report.models:
        if model.speed.differing:
            yield printable(f"{model.speed.name}: the batch answers otherwise: {', '.join(model.speed.differing)}")
    yield from _failures(report)
    if report.models:
        speed = report.models[0].speed
        often = "once" if speed.rounds == 1 else f"{speed.rounds} times"
        yield printable(f"asked: suite {', '.join(report.suites)}, {often} one by one and {often} all together")
        yield "load: from files that were read just before, so that the system's cache holds what fits into memory"
        machine = ", ".join(
            str(value) for name, value in report.machine.items() if value is not None and name != "cores"
        )
        precision = speed.facts.get("evaluated_as", "not told")
        yield printable(f"machine: {machine}, {report.machine.get('cores', '?')} cores; precision: {precision}")


def _failures(report: BenchReport) -> Iterator[str]:
    yield from (printable(f"{name} could not be measured: {reason}") for name, reason in report.failed.items())


def _total(speed: Speed) -> str:
    batch = brief(speed.batch_seconds * speed.rounds / speed.batch.count)
    strict = verdicts(speed.passed, speed.graded)
    return printable(
        f"{speed.name}: a query takes {brief(speed.alone.mean)} alone, {batch} in a batch; strict {strict}"
    )


def _beside_line(beside: Beside) -> str:
    low, high = beside.interval
    told = f"{beside.model} beside {beside.then} of {beside.source}: a query takes {beside.ratio:.2f} times as long"
    flips = [
        f"{word} {', '.join(names)}" for word, names in (("lost", beside.lost), ("gained", beside.gained)) if names
    ]
    return "; ".join([f"{told} (95 %: {low:.2f} to {high:.2f}; {beside.queries} queries)", *flips])
