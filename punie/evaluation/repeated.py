"""Several samples of every query: a source of replies that asks another one more than once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from punie.evaluation.models.protocol import Fact
from punie.evaluation.run import OnTurn, Sample, Source
from punie.evaluation.suite import Query


class RepeatedSource:
    """
    A source whose queries have `samples` samples; each sample is a conversation of its own.

    Args:
        source: what is asked.
        samples: how often, at least 1.

    """

    def __init__(self, source: Source, samples: int) -> None:
        self._source = source
        self._samples = samples
        self.name = source.name
        self.identity = source.identity

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What the source knows, and the number of samples."""
        return {**self._source.facts, "samples": self._samples}

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        """All samples of each query, in the order in which they were drawn."""
        rounds = [self._source.samples(queries, on_turn) for _ in range(self._samples)]
        return {name: tuple(sample for one in rounds for sample in one[name]) for name in rounds[0]}
