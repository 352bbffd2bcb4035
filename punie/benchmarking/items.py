"""The items of a benchmark: one for each figure of a model, as in `bench::seconds` or `bench::seconds[nano]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self

import pytest

from punie.benchmarking.bars import NO_BAR
from punie.benchmarking.records import FIGURES, FigureName
from punie.short_failures import ToldError, ToldItem

if TYPE_CHECKING:
    from punie.benchmarking.session import BenchSession

NAME: Final = "bench"


class BarError(ToldError):
    """A figure beyond its bar, or a model that cannot be measured: the message is all there is to show."""


class BenchNode(pytest.Collector):
    """The benchmark in the collection tree."""

    bench: BenchSession

    @classmethod
    def of(cls, session: pytest.Session, bench: BenchSession) -> Self:
        """The node at the top of the tree."""
        node: Self = cls.from_parent(session, name=NAME, nodeid=NAME)
        node.bench = bench
        return node

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each figure, model by model."""
        for model in self.bench.names:
            for figure in FIGURES:
                yield FigureItem.of(self, figure, model)


class FigureItem(ToldItem):
    """Fails when its figure is beyond a bar; is skipped where a bar could not be looked at."""

    bench: BenchSession
    figure: FigureName
    model: str

    @classmethod
    def of(cls, parent: BenchNode, figure: FigureName, model: str) -> Self:
        """The item of a figure, marked `bench`; of several models it names its own."""
        several = len(parent.bench.names) > 1
        item: Self = cls.from_parent(parent, name=f"{figure}[{model}]" if several else figure)
        item.bench, item.figure, item.model = parent.bench, figure, model
        item.add_marker("bench")
        return item

    def runtest(self) -> None:
        """Measure the model, if no other item did yet, and look at the bars of this figure."""
        line = self.bench.line(self.model, self.figure)
        if line.met is False:
            raise BarError(line.reason)
        if line.met is None and line.required != NO_BAR:
            pytest.skip(line.reason)
