"""The findings as a table for people: one line for each rule that found something, and its first findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from punie.plain_screen import as_text
from punie.training.finding import Finding
from punie.training.reports.findings_json import FINDINGS
from punie.training.reports.record import CheckReport
from punie.training.rules import RULES

_COLOURS: Final = {"error": "red", "warning": "yellow"}
_SHOWN: Final = 3  # findings of a rule
_SHOWN_WHEN_VERBOSE: Final = 10
_WIDE: Final = 80  # characters; below that columns stand closer
_LONGEST: Final = 300  # characters of one message


def findings_table(report: CheckReport, *, width: int = 100, colour: bool = False, verbosity: int = 0) -> str:
    """
    Return the table as text, with the first findings of each rule and a line on what was checked.

    Args:
        report: of the check.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.
        verbosity: as pytest counts `-v` and `-q`: below 0 warnings are left out, above 0 more findings are shown.
    """
    found = {name: findings for name, findings in report.by_rule.items() if verbosity >= 0 or _forbids(findings)}
    most = _SHOWN_WHEN_VERBOSE if verbosity > 0 else _SHOWN
    lines = [Text(line) for findings in found.values() for line in finding_lines(findings, most)]
    tables: list[RenderableType] = [_table(found, wide=width >= _WIDE), Text(), *lines, Text()] if found else []
    return as_text([*tables, Text(_total(report))], width=width, colour=colour)


def finding_lines(findings: Sequence[Finding], most: int) -> list[str]:
    """Return the first findings, a line each, and how many more there are."""
    shown = [one_line(str(finding)) for finding in findings[:most]]
    more = len(findings) - most
    return shown + ([f"{more} more of {findings[0].rule} in {FINDINGS}"] if more > 0 else [])


def one_line(text: str) -> str:
    """Return a text of a data set, which may hold anything, as one line that a terminal shows as it stands."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in short)


def _table(found: Mapping[str, Sequence[Finding]], *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1 if wide else 0))
    table.add_column("rule", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("found", justify="right", no_wrap=True)
    table.add_column("what to do", overflow="fold", ratio=1)
    for name, findings in found.items():
        severity = "error" if _forbids(findings) else "warning"
        table.add_row(Text(name), Text(severity, style=_COLOURS[severity]), str(len(findings)), Text(RULES[name].hint))
    return table


def _forbids(findings: Sequence[Finding]) -> bool:
    """Whether one of them forbids training."""
    return any(finding.severity == "error" for finding in findings)


def _total(report: CheckReport) -> str:
    rows = " + ".join(f"{count} {split}" for split, count in report.rows.items())
    warnings = len(report.findings) - report.errors
    return f"{report.source}: {rows} rows: {_counted(report.errors, 'error')}, {_counted(warnings, 'warning')}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
