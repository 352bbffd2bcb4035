"""One pytest process that looks at a log: one pass, then one item for each alert."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from punie.evaluation.progress import progress_bar
from punie.evaluation.report import terminal_width
from punie.markers import items_of
from punie.monitoring.figures import report_on
from punie.monitoring.inputs import MONITOR, MonitorInputs
from punie.monitoring.items import AlertError, MonitorNode
from punie.monitoring.observation import Observation, observe
from punie.monitoring.records import MonitorReport
from punie.monitoring.table import alerts_table
from punie.whole_files import write_json


class MonitorSession:
    """
    The state of a look at a log, from collection to summary.

    Args:
        config: of the pytest process.
        inputs: what is looked at; None when items are only listed.

    """

    def __init__(self, config: pytest.Config, inputs: MonitorInputs | None) -> None:
        self._config = config
        self._inputs = inputs
        self._report: MonitorReport | None = None
        self._failure = ""

    @property
    def title(self) -> str:
        """What is looked at."""
        return f"alerts on {self._inputs.log.name}" if self._inputs else "alerts on a log"

    def collect(self, session: pytest.Session, node_ids: Sequence[str]) -> list[pytest.Item]:
        """The items of all alerts, or those that node ids name."""
        return items_of(session, [MonitorNode.of(session, self)], node_ids)

    def report(self) -> MonitorReport:
        """
        What the one pass found; the first call makes it and writes `monitor.json`.

        Raises:
            AlertError: the record could not be written.

        """
        if self._report is None:
            inputs = self._inputs
            if inputs is None:
                message = "items that are only listed have no log"
                raise AlertError(message)
            self._report = report_on(inputs.log, self._look(inputs), inputs.inputs.gate, inputs.before)
            self._write(inputs, self._report)
        if self._failure:
            raise AlertError(self._failure)
        return self._report

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Print the figures and where they are; with `-q` the alerts alone."""
        if self._report is None or self._inputs is None:
            return
        verbosity, colour = self._config.get_verbosity(), self._config.get_terminal_writer().hasmarkup
        if verbosity >= 0:
            reporter.section("monitor")
        reporter.write(alerts_table(self._report, width=terminal_width(), colour=colour, verbosity=verbosity))
        if self._failure or verbosity >= 0:
            reporter.write_line(self._failure or f"results: {self._inputs.inputs.results}")

    def _look(self, inputs: MonitorInputs) -> list[Observation]:
        queries, seen = inputs.queries, []
        with progress_bar(self._config, "looking", len(inputs.log.rows)) as advance:
            for row in inputs.log.rows:
                seen.append(observe(row, queries))
                advance()
        return seen

    def _write(self, inputs: MonitorInputs, report: MonitorReport) -> None:
        folder = inputs.inputs.results
        try:
            write_json(folder / MONITOR, report.model_dump(mode="json", by_alias=True))
        except OSError as error:
            self._failure = f"results could not be written to {folder}: {error.strerror or error}"
