"""A quantization sweep for people: tables for the terminal, Markdown and the page, and a plot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import RenderableType
from rich.text import Text

from punie.evaluation.report.drawing import Line, chart
from punie.evaluation.report.markdown import plain, section_lines
from punie.evaluation.report.markup import Html, tag
from punie.evaluation.report.sections import Section
from punie.evaluation.report.terminal import section_view
from punie.evaluation.report.text import duration, interval, percent, printable, size
from punie.evaluation.sweep import AS_STORED, FILE_NAME, Beside, Sweep, Variant, read_sweep
from punie.plain_screen import as_text
from punie.whole_files import write_whole

MARKDOWN: Final = "sweep.md"
_KINDS: Final[Mapping[int | None, str]] = {None: "fourth", 32: "first", 64: "second", 128: "third"}
_MANIFEST: Final = "manifest.json"
_STALE: Final = "these variants were made of another float16 model than the graded one; run pytest -m sweep again."
_VERDICTS: Final = {"recommended": "Recommended", "float16": "Keep float16", "undecided": "No recommendation"}


class FoundSweep(NamedTuple):
    """A sweep beside a graded model, and whether its variants were made of another float16 model than that one."""

    sweep: Sweep
    other_model: bool = False


def sweep_tables(sweep: Sweep) -> tuple[Section, Section]:
    """What the variants are worth, and what they take."""
    return _accuracy(sweep), _cost(sweep)


def sweep_report(sweep: Sweep, *, width: int = 100, colour: bool = False) -> str:
    """
    The tables and the recommendation as text.

    Args:
        sweep: the record.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.

    """
    return as_text(_parts(sweep), width=width, colour=colour)


def write_markdown(sweep: Sweep, results_dir: Path) -> Path:
    """Write `sweep.md` into a folder, made if absent; the path written."""
    return write_whole(results_dir / MARKDOWN, ["\n".join(_lines(sweep)), "\n"])


def sweep_card(found: FoundSweep) -> Html:
    """The plot and the recommendation, as a part of the page."""
    sweep = found.sweep
    rates = ", ".join(f"{variant.name} {percent(variant.rates.strict)}" for variant in sweep.variants)
    title = f"Strict rate by bits: {rates}"
    plot = chart(list(_plotted(sweep)), title=title, across="bits stored for each weight", highest=100)
    told = tag("p", tag("strong", _VERDICTS[sweep.advice.verdict]), f": {sweep.advice.reason}.")
    hint = f"Strict rate in %; the whisker is its 95 % interval. Measured {sweep.at}."
    stale = [tag("p", tag("strong", "Of another training: "), _STALE)] if found.other_model else []
    return tag("section", tag("h2", "Quantization sweep"), plot, tag("p", hint), *stale, told, class_="card")


def sweep_of(model: Path, results: Path, runs: Path) -> FoundSweep | None:
    """
    The sweep of the recipe that a model was made by: of this run, else of the same weights, else the newest.

    Args:
        model: the model's folder; its manifest names the recipe and the float16 model.
        results: folder of this run.
        runs: the folder that holds a folder for each run.

    """
    manifest = _manifest(model)
    files = (results / FILE_NAME, *_newest_first(runs))
    found = [sweep for sweep in map(read_sweep, files) if sweep is not None and sweep.recipe == manifest.get("recipe")]
    parents = manifest.get("parents")
    fused = parents.get("fused") if isinstance(parents, dict) else None
    told = [FoundSweep(sweep, other_model=fused is not None and sweep.fused != fused) for sweep in found]
    return next((each for each in told if not each.other_model), told[0] if told else None)


def _parts(sweep: Sweep) -> Iterator[RenderableType]:
    for section in sweep_tables(sweep):
        yield from (section_view(section), "")
    yield Text(f"{_VERDICTS[sweep.advice.verdict]}: {printable(sweep.advice.reason)}", style="bold")


def _lines(sweep: Sweep) -> Iterator[str]:
    yield f"# Quantization sweep of {plain(sweep.recipe)}"
    yield from ("", f"**{_VERDICTS[sweep.advice.verdict]}**: {plain(sweep.advice.reason)}.")
    for section in sweep_tables(sweep):
        yield from ("", f"## {section.title[:1].upper()}{plain(section.title[1:])}", "")
        yield from section_lines(section)


def _accuracy(sweep: Sweep) -> Section:
    columns = ("variant", ">size", ">bits/weight", ">passed", ">strict", ">95 %", ">vs float16", ">vs the larger")
    return Section("quantization: accuracy", columns, tuple(map(_accuracy_row, sweep.variants)), tuple(_notes(sweep)))


def _accuracy_row(variant: Variant) -> tuple[str, ...]:
    rates = variant.rates
    return (
        variant.name,
        size(variant.size_bytes),
        f"{variant.bits_per_weight:.2f}",
        f"{rates.passed}/{rates.asked - rates.ungradable}",
        percent(rates.strict),
        interval(rates.interval),
        _beside(variant.against_float16),
        _beside(variant.against_larger),
    )


def _beside(against: Beside | None) -> str:
    return "-" if against is None else f"-{len(against.lost)} +{len(against.gained)}, p {against.p_value:.2g}"


def _notes(sweep: Sweep) -> Iterator[str]:
    suites = ", ".join(sweep.suites)
    yield f"graded as pytest -m eval does, on {'suites' if len(sweep.suites) > 1 else 'suite'} {suites}"
    yield "-1 +0: beside that variant one query is lost and none gained; p of the exact McNemar test"
    yield from (f"not measured: {name}: {reason}" for name, reason in sweep.failed.items())


def _cost(sweep: Sweep) -> Section:
    columns = ("variant", ">size", ">peak memory", ">load", ">first reply", ">median", ">95 %")
    rows = tuple(
        (
            variant.name,
            size(variant.size_bytes),
            size(variant.peak_memory_bytes),
            _seconds(variant.load_seconds),
            _seconds(variant.first_seconds),
            _seconds(variant.median_seconds),
            _seconds(variant.p95_seconds),
        )
        for variant in sweep.variants
    )
    timed = f"{sweep.requests} requests one after the other, replies of {sweep.max_tokens} tokens at most"
    notes = [f"weights as stored, on the {sweep.device.upper()}: {timed}; median and 95 % without the first"]
    if sweep.device == "cpu":
        notes.append("a CPU multiplies packed weights slowly; grading unpacks them first")
    notes += [
        f"{variant.name} was computed in {variant.computed}: this device cannot compute it as stored"
        for variant in sweep.variants
        if variant.computed != AS_STORED
    ]
    return Section("quantization: what it takes", columns, rows, tuple(notes))


def _seconds(value: float) -> str:
    return f"{1000 * value:.0f} ms" if value < 1 else duration(value)


def _plotted(sweep: Sweep) -> Iterator[Line]:
    """A line for each group size, from few bits to many; float16 is a point."""
    for group, kind in _KINDS.items():
        own = sorted((each for each in sweep.variants if each.group_size == group), key=lambda v: v.bits_per_weight)
        graded = [(each, each.rates.strict, each.rates.interval) for each in own]
        points = [(each.bits_per_weight, 100 * rate) for each, rate, _ in graded if rate is not None]
        bounds = [(100 * bound.low, 100 * bound.high) for _, _, bound in graded if bound is not None]
        if points:
            yield Line("float16" if group is None else f"group {group}", kind, points, bounds)


def _newest_first(runs: Path) -> list[Path]:
    return sorted(runs.glob(f"*/{FILE_NAME}"), key=lambda file: (file.stat().st_mtime, file), reverse=True)


def _manifest(model: Path) -> Mapping[str, Any]:
    try:
        found = json.loads((model / _MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
