"""The end of a run: what the reports of all processes said, the one decision, and the files that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from punie.evaluation.acceptance import RunFacts, put_on_record
from punie.evaluation.inputs import Inputs
from punie.evaluation.items import NOTE
from punie.evaluation.models.protocol import Fact
from punie.evaluation.records import Acceptance, Batching, QueryResult
from punie.evaluation.report import terminal_report, terminal_width
from punie.evaluation.report.files import write_results
from punie.evaluation.speed import Speed


class Conclusion:
    """
    Gathers notes from reports, in the process that receives those of all items, and decides once.

    Args:
        config: of the pytest process.
        inputs: what the command line named, checked.

    """

    def __init__(self, config: pytest.Config, inputs: Inputs) -> None:
        self.acceptance: Acceptance | None = None
        self._config = config
        self._inputs = inputs
        self._expected: set[str] = set()
        self._results: dict[str, QueryResult] = {}
        self._model: Mapping[str, Fact] = {}
        self._seconds = 0.0
        self._batching: Batching | None = None
        self._failed: set[str] = set()
        self._obstacles: list[str] = []
        self._unwritten = ""

    @property
    def obstacle(self) -> str:
        """Why nothing can be measured any more; empty as long as it can."""
        return next(iter(self._obstacles), "")

    def expect(self, node_ids: Iterable[str]) -> None:
        """Take note of items that will run, here or in a worker: of the suites' items, a run without any decides."""
        suites = {suite.name for suite in self._inputs.suites}
        self._expected.update(node_id for node_id in node_ids if node_id.partition("::")[0] in suites)

    def listen(self, report: pytest.TestReport) -> None:
        """Take note of a report; after a failed train item no query is asked."""
        note: Mapping[str, Any] = getattr(report, NOTE, {})
        if "result" in note:
            self._results[note["id"]] = QueryResult.model_validate(note["result"])
            self._model, self._seconds = note["model"], note["seconds"]
        if "batching" in note:
            self._batching = Batching.model_validate(note["batching"])
        if "obstacle" in note:
            self._obstacles.append(note["obstacle"])
        if report.failed and not note.get("not_met"):
            self._failed.add(report.nodeid)
            if note.get("building"):
                self._obstacles.append(f"building failed: {report.nodeid}")

    def collection_failed(self, node_id: str) -> None:
        """Take note of a folder or file that could not be collected."""
        self._failed.add(node_id)

    def finish(self, exit_status: int, speed: Speed | None = None) -> int:
        """Decide, put the run on record with the model's speed where it was measured, and return the exit status."""
        if not self._expected or exit_status in {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED}:
            return exit_status
        if exit_status not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            self._obstacles.append(f"the run was broken off (exit status {int(exit_status)})")
        facts = RunFacts(
            model=self._model,
            seconds=self._seconds,
            failed_items=tuple(sorted(self._failed)),
            obstacles=tuple(dict.fromkeys(self._obstacles)),
            baseline=self._inputs.baseline,
            built=self._inputs.built(self._model),
            speed=speed,
            batching=self._batching,
        )
        self.acceptance = put_on_record(self._inputs.suites, self._results, self._inputs.gate, facts)
        written = self._write(self.acceptance, self._inputs.results)
        passed = written and self.acceptance.decision == "DEPLOY"
        return exit_status if passed or exit_status else int(pytest.ExitCode.TESTS_FAILED)

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Print the acceptance table and where the results are; with `-q` the decision alone."""
        if self.acceptance is None:
            return
        verbosity = self._config.get_verbosity()
        if verbosity >= 0:
            reporter.section("acceptance")
        colour = self._config.get_terminal_writer().hasmarkup
        reporter.write(terminal_report(self.acceptance, width=terminal_width(), colour=colour, verbosity=verbosity))
        if self._unwritten or verbosity >= 0:
            reporter.write_line(self._unwritten or f"results: {self._inputs.results}")

    def _write(self, acceptance: Acceptance, folder: Path) -> bool:
        """Write the record; False when the disk does not take it."""
        try:
            write_results(acceptance, self._inputs)
        except OSError as error:
            self._unwritten = f"results could not be written to {folder}: {error.strerror or error}"
            return False
        return True
