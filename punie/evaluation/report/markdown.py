"""The report as Markdown, for the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from punie.evaluation.records import Acceptance, QueryResult, Rates
from punie.evaluation.report.history import PastRun, trend_table
from punie.evaluation.report.sections import Section, sections
from punie.evaluation.report.text import duration, interval, percent, printable, size, visible
from punie.whole_files import write_whole

FILE_NAME: Final = "report.md"
# GitHub takes a megabyte as the summary of a job.
_MOST_ROWS: Final = 200
_LONGEST: Final = 1000  # characters of a reason
_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]()<>#+!|~"})


def write_markdown(acceptance: Acceptance, results_dir: Path, runs: tuple[PastRun, ...] = ()) -> Path:
    """Write `report.md` into a folder, made if absent; the path written."""
    results_dir.mkdir(parents=True, exist_ok=True)
    return write_whole(results_dir / FILE_NAME, [markdown_report(acceptance, runs)])


def markdown_report(acceptance: Acceptance, runs: tuple[PastRun, ...] = ()) -> str:
    """
    The decision, the categories of each suite, the missed queries and the model.

    Args:
        acceptance: the record of the run.
        runs: on the same queries, the oldest first, this one the last.

    """
    return "\n".join(_lines(acceptance, runs)) + "\n"


def _lines(acceptance: Acceptance, runs: tuple[PastRun, ...]) -> Iterator[str]:
    yield f"# {acceptance.decision}"
    yield ""
    yield from (f"- {plain(reason)}" for reason in acceptance.reasons)
    for name, suite in acceptance.suites.items():
        yield from ("", f"## Suite {plain(name)}", "")
        yield from _rates_table(suite.categories, suite.overall)
    missed = {name: query for name, query in acceptance.queries.items() if query.strict is not True}
    if missed:
        yield from ("", f"## Missed queries ({len(missed)})", "")
        yield from _missed_table(missed)
    trend = [trend_table(runs)] if len(runs) > 1 else []
    for section in (*sections(acceptance), *trend):
        yield from ("", f"## {plain(section.title[:1].upper() + section.title[1:])}", "")
        yield from section_lines(section)
    yield from ("", "## Run", "")
    yield from _facts(acceptance)


def _rates_table(categories: Mapping[str, Rates], overall: Rates) -> Iterator[str]:
    yield "| category | passed | strict | 95 % | soft | target |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, rates in (*categories.items(), ("**overall**", overall)):
        shown = name if rates is overall else plain(name)
        target = "" if rates.target is None else f"{100 * rates.target:g} %"
        cells = (
            f"{rates.passed}/{rates.asked - rates.ungradable}",
            percent(rates.strict),
            interval(rates.interval),
            percent(rates.soft),
            target,
        )
        yield f"| {' | '.join((shown, *cells))} |"


def _missed_table(missed: Mapping[str, QueryResult]) -> Iterator[str]:
    yield "| query | layer | label | reason |"
    yield "|---|---|---|---|"
    for name, query in islice(missed.items(), _MOST_ROWS):
        reason = query.reason if query.strict is False else f"not gradable: {query.reason}"
        yield f"| {plain(name)} | {query.failed_layer or ''} | {query.label or ''} | {plain(reason[:_LONGEST])} |"
    if len(missed) > _MOST_ROWS:
        yield f"\n{len(missed) - _MOST_ROWS} more are in report.html."


def section_lines(section: Section) -> Iterator[str]:
    """A table of a report with its notes below, without its title."""
    headings = [column.removeprefix(">") for column in section.columns]
    yield f"| {' | '.join(map(plain, headings))} |"
    yield f"|{'|'.join('--:' if column.startswith('>') else '---' for column in section.columns)}|"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in section.rows[:_MOST_ROWS])
    if len(section.rows) > _MOST_ROWS:
        yield f"\n{len(section.rows) - _MOST_ROWS} more rows are in report.html."
    if section.notes:
        yield ""
        yield from (f"- {plain(note)}" for note in section.notes)


def _facts(acceptance: Acceptance) -> Iterator[str]:
    model = acceptance.model
    for name, value in model.items():
        shown = size(value) if name.endswith("_bytes") and isinstance(value, int | float) else plain(str(value))
        yield f"- {plain(name)}: {shown}"
    yield f"- time: {duration(acceptance.seconds)}"
    access = acceptance.field_access_rate
    if access.of:
        given = f"{percent(access.given_right_tool)} among replies that chose the right tools"
        yield f"- fields read: {percent(access.rate)} ({access.read} of {access.of}), {given}"
    for name, suite in acceptance.suites.items():
        if suite.overall.strict is not None:
            shown = f"{visible(suite.detectable)} (80 % power)"
            yield f"- what two runs of suite {plain(name)} can be expected to show: {shown}"
    yield f"- gate: {acceptance.gate[:12]}"


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return printable(text).translate(_SPECIAL)
