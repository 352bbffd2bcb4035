"""What a person sees at the end of a run: the categories, the missed queries, the model, the decision."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from typing import Final, Literal, TextIO

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from punie.evaluation.records import Acceptance, QueryResult, Rates
from punie.evaluation.report.sections import Section, sections
from punie.evaluation.report.text import duration, interval, percent, printable, size, visible
from punie.plain_screen import as_text

_COLOURS: Final[Mapping[str, str]] = {
    "DEPLOY": "green",
    "AUGMENT": "yellow",
    "INVESTIGATE": "red",
    "INCOMPLETE": "magenta",
    "INCONCLUSIVE": "magenta",
}
_STATES: Final[Mapping[str, str]] = {
    "reached": "green",
    "missed": "red",
    "confirmed": "yellow",
    "rejected": "dim",
    "gained": "green",
    "lost": "red",
    "loss": "red",
    "+20 or more": "green",
}
_SHORT: Final = 18  # characters
_NARROW: Final = 80  # characters; below that tables have less room between their columns


def terminal_report(acceptance: Acceptance, *, width: int = 100, colour: bool = False, verbosity: int = 0) -> str:
    """
    The report as text.

    Args:
        acceptance: the record of the run.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.
        verbosity: as pytest counts `-v` and `-q`: below 0 the decision and its reasons are all, above 0 the missed
            queries are left out, because each has been told already.

    """
    parts = [_decision(acceptance)] if verbosity < 0 else _parts(acceptance, width < _NARROW, told=verbosity > 0)
    spaced = (line for part in parts for line in (part, ""))
    return as_text(spaced, width=width, colour=colour)


def terminal_width(columns: int | None = None) -> int:
    """A width to print with: that of the terminal, between 60 and 140 characters."""
    return min(140, max(60, columns or shutil.get_terminal_size((100, 24)).columns))


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user has not asked for plain text with NO_COLOR."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def _parts(acceptance: Acceptance, narrow: bool, *, told: bool) -> Iterator[RenderableType]:  # noqa: FBT001 - a width
    several = len(acceptance.suites) > 1
    for name, suite in acceptance.suites.items():
        yield _category_table(f"suite {name}", suite.categories, suite.overall, narrow=narrow)
    if several:
        yield _category_table("all suites", acceptance.categories, acceptance.overall, narrow=narrow)
    missed = {name: query for name, query in acceptance.queries.items() if query.strict is not True}
    if missed and not told:
        yield _missed_table(missed, narrow=narrow)
    for section in sections(acceptance, whole=False):
        yield section_view(section, narrow=narrow)
    yield _facts(acceptance)
    yield _decision(acceptance)


def _category_table(title: str, categories: Mapping[str, Rates], overall: Rates, *, narrow: bool) -> Table:
    table = _table(title, narrow=narrow)
    table.add_column("category", overflow="fold")
    for heading in ("passed", "strict", "95 %", "soft", "target"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name, rates in categories.items():
        table.add_row(printable(name), *_rates_cells(rates))
    table.add_section()
    table.add_row("overall", *_rates_cells(overall), style="bold")
    return table


def _table(title: str, *, narrow: bool) -> Table:
    return Table(
        padding=(0, 0 if narrow else 1),
        title=Text(title),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )


def _rates_cells(rates: Rates) -> tuple[RenderableType, ...]:
    graded = rates.asked - rates.ungradable
    return (
        f"{rates.passed}/{graded}",
        percent(rates.strict),
        interval(rates.interval),
        percent(rates.soft),
        "" if rates.target is None else f"{100 * rates.target:g} %",
        _mark(rates),
    )


def _mark(rates: Rates) -> Text:
    if rates.strict is None:
        return Text("not asked" if not rates.asked else "not gradable", style="magenta")
    if rates.target is None:
        return Text("no target", style="dim")
    if rates.passed * 1.0 >= rates.target * (rates.asked - rates.ungradable) - 1e-9:
        return Text("reached", style="green")
    return Text("missed", style="red")


def _missed_table(missed: Mapping[str, QueryResult], *, narrow: bool) -> Table:
    table = _table(f"missed queries ({len(missed)})", narrow=narrow)
    table.add_column("query", overflow="fold", max_width=20 if narrow else 28)
    if not narrow:
        table.add_column("layer", no_wrap=True)
    table.add_column("label", no_wrap=True, style="yellow")
    table.add_column("reason", overflow="fold", ratio=1)
    for name, query in missed.items():
        layer, label = query.failed_layer or "-", query.label or "-"
        reason = query.reason if query.strict is False else f"not gradable: {query.reason}"
        table.add_row(printable(name), *(() if narrow else (layer,)), label, printable(reason))
    return table


def section_view(section: Section, *, narrow: bool = False) -> RenderableType:
    """A table of a report with its title and its notes."""
    parts: list[RenderableType] = [Text(section.title, style="bold"), _section_table(section, narrow=narrow)]
    if section.notes:
        parts += [Text(), Text("\n".join(map(printable, section.notes)), style="dim")]
    return Group(*parts)


def _section_table(section: Section, *, narrow: bool) -> Table:
    table = _table("", narrow=narrow)
    table.title = None
    for number, (heading, *cells) in enumerate(zip(section.columns, *section.rows, strict=True), 1):
        # short cells keep their line, the long ones share what is left
        short = number < len(section.columns) and max(map(len, cells)) <= _SHORT
        justify: Literal["left", "right"] = "right" if heading.startswith(">") else "left"
        table.add_column(heading.removeprefix(">"), justify=justify, overflow="fold", no_wrap=short)
    for row in section.rows:
        table.add_row(*(Text(printable(cell), style=_STATES.get(cell, "")) for cell in row))
    return table


def _facts(acceptance: Acceptance) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _fact_rows(acceptance):
        table.add_row(name, value)
    return table


def _fact_rows(acceptance: Acceptance) -> Iterator[tuple[str, str]]:
    model = acceptance.model
    if "name" in model:
        yield "model", printable(str(model["name"]))
    if "endpoint" in model:
        told = f" ({model['system_fingerprint']})" if model.get("system_fingerprint") else ""
        yield "server", printable(f"{model['endpoint']}{told}")
        yield "requests", f"{model.get('retries', 0)} sent again, {model.get('unanswered', 0)} without a reply"
    else:
        yield "size", size(_number(model.get("size_bytes")))
        yield "peak memory", size(_number(model.get("peak_memory_bytes")))
    yield "time", duration(acceptance.seconds)
    yield from _cache_rows(acceptance)
    access = acceptance.field_access_rate
    if access.of:
        given = percent(access.given_right_tool)
        yield "fields read", f"{percent(access.rate)} ({access.read} of {access.of}), {given} given the right tools"
    for name, suite in acceptance.suites.items():
        shown = f"two runs of suite {printable(name)} can be expected to show {visible(suite.detectable)}"
        if suite.overall.strict is not None:
            yield "sensitivity", shown


def _cache_rows(acceptance: Acceptance) -> Iterator[tuple[str, str]]:
    """What became of the cache of replies, where there is anything to tell."""
    model = acceptance.model
    if model.get("cached_replies"):
        yield "cached", f"{model['cached_replies']} replies are those of an earlier run; --no-cache asks for them anew"
    if model.get("damaged_replies"):
        yield "warning", f"{model['damaged_replies']} damaged lines of the cache were left out and asked anew"
    if model.get("not_kept"):
        yield "warning", printable(f"replies could not be kept for later runs: {model['not_kept']}")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _decision(acceptance: Acceptance) -> Panel:
    colour = _COLOURS[acceptance.decision]
    reasons = "\n".join(printable(reason) for reason in acceptance.reasons)
    return Panel(
        Text(reasons), title=Text(acceptance.decision, style=f"bold {colour}"), title_align="left", border_style=colour
    )
