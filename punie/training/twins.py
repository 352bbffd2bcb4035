"""
Rows that say the same in other words: they must stand in one split, or the split measures memory.

Two rows are twins when they are equal or when their queries are near one another, as they are or with paths, symbols
and numbers masked. Twins of twins belong together too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from punie.training.contamination import THRESHOLD, masked, plain
from punie.training.dataset import TrainingExample
from punie.training.near_index import Pairs, all_pairs, near_pairs, pairs_within, sketches_of

EXACT: Final = 2_000


class _Groups:
    """Places that are joined step by step; each group is known by one of its places."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def head(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place

    def join(self, first: int, second: int) -> None:
        low, high = sorted((self.head(first), self.head(second)))
        self._parents[high] = low


def twin_groups(rows: Sequence[TrainingExample]) -> tuple[tuple[int, ...], ...]:
    """
    Return the places of `rows` in groups of twins, in the order of their first places.

    Up to `EXACT` different queries are compared each with each; more of them go through the index of near texts, which
    may miss a pair that no other twin joins.

    Args:
        rows: the rows of all splits.
    """
    groups = _Groups(len(rows))
    queries = [row.query for row in rows]
    for form in (plain, masked):
        _join_near(groups, queries, form)
    found: dict[int, list[int]] = {}
    for place in range(len(rows)):
        found.setdefault(groups.head(place), []).append(place)
    return tuple(tuple(places) for places in found.values())


def _join_near(groups: _Groups, queries: Sequence[str], form: Callable[[str], str]) -> None:
    firsts: dict[str, int] = {}
    for place, query in enumerate(queries):
        groups.join(place, firsts.setdefault(form(query), place))
    firsts.pop("", None)
    texts, places = list(firsts), list(firsts.values())
    for ones, others in _candidates(texts):
        ends = zip(ones.tolist(), others.tolist(), strict=True)
        apart = np.array([groups.head(places[one]) != groups.head(places[other]) for one, other in ends], np.bool_)
        ones, others = ones[apart], others[apart]  # noqa: PLW2901 - those joined already need no comparison
        near = near_pairs(texts, texts, (ones, others), THRESHOLD)
        for one, other in zip(ones[near].tolist(), others[near].tolist(), strict=True):
            groups.join(places[one], places[other])


def _candidates(texts: Sequence[str]) -> Iterator[Pairs]:
    if len(texts) <= EXACT:
        yield from all_pairs(texts, THRESHOLD)
    else:
        yield from pairs_within(sketches_of(texts, np.arange(len(texts))), THRESHOLD)
