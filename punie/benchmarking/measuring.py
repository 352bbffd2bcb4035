"""Asks one model every query, one by one and all together, and takes the times."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from punie.benchmarking.figures import Asked, Measured, figures_of, identity_of
from punie.benchmarking.memory import peak_rss
from punie.benchmarking.records import ModelBench
from punie.evaluation.run import OnTurn, Source
from punie.evaluation.suite import Query, Suite

Clock = Callable[[], float]
_PEAK: Final = "peak_memory_bytes"


def measure(
    open_source: Callable[[], Source],
    suites: Sequence[Suite],
    *,
    rounds: int = 1,
    on_turn: OnTurn = lambda: None,
    clock: Clock = time.perf_counter,
) -> ModelBench:
    """
    Load a model, warm it up, and ask it every query in both ways.

    Args:
        open_source: loads the model.
        suites: what is asked, at least one query in all.
        rounds: how often each query is asked in each way, at least once.
        on_turn: called for every reply, that of the warm-up too.
        clock: gives seconds.

    """
    queries = {query.id: query for suite in suites for query in suite.queries}
    start = clock()
    source = open_source()
    loaded = clock() - start

    def ask(*wanted: Query) -> Asked:
        begin = clock()
        samples = source.samples(wanted, on_turn)
        return Asked({name: given[0] for name, given in samples.items()}, clock() - begin)

    peaks = {"load": source.facts.get(_PEAK)}
    warm_up = ask(next(iter(queries.values())))
    # alone before together: a batch needs more memory, and peaks only grow
    alone = tuple({name: ask(query) for name, query in queries.items()} for _ in range(rounds))
    peaks["alone"] = source.facts.get(_PEAK)
    batches = tuple(ask(*queries.values()) for _ in range(rounds))
    peaks["batch"] = source.facts.get(_PEAK)
    measured = Measured(queries, alone, batches, loaded, warm_up.seconds, peaks, peak_rss())
    speed, times = figures_of(source.name, measured, source.facts)
    return ModelBench(identity=identity_of(source.identity, suites), speed=speed, queries=times)


def turns(suites: Iterable[Suite], rounds: int) -> int:
    """How many replies `measure` asks for."""
    each = [1 + len(query.then) for suite in suites for query in suite.queries]
    return each[0] + 2 * rounds * sum(each)
