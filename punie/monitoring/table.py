"""The alerts as a table for people."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from punie.evaluation.report.text import percent, printable
from punie.monitoring.records import ALERTS, MonitorReport
from punie.plain_screen import as_text

_COLOURS: Final = {"ok": "green", "alert": "red", "not measured": "dim"}
_MOST: Final = 6


def alerts_table(report: MonitorReport, *, width: int = 100, colour: bool = False) -> str:
    """
    Return the table as text, with the tools that are used most.

    Args:
        report: of one log.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.

    """
    return as_text([_table(report), Text(_facts(report))], width=width, colour=colour)


def _table(report: MonitorReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("alert", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("figure", overflow="fold", ratio=1)
    for name in ALERTS:
        found = report.alerts[name]
        reason = printable(found.reason.removeprefix("not measured: "))
        table.add_row(name, Text(found.state, style=_COLOURS[found.state]), Text(reason))
    return table


def _facts(report: MonitorReport) -> str:
    used = list(report.tool_use.items())
    shown = [f"{name} {percent(share)}" for name, share in used[:_MOST]]
    more = [f"{len(used) - _MOST} more"] if len(used) > _MOST else []
    span = f", {report.since} to {report.until}" if report.since else ""
    lines = [printable(f"{report.log}: {report.rows} rows{span}"), f"tools: {', '.join([*shown, *more])}"]
    if report.discrimination is not None:
        lines.append(f"right choice between a call and words: {percent(report.discrimination)}")
    return "\n".join(lines)
