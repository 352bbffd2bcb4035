"""One pytest run that grades: which items were selected, what they measured, and the decision at the end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

import pytest

from punie.evaluation.acceptance import Graded, RunFacts, accept
from punie.evaluation.grade import Grade
from punie.evaluation.inputs import InputError, Inputs
from punie.evaluation.items import CategoryItem, NotMetError, QueryItem, SuiteItem, SuiteNode, missed_reason
from punie.evaluation.models.loading import ModelDirError
from punie.evaluation.progress import progress_bar
from punie.evaluation.report import terminal_report, terminal_width, write_markdown
from punie.evaluation.results import Acceptance, tallies_of, write_acceptance
from punie.evaluation.run import EvalRun, ReplaySource, Source, model_source
from punie.evaluation.suite import Query, Suite
from punie.markers import is_named


class EvalSession:
    """
    The state of an evaluation, from collection to decision.

    Args:
        config: of the pytest run.
        inputs: what the command line named, checked.

    """

    def __init__(self, config: pytest.Config, inputs: Inputs) -> None:
        self.inputs = inputs
        self.acceptance: Acceptance | None = None
        self._config = config
        self._run = EvalRun(inputs.suites, self._open)
        self._items: tuple[SuiteItem, ...] = ()
        self._measured: set[str] = set()
        self._failed: list[str] = []
        self._obstacles: list[str] = []
        self._seconds = 0.0
        self._written = ""

    @property
    def title(self) -> str:
        """What is graded, on which suites."""
        request, replay = self.inputs.request, self.inputs.replay
        model = request.model.name if request.model else f"the newest of recipe {request.recipe}"
        suites = ", ".join(suite.name for suite in self.inputs.suites)
        return f"{f'replies of {replay.name}' if replay else model} on {suites}"

    def collect(self, session: pytest.Session, node_ids: Sequence[str]) -> list[pytest.Item]:
        """
        The items of all suites, or those that node ids name.

        Raises:
            pytest.UsageError: a suite has no item of that name.

        """
        nodes = [SuiteNode.of(session, suite, self) for suite in self.inputs.suites]
        items = [item for node in nodes for item in session.genitems(node)]
        for named in node_ids:
            suite = named.partition("::")[0]
            if any(node.name == suite for node in nodes) and not any(is_named(item, [named]) for item in items):
                message = f"no item {named!r}: list the items of suite {suite!r} with --collect-only -m eval"
                raise pytest.UsageError(message)
        return [item for item in items if not node_ids or is_named(item, node_ids)]

    def select(self, items: Iterable[pytest.Item]) -> None:
        """
        Take note of the items that will run.

        Raises:
            pytest.UsageError: there is no model to grade, and no item of this run builds one.

        """
        if self.inputs.request.only_listed:
            return
        chosen = list(items)
        self._items = tuple(item for item in chosen if isinstance(item, SuiteItem))
        built_here = any(item.get_closest_marker("train") for item in chosen)
        if self._items and self.inputs.replay is None and not built_here:
            try:
                self.inputs.model()
            except InputError as error:
                raise pytest.UsageError(str(error)) from error

    def grade(self, query: Query) -> Grade:
        """The grade of a query whose item runs; skips the item when the query was not asked."""
        self._ask_once()
        if not self._run.was_asked(query.id):
            pytest.skip(f"not asked: {query.id} stands not in the replay file")
        start = time.perf_counter()
        grade = self._run.graded(query.id).grade
        self._seconds += time.perf_counter() - start
        self._measured.add(query.id)
        return grade

    def judge_category(self, suite: Suite, category: str) -> None:
        """Raise NotMetError when the category misses its target; skip the item when a part was not asked."""
        self._ask_once()
        ids = _ids_of(suite, category)
        missing = [name for name in ids if not self._run.was_asked(name)]
        if missing:
            pytest.skip(f"{len(missing)} of {len(ids)} queries were not asked")
        target = self.inputs.gate.targets_of(suite.name).get(category)
        results = self._accept([suite], ids).queries
        tally = tallies_of(dict.fromkeys(ids, category), results)[category]
        if not tally.graded:
            message = f"{category}: none of {len(ids)} queries could be graded"
            raise NotMetError(message)
        if target is not None and not tally.reaches(target):
            rate = f"{100 * tally.passed / tally.graded:.3g} % ({tally.passed} of {tally.graded})"
            message = f"{category}: {rate}, {target:g} % wanted"
            raise NotMetError(message)

    def judge_suite(self, suite: Suite) -> None:
        """Raise NotMetError when what was measured until now is not enough for DEPLOY."""
        acceptance = self._accept([suite], self._measured)
        if acceptance.decision != "DEPLOY":
            raise NotMetError("\n".join([acceptance.decision, *acceptance.reasons]))

    def observe(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        """Take note of failures; after a failed train item no query is asked."""
        if not report.failed or (call.excinfo is not None and isinstance(call.excinfo.value, NotMetError)):
            return
        self._failed.append(item.nodeid)
        if item.get_closest_marker("train"):
            self._obstacles.append(f"building failed: {item.nodeid}")

    def collection_failed(self, node_id: str) -> None:
        """Take note of a folder or file that could not be collected."""
        self._failed.append(node_id)

    def is_missed(self, report: pytest.CollectReport | pytest.TestReport) -> bool:
        """Whether the report is about a query that was measured and missed."""
        return isinstance(report, pytest.TestReport) and missed_reason(report) is not None

    def finish(self, exit_status: int) -> int:
        """Decide, put the run on record, and return the exit status that says so."""
        if not self._items or exit_status in {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED}:
            return exit_status
        if exit_status not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            self._obstacles.append(f"the run was broken off (exit status {int(exit_status)})")
        self.acceptance = self._accept(self.inputs.suites, self._measured)
        written = self._write(self.acceptance)
        passed = written and self.acceptance.decision == "DEPLOY"
        return exit_status if passed or exit_status else int(pytest.ExitCode.TESTS_FAILED)

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Print the acceptance table and where the results are."""
        if self.acceptance is None:
            return
        reporter.section("acceptance")
        colour = self._config.get_terminal_writer().hasmarkup
        reporter.write(terminal_report(self.acceptance, width=terminal_width(), colour=colour))
        reporter.write_line(self._written)

    def _write(self, acceptance: Acceptance) -> bool:
        """Write the record; False when the disk does not take it."""
        folder = self.inputs.results
        try:
            write_acceptance(acceptance, folder)
            write_markdown(acceptance, folder)
        except OSError as error:
            self._written = f"results could not be written to {folder}: {error.strerror or error}"
            return False
        self._written = f"results: {folder}"
        return True

    def _ask_once(self) -> None:
        """Ask the queries of all selected items in one go; skips the item when that is not possible."""
        if self._obstacles:
            pytest.skip(f"not asked: {self._obstacles[0]}")
        if self._run.source is not None:
            return
        start = time.perf_counter()
        try:
            self._ask(self._wanted())
        except Exception as error:
            self._obstacles.append(f"asking failed: {' '.join(str(error).split()) or type(error).__name__}")
            if isinstance(error, (InputError, ModelDirError)):
                raise NotMetError(str(error)) from error
            raise
        finally:
            self._seconds += time.perf_counter() - start

    def _ask(self, ids: set[str]) -> None:
        turns = sum(1 + len(self._run.queries[name].then) for name in ids)
        with progress_bar(self._config, "asking", turns) as advance:
            self._run.ask(ids, advance)

    def _wanted(self) -> set[str]:
        wanted: set[str] = set()
        for item in self._items:
            if isinstance(item, QueryItem):
                wanted.add(item.subject.id)
            elif isinstance(item, CategoryItem):
                wanted.update(_ids_of(item.node.suite, item.subject))
        return wanted

    def _open(self) -> Source:
        """Called when the first query is asked: a model built in this run exists by then."""
        replay = self.inputs.replay
        return model_source(self.inputs.model()) if replay is None else ReplaySource(replay)

    def _accept(self, suites: Sequence[Suite], ids: Iterable[str]) -> Acceptance:
        graded: Mapping[str, Graded] = {name: self._run.graded(name) for name in ids}
        facts = RunFacts(self._run.facts, self._seconds, tuple(self._failed), tuple(self._obstacles))
        return accept(suites, graded, self.inputs.gate, facts)


def _ids_of(suite: Suite, category: str) -> list[str]:
    return [query.id for query in suite.queries if query.category == category]
