"""The alerts as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from punie.evaluation.report.text import percent, printable
from punie.monitoring.records import ALERTS, AlertName, MonitorReport
from punie.plain_screen import as_text

_COLOURS: Final = {"ok": "green", "alert": "red", "not measured": "dim"}
_MOST: Final = 6
_WIDE: Final = 80  # characters; below that columns stand closer


def alerts_table(report: MonitorReport, *, width: int = 100, colour: bool = False, verbosity: int = 0) -> str:
    """
    Return the table as text, with the tools that are used most.

    Args:
        report: of one log.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.
        verbosity: as pytest counts `-v` and `-q`: below 0 only alerts that were raised are shown.

    """
    shown = [name for name in ALERTS if verbosity >= 0 or report.alerts[name].state == "alert"]
    parts = [_table(report, shown, wide=width >= _WIDE)] if shown else []
    facts = [Text(), Text(_facts(report))] if verbosity >= 0 else [Text(_total(report))]
    return as_text([*parts, *facts], width=width, colour=colour)


def _table(report: MonitorReport, names: Sequence[AlertName], *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1 if wide else 0))
    table.add_column("alert", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("figure", overflow="fold", ratio=1)
    for name in names:
        found = report.alerts[name]
        reason = printable(found.reason.removeprefix("not measured: "))
        table.add_row(name, Text(found.state, style=_COLOURS[found.state]), Text(reason))
    return table


def _facts(report: MonitorReport) -> str:
    used = list(report.tool_use.items())
    shown = [f"{name} {percent(share)}" for name, share in used[:_MOST]]
    more = [f"{len(used) - _MOST} more"] if len(used) > _MOST else []
    lines = [_total(report), f"tools: {', '.join([*shown, *more])}"]
    if report.discrimination is not None:
        lines.append(f"right choice between a call and words: {percent(report.discrimination)}")
    return "\n".join(lines)


def _total(report: MonitorReport) -> str:
    span = f", {report.since} to {report.until}" if report.since else ""
    raised = sum(alert.state == "alert" for alert in report.alerts.values())
    return printable(f"{report.log}: {report.rows} rows{span}: {raised} alert{'' if raised == 1 else 's'}")
