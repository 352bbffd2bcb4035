"""Asking and grading the collected queries of a run: once on a machine, whatever the number of processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from punie.evaluation.acceptance import query_result
from punie.evaluation.identity import identified
from punie.evaluation.models.protocol import Fact
from punie.evaluation.records import Batching, QueryResult, Record
from punie.evaluation.run import EvalRun, OnTurn, Source
from punie.evaluation.sharing import once
from punie.evaluation.suite import Suite

Check = Callable[[Mapping[str, QueryResult], OnTurn], Batching | None]


class Measured(Record):
    """
    What asking and grading gave.

    Attributes:
        results: by query id, for the queries that were asked.
        model: what is known about the source of the replies.
        batching: whether replies depend on the size of a batch, where that was checked.
        seconds: what asking and grading took.
        failure: why it failed; empty when it did not.

    """

    results: Mapping[str, QueryResult] = {}
    model: Mapping[str, Fact] = {}
    batching: Batching | None = None
    seconds: float = 0.0
    failure: str = ""


class AskingError(RuntimeError):
    """Nothing could be measured; the cause tells why, the message in one line."""


def measure(
    suites: tuple[Suite, ...],
    ids: Collection[str],
    source: Callable[[], Source],
    *,
    on_turn: OnTurn = lambda: None,
    check: Check | None = None,
    shared: Path | None = None,
) -> Measured:
    """
    Ask and grade queries.

    Args:
        suites: that hold the queries.
        ids: of the queries.
        source: opens the source of replies.
        on_turn: called for every reply.
        check: what is to be found out of the results in the same process, while the source is still there.
        shared: folder of this run, common to its processes on this machine; None for a run in one process.

    Raises:
        AskingError: in the process in which asking failed; the others get the failure to read.

    """
    if shared is None:
        return _measure(suites, ids, source, on_turn, check)
    raised: list[AskingError] = []

    def work() -> str:
        try:
            return _measure(suites, ids, source, on_turn, check).model_dump_json()
        except AskingError as error:
            raised.append(error)
            return Measured(failure=str(error)).model_dump_json()

    text = once(shared, work)
    if raised:
        raise raised[0]
    return Measured.model_validate_json(text)


def _measure(
    suites: tuple[Suite, ...],
    ids: Collection[str],
    source: Callable[[], Source],
    on_turn: OnTurn,
    check: Check | None,
) -> Measured:
    start = time.perf_counter()
    run = EvalRun(suites, source)
    try:
        run.ask(ids, on_turn)
        results = {name: _result(run, name) for name in run.queries if name in ids and run.was_asked(name)}
        seconds, model = time.perf_counter() - start, identified(run.facts, suites)
        batching = None if check is None else check(results, on_turn)
    except Exception as error:
        message = " ".join(str(error).split()) or type(error).__name__
        raise AskingError(message) from error
    return Measured(results=results, model=model, batching=batching, seconds=seconds)


def _result(run: EvalRun, name: str) -> QueryResult:
    """A query's result; a fault of the grader itself leaves that query without verdict, not the run."""
    query = run.queries[name]
    try:
        return query_result(query, run.samples_of(name), recorded=run.recorded(name))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other queries are graded
        reason = f"the grader failed: {type(error).__name__}: {' '.join(str(error).split())}"
        return QueryResult(category=query.category, strict=None, soft=None, reason=reason)
