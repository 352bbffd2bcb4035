"""The bars of `[bench]` in the gate file: what a model's figures must reach, and whether they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from punie.benchmarking.comparison import figures
from punie.benchmarking.records import FIGURES, Beside, FigureName, ModelBench
from punie.evaluation.gate import Bench
from punie.evaluation.records import Criterion
from punie.evaluation.report.figures import pace
from punie.evaluation.report.text import brief, size

NO_BAR: Final = "no bar"
_GB: Final = 1e9


@dataclass(frozen=True, slots=True)
class Bar:
    """The keys of the gate file about a figure, how it is written, and in which direction it is worse."""

    most: str = ""
    least: str = ""
    rise: str = ""
    drop: str = ""
    unit: float = 1.0
    write: Callable[[float], str] = lambda value: f"{value:.3g}"


BARS: Final[Mapping[FigureName, Bar]] = {
    "load": Bar(most="load_seconds", write=brief),
    "seconds": Bar(most="seconds_mean", rise="seconds_rise", write=brief),
    "tokens": Bar(least="tokens_per_second", drop="tokens_per_second_drop", write=pace),
    "memory": Bar(most="memory_gb", rise="memory_rise", unit=_GB, write=size),
    "size": Bar(most="size_gb", unit=_GB, write=size),
}


def check_bars(model: ModelBench, beside: Beside | None, bars: Bench) -> dict[FigureName, Criterion]:
    """
    A line for each figure of a model.

    Args:
        model: what was measured.
        beside: the earlier run that bars on changes are about; None where there is none.
        bars: of the gate file.

    """
    observed = figures(model)
    return {name: _line(name, observed.get(name), beside, bars) for name in FIGURES}


def _line(name: FigureName, value: float | None, beside: Beside | None, bars: Bench) -> Criterion:
    bar = BARS[name]
    sides = list(_sides(name, bar, value, beside, bars))
    required = ", ".join(wanted for wanted, _, _ in sides) or NO_BAR
    if value is None:
        return Criterion(name=name, observed="-", required=required, met=None, reason="the model does not tell")
    missed = [reason for _, met, reason in sides if met is False]
    unknown = [reason for _, met, reason in sides if met is None]
    met = False if missed else True if len(unknown) < len(sides) else None
    reason = "; ".join([*missed, *unknown]) or ("reached" if sides else "no bar in the gate file")
    return Criterion(name=name, observed=bar.write(value), required=required, met=met, reason=reason)


def _sides(
    name: FigureName, bar: Bar, value: float | None, beside: Beside | None, bars: Bench
) -> Iterator[tuple[str, bool | None, str]]:
    """For each bar in the file what it wants, whether that is met, and why not."""
    for key, word, sign in ((bar.most, "at most", 1), (bar.least, "at least", -1)):
        limit = getattr(bars, key) if key else None
        if limit is not None:
            wanted = f"{word} {bar.write(limit * bar.unit)}"
            met = None if value is None else sign * value <= sign * limit * bar.unit
            yield wanted, met, "" if value is None else f"{bar.write(value)}, {wanted} wanted"
    for key, word, sign in ((bar.rise, "above", 1), (bar.drop, "below", -1)):
        limit = getattr(bars, key) if key else None
        if limit is not None:
            yield _changed(name, bar, beside, f"less than {limit:g} % {word} the stored run", sign * limit)


def _changed(
    name: FigureName, bar: Bar, beside: Beside | None, wanted: str, limit: float
) -> tuple[str, bool | None, str]:
    change = None if beside is None else beside.changes.get(name)
    if beside is None or change is None:
        return wanted, None, "not compared: no stored run of this model tells it"
    told = f"{bar.write(change.now)} after {bar.write(change.then)} ({change.percent:+.3g} %, {beside.source})"
    met = change.percent < limit if limit > 0 else change.percent > limit
    return wanted, met, f"{told}: {wanted} wanted"
