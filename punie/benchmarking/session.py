"""One pytest process that measures models: each once, when the first of its items runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import Any

import pytest

from punie.benchmarking.apart import Job, MeasuringError, measure_apart
from punie.benchmarking.bars import check_bars
from punie.benchmarking.comparison import compare, counterpart
from punie.benchmarking.inputs import BenchInputs
from punie.benchmarking.items import BarError, BenchNode
from punie.benchmarking.measuring import turns
from punie.benchmarking.records import BenchReport, Beside, FigureName, ModelBench
from punie.benchmarking.storage import BENCH, Stored, machine_info, machine_of, store, stored_runs
from punie.benchmarking.table import bench_table
from punie.evaluation.inputs import InputError
from punie.evaluation.progress import progress_bar
from punie.evaluation.records import Criterion
from punie.evaluation.report import terminal_width
from punie.evaluation.speed import Speed
from punie.markers import items_of
from punie.whole_files import write_json

_Lines = Mapping[FigureName, Criterion]


class BenchSession:
    """
    The state of a benchmark, from collection to summary.

    Args:
        config: of the pytest process.
        inputs: what is measured; None when items are only listed.
        names: of the models; one empty name for the newest that the recipe built.

    """

    def __init__(self, config: pytest.Config, inputs: BenchInputs | None, names: tuple[str, ...]) -> None:
        self.names = names
        self._config = config
        self._inputs = inputs
        self._models: dict[str, ModelBench] = {}
        self._beside: list[Beside] = []
        self._bars: dict[str, _Lines] = {}
        self._failed: dict[str, str] = {}
        self._report: BenchReport | None = None
        self._notes: list[str] = []
        self._faults: list[str] = []
        self._not_built = ""

    @property
    def title(self) -> str:
        """What is measured."""
        named = ", ".join(name for name in self.names if name)
        return f"speed of {named or 'the newest model'}"

    @property
    def speed(self) -> Speed | None:
        """The figures of the one model, for a report that is about it."""
        return next((model.speed for model in self._models.values()), None) if len(self.names) == 1 else None

    def collect(self, session: pytest.Session, node_ids: Sequence[str]) -> list[pytest.Item]:
        """The items of all figures, or those that node ids name."""
        return items_of(session, [BenchNode.of(session, self)], node_ids)

    def observe(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """After a failed train item nothing is measured: the newest model would be an older one."""
        if report.failed and item.get_closest_marker("train") is not None:
            self._not_built = report.nodeid

    def line(self, name: str, figure: FigureName) -> Criterion:
        """
        What the bars say about a figure of a model; the first call measures it.

        Raises:
            BarError: it cannot be measured; later calls skip the item.

        """
        if self._not_built:
            pytest.skip(f"not measured: building failed: {self._not_built}")
        if name in self._failed:
            pytest.skip(f"not measured: {self._failed[name]}")
        if name not in self._bars:
            try:
                self._bars[name] = self._measure(name)
            except (InputError, MeasuringError) as error:
                self._failed[name] = str(error)
                message = f"{name or 'the newest model'} could not be measured: {error}"
                raise BarError(message) from error
        return self._bars[name][figure]

    def finish(self, exit_status: int) -> int:
        """Put the run on record and store it; the exit status, which says so when the disk does not take it."""
        inputs = self._inputs
        if inputs is None or not (self._models or self._failed):
            return exit_status
        at = datetime.now(UTC)
        self._report = BenchReport(
            at=at.isoformat(timespec="seconds"),
            machine=machine_of(self._machine),
            suites={suite.name: suite.digest for suite in inputs.inputs.suites},
            models=tuple(self._models.values()),
            earlier={f"{then.speed.name} of {run.title}": then.speed for run in inputs.earlier for then in run.models},
            beside=tuple(self._beside),
            bars={self._models[name].speed.name: lines for name, lines in self._bars.items()},
            failed={name or "the newest model": reason for name, reason in self._failed.items()},
            gate=inputs.inputs.gate.digest,
        )
        folder = inputs.inputs.results
        try:
            write_json(folder / BENCH, self._report.model_dump(mode="json", by_alias=True))
            self._notes.append(f"results: {folder}")
            if self._models:
                self._notes.append(f"stored: {store(inputs.stored, tuple(self._models.values()), self._machine, at)}")
        except OSError as error:
            self._faults.append(f"results could not be written: {error}")
            return exit_status or int(pytest.ExitCode.TESTS_FAILED)
        return exit_status

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Print the figures and where they are; with `-q` what is beyond a bar, and a line on each model."""
        if self._report is None:
            return
        verbosity, colour = self._config.get_verbosity(), self._config.get_terminal_writer().hasmarkup
        if verbosity >= 0:
            reporter.section("bench")
        reporter.write(bench_table(self._report, width=terminal_width(), colour=colour, verbosity=verbosity))
        for note in (*self._stored[1], *self._faults, *(self._notes if verbosity >= 0 else ())):
            reporter.write_line(note)

    @cached_property
    def _machine(self) -> dict[str, Any]:
        return machine_info()

    @cached_property
    def _stored(self) -> tuple[list[Stored], list[str]]:
        """The runs to look for earlier measurements in, the most relevant first, and what cannot be used."""
        inputs = self._inputs
        if inputs is None:
            return [], []
        return (list(inputs.earlier), []) if inputs.earlier else stored_runs(inputs.stored)

    def _measure(self, name: str) -> _Lines:
        inputs = self._inputs
        if inputs is None:
            message = "items that are only listed have no model"
            raise MeasuringError(message)
        job = Job(inputs.folder(name), inputs.inputs.suites, inputs.rounds, inputs.asked.own_tools)
        with progress_bar(self._config, f"measuring {job.model.name}", turns(job.suites, job.rounds)) as advance:
            model = measure_apart(job, advance)
        self._models[name] = model
        named = bool(inputs.earlier)
        found = list(islice(self._look_back(model, named=named), None if named else 1))
        self._beside += found
        return check_bars(model, found[0] if found else None, inputs.inputs.gate.bench)

    def _look_back(self, model: ModelBench, *, named: bool) -> Iterator[Beside]:
        """The model beside earlier runs; one that nobody named has to be of the same model and machine."""
        machine = machine_of(self._machine)
        for stored in self._stored[0]:
            then = counterpart(model, stored.models, only=len(self.names) == 1)
            alike = then is not None and then.identity == model.identity and stored.machine == machine
            if then is not None and (named or alike):
                notes = () if stored.machine == machine else ("another machine",)
                found = compare(model, then, stored.title, notes)
                yield from [found] if found is not None else []
