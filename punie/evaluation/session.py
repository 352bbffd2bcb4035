"""One pytest process that grades: which items were selected, and what each of them reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from punie.evaluation.acceptance import RunFacts, put_on_record
from punie.evaluation.batching import SIZES, check_batching, spread
from punie.evaluation.conclusion import Conclusion
from punie.evaluation.counts import tallies_of
from punie.evaluation.inputs import InputError, Inputs
from punie.evaluation.items import NOTE, CategoryItem, NotMetError, QueryItem, SuiteItem, SuiteNode, query_status
from punie.evaluation.keeping import keep_replies
from punie.evaluation.live import in_loop
from punie.evaluation.measuring import AskingError, Measured, measure
from punie.evaluation.models.loading import ModelDirError
from punie.evaluation.progress import progress_bar
from punie.evaluation.records import Batching, QueryResult
from punie.evaluation.repeated import RepeatedSource
from punie.evaluation.run import ModelSource, OnTurn, ReplaySource, Source, model_source
from punie.evaluation.suite import Query, Suite
from punie.markers import items_of


class EvalSession:
    """
    The state of an evaluation, from collection to decision.

    Args:
        config: of the pytest process.
        inputs: what the command line named, checked.
        shared: folder that the worker processes of this run share; None where there are none, and in their controller.

    """

    def __init__(self, config: pytest.Config, inputs: Inputs, shared: Path | None = None) -> None:
        self.inputs = inputs
        self.conclusion = Conclusion(config, inputs)
        self._config = config
        self._shared = shared
        self._items: tuple[SuiteItem, ...] = ()
        self._measured: Measured | None = None
        self._plain: ModelSource | None = None

    @property
    def title(self) -> str:
        """What is graded, on which suites."""
        request, replay = self.inputs.request, self.inputs.replay
        model = request.model.name if request.model else f"the newest of recipe {request.recipe}"
        model = request.served.title if request.served else model
        suites = ", ".join(suite.name for suite in self.inputs.suites)
        return f"{f'replies of {replay.name}' if replay else model} on {suites}"

    def collect(self, session: pytest.Session, node_ids: Sequence[str]) -> list[pytest.Item]:
        """The items of all suites, or those that node ids name."""
        return items_of(session, [SuiteNode.of(session, suite, self) for suite in self.inputs.suites], node_ids)

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
        self.conclusion.expect(item.nodeid for item in self._items)
        built_here = any(item.get_closest_marker("train") for item in chosen)
        if self._items and self.inputs.has_folder and not built_here:
            try:
                self.inputs.model()
            except InputError as error:
                raise pytest.UsageError(str(error)) from error

    def result(self, item: SuiteItem, query: Query) -> QueryResult:
        """The result of a query whose item runs, noted for its report; skips the item when it was not asked."""
        measured = self._ask_once(item)
        if query.id not in measured.results:
            pytest.skip(f"not asked: {query.id} stands not in the replay file")
        found = measured.results[query.id]
        item.note |= {"id": query.id, "result": found.model_dump(mode="json")}
        item.note |= {"model": dict(measured.model), "seconds": measured.seconds}
        if measured.batching is not None:
            item.note["batching"] = measured.batching.model_dump(mode="json")
        return found

    def judge_category(self, item: SuiteItem, category: str) -> None:
        """Raise NotMetError when the category misses its target; skip the item when a part was not asked."""
        measured, suite = self._ask_once(item), item.node.suite
        ids = _ids_of(suite, category)
        missing = [name for name in ids if name not in measured.results]
        if missing:
            pytest.skip(f"{len(missing)} of {len(ids)} queries were not asked")
        target = self.inputs.gate.targets_of(suite.name).get(category)
        tally = tallies_of(dict.fromkeys(ids, category), measured.results)[category]
        if not tally.graded:
            message = f"{category}: none of {len(ids)} queries could be graded"
            raise NotMetError(message, tabled=bool(self._queries))
        if target is not None and not tally.reaches(target):
            rate = f"{100 * tally.passed / tally.graded:.3g} % ({tally.passed} of {tally.graded})"
            message = f"{category}: {rate}, {target:g} % wanted"
            raise NotMetError(message, tabled=bool(self._queries))

    def judge_suite(self, item: SuiteItem) -> None:
        """Raise NotMetError when the selected queries of the suite are not enough for DEPLOY."""
        measured = self._measure_once(item)
        if measured.failure:
            message = f"INCOMPLETE\n{measured.failure}"
            raise NotMetError(message)
        results = {name: result for name, result in measured.results.items() if name in self._queries}
        built = self.inputs.built(measured.model)
        facts = RunFacts(
            measured.model,
            measured.seconds,
            baseline=self.inputs.baseline,
            built=built,
            batching=measured.batching,
        )
        acceptance = put_on_record([item.node.suite], results, self.inputs.gate, facts)
        if acceptance.decision != "DEPLOY":
            raise NotMetError("\n".join([acceptance.decision, *acceptance.reasons]))

    @property
    def _queries(self) -> frozenset[str]:
        """The ids of the selected queries: the tables tell of these alone."""
        return frozenset(own.subject.id for own in self._items if isinstance(own, QueryItem))

    def observe(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        """Let the report carry what the decision needs, also from a worker to its controller."""
        note = dict(item.note) if isinstance(item, SuiteItem) and report.when == "call" else {}
        if report.failed:
            note["not_met"] = call.excinfo is not None and isinstance(call.excinfo.value, NotMetError)
            note["building"] = item.get_closest_marker("train") is not None
        if note:
            setattr(report, NOTE, note)

    def status(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """How pytest shows a query that was measured: a missed one has a letter, a word and a colour of its own."""
        return query_status(report)

    def _ask_once(self, item: SuiteItem) -> Measured:
        """What was measured; skips the item when nothing could be."""
        measured = self._measure_once(item)
        if measured.failure:
            pytest.skip(f"not asked: {measured.failure}")
        return measured

    def _measure_once(self, item: SuiteItem) -> Measured:
        """Ask and grade the queries of all selected items in one go, unless something stands against it."""
        if self.conclusion.obstacle:
            return Measured(failure=self.conclusion.obstacle)
        if self._measured is None:
            self._measured = self._ask(item)
        return self._measured

    def _ask(self, item: SuiteItem) -> Measured:
        ids = self._wanted()
        queries = {query.id: query for suite in self.inputs.suites for query in suite.queries}
        checked = spread(ids, self.inputs.request.check_batching) * len(SIZES)
        turns = sum(1 + len(queries[name].then) for name in [*ids, *checked]) * self.inputs.request.samples
        check = self._check if checked else None
        try:
            with progress_bar(self._config, "asking", turns) as advance:
                return measure(self.inputs.suites, ids, self._open, on_turn=advance, check=check, shared=self._shared)
        except AskingError as error:
            self._measured = Measured(failure=f"asking failed: {error}")
            item.note["obstacle"] = self._measured.failure
            if isinstance(error.__cause__, (InputError, ModelDirError)):
                raise NotMetError(str(error)) from error
            raise

    def _wanted(self) -> set[str]:
        wanted: set[str] = set()
        for item in self._items:
            if isinstance(item, QueryItem):
                wanted.add(item.subject.id)
            elif isinstance(item, CategoryItem):
                wanted.update(_ids_of(item.node.suite, item.subject))
        return wanted

    def _check(self, results: Mapping[str, QueryResult], on_turn: OnTurn) -> Batching | None:
        """Ask as many queries again in batches of other sizes as the command line wants."""
        graded = [name for name, result in results.items() if result.strict is not None]
        again = {name: results[name] for name in spread(graded, self.inputs.request.check_batching)}
        return check_batching(self.inputs.suites, again, self._plain, on_turn) if self._plain else None

    def _open(self) -> Source:
        """Called when the first query is asked: a model built in this run exists by then."""
        request, replay = self.inputs.request, self.inputs.replay
        if replay is not None:
            return ReplaySource(replay)
        if request.served is not None:
            source = request.served.source(temperature=request.temperature)
        else:
            source = model_source(self.inputs.model(), temperature=request.temperature)
        self._plain = ModelSource(source.model, source.render)
        keep_replies(source, self.inputs)
        looped = source if request.live is None else in_loop(source, request.live)
        return RepeatedSource(looped, request.samples)


def _ids_of(suite: Suite, category: str) -> list[str]:
    return [query.id for query in suite.queries if query.category == category]
