"""One pytest process that checks a dataset: one pass, then one item for each rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from punie.data.inputs import DataInputs
from punie.data.items import DatasetNode, FoundError, is_warned
from punie.evaluation.progress import progress_bar
from punie.evaluation.report import terminal_width
from punie.markers import items_of
from punie.training.checks.row import CheckedRow
from punie.training.finding import Finding
from punie.training.fixing import REJECTED, Fixed, fix_dataset
from punie.training.reports import CheckReport, check_dataset, findings_table, write_findings, write_sarif
from punie.training.reports.record import lines_of, split_files
from punie.training.reports.table import one_line

_SHOWN: Final = 10


class DataSession:
    """
    The state of a check, from collection to summary.

    Args:
        config: of the pytest process.
        inputs: what is checked; None when items are only listed.

    """

    def __init__(self, config: pytest.Config, inputs: DataInputs | None) -> None:
        self._config = config
        self._inputs = inputs
        self._report: CheckReport | None = None
        self._fixed: Fixed | None = None
        self._failure = ""

    @property
    def title(self) -> str:
        """What is checked."""
        return f"checks of {self._inputs.source}" if self._inputs else "checks of a dataset"

    def collect(self, session: pytest.Session, node_ids: Sequence[str]) -> list[pytest.Item]:
        """The items of all rules, or those that node ids name."""
        return items_of(session, [DatasetNode.of(session, self)], node_ids)

    def report(self) -> CheckReport:
        """
        What the one pass found; the first call makes it and writes the files.

        Raises:
            FoundError: the data could not be read to their end, the results not be written, or a rule broke.

        """
        if self._report is None and not self._failure:
            self._check()
        if self._failure or self._report is None:
            raise FoundError(self._failure)
        return self._report

    def status(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """A rule that warns has a letter, a word and a colour of its own."""
        return ("warned", "w", ("WARNED", {"yellow": True})) if is_warned(report) else None

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Print the findings by rule, where they are, and what was fixed; with `-q` what forbids training alone."""
        if self._inputs is None or not (self._report or self._failure):
            return
        verbosity, colour = self._config.get_verbosity(), self._config.get_terminal_writer().hasmarkup
        if verbosity >= 0:
            reporter.section("data")
        if self._report is not None:
            shown = findings_table(self._report, width=terminal_width(), colour=colour, verbosity=verbosity)
            reporter.write(shown)
        if self._failure:
            reporter.write_line(self._failure, red=True)
        elif verbosity >= 0:
            reporter.write_line(f"results: {self._inputs.results}")
        if self._fixed is not None and self._inputs.fixed is not None:
            for line in _fixed_lines(self._fixed, self._inputs.fixed):
                reporter.write_line(line)

    def _check(self) -> None:
        if self._inputs is None:
            self._failure = "nothing to check: the items were only listed"
            return
        inputs = self._inputs
        try:
            self._report = self._checked(inputs)
            write_findings(self._report, inputs.results)
            write_sarif(self._report, inputs.results, self._place(inputs.source))
            if inputs.fixed is not None:
                self._fixed = fix_dataset(inputs.source, inputs.fixed, inputs.rules)
        except OSError as error:
            self._failure = f"the check could not be finished: {one_line(str(error))}"
        except Exception as error:
            # the first item shows where; the others need not try again
            self._failure = f"the check broke off: {one_line(repr(error))}"
            raise

    def _place(self, source: Path) -> str:
        """The dataset's folder as seen from the root; empty where it lies outside."""
        folder, root = (source.parent if source.is_file() else source).resolve(), self._config.rootpath.resolve()
        return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""

    def _checked(self, inputs: DataInputs) -> CheckReport:
        """The one pass, with a bar that a rule without findings moves."""
        total = sum(lines_of(file) for file in split_files(inputs.source).values())
        with progress_bar(self._config, "checking", total) as advance:

            def seen(row: CheckedRow) -> Iterator[Finding]:
                del row
                advance()
                return iter(())

            rules = inputs.rules()
            return check_dataset(inputs.source, rules._replace(rows=[*rules.rows, seen]), inputs.unasked())


def _fixed_lines(fixed: Fixed, folder: Path) -> Iterator[str]:
    changes = ", ".join(f"{count} {name}" for name, count in fixed.changes.items())
    remaining = ", ".join(f"{count} {name}" for name, count in fixed.remaining.items())
    yield f"fixed copy: {folder}: {changes or 'nothing to change'}"
    yield f"remaining: {remaining or 'nothing'}"
    if fixed.rejected:
        yield f"{len(fixed.rejected)} lines that are no rows stand in {REJECTED}:"
        yield from (f"  {one_line(place)}" for place in fixed.rejected[:_SHOWN])
        if len(fixed.rejected) > _SHOWN:
            yield f"  {len(fixed.rejected) - _SHOWN} more in fixes.json"
