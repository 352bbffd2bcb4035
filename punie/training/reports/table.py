"""The findings as a table for people: one line for each rule that found something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from punie.plain_screen import as_text
from punie.training.finding import Finding
from punie.training.reports.findings_json import FINDINGS
from punie.training.reports.record import CheckReport
from punie.training.rules import RULES

_COLOURS: Final = {"error": "red", "warning": "yellow"}
_PLACES: Final = 3
_LONGEST: Final = 300  # characters of one message


def findings_table(report: CheckReport, *, width: int = 100, colour: bool = False) -> str:
    """
    Return the table as text, with a line on what was checked.

    Args:
        report: of the check.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.
    """
    tables = [_table(report)] if report.findings else []
    return as_text([*tables, Text(_total(report))], width=width, colour=colour)


def finding_lines(findings: Sequence[Finding], most: int) -> list[str]:
    """Return the first findings, a line each, and how many more there are."""
    shown = [one_line(str(finding)) for finding in findings[:most]]
    return shown + ([f"{len(findings) - most} more in {FINDINGS}"] if len(findings) > most else [])


def one_line(text: str) -> str:
    """Return a text of a data set, which may hold anything, as one line that a terminal shows as it stands."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in short)


def _table(report: CheckReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("found", justify="right", no_wrap=True)
    table.add_column("first places", overflow="fold")
    table.add_column("what to do", overflow="fold", ratio=1)
    for name, findings in report.by_rule.items():
        severity = "error" if any(finding.severity == "error" for finding in findings) else "warning"
        table.add_row(
            Text(name),
            Text(severity, style=_COLOURS[severity]),
            str(len(findings)),
            Text(_places(findings)),
            _hint(name),
        )
    return table


def _places(findings: Sequence[Finding]) -> str:
    shown = [f"{one_line(each.file)}:{each.line}" if each.line else each.file or "the set" for each in findings]
    places = list(dict.fromkeys(shown))
    more = [f"{len(places) - _PLACES} more in {FINDINGS}"] if len(places) > _PLACES else []
    return "\n".join([*places[:_PLACES], *more])


def _hint(name: str) -> Text:
    return Text(RULES[name].hint)


def _total(report: CheckReport) -> str:
    rows = " + ".join(f"{count} {split}" for split, count in report.rows.items())
    warnings = len(report.findings) - report.errors
    return f"{report.source}: {rows} rows: {_counted(report.errors, 'error')}, {_counted(warnings, 'warning')}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
