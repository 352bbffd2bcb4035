"""
Rows that say the same in other words: they must stand in one split, or the split measures memory.

Two rows are twins when they are equal or when their queries are near one another, as they are or with paths, symbols
and numbers masked. Twins of twins belong together too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

import numpy as np

from punie.training.contamination import THRESHOLD, masked, plain
from punie.training.dataset import TrainingExample

_BUCKETS: Final = 64


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

    Args:
        rows: the rows of all splits; the cost grows with the square of the different queries.
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
    texts, places = list(firsts), list(firsts.values())
    for one, other in _possible_pairs(texts):
        if groups.head(places[one]) != groups.head(places[other]) and _is_near(texts[one], texts[other]):
            groups.join(places[one], places[other])


def _possible_pairs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose lengths and letters allow the threshold: letters in common bound the ratio from above."""
    lengths = np.array([len(text) for text in texts])
    letters = np.array([_letters(text) for text in texts], dtype=np.int32).reshape(len(texts), _BUCKETS)
    for place in range(len(texts)):
        needed = THRESHOLD * (lengths[place] + lengths[:place]) / 2
        fitting = (np.minimum(lengths[place], lengths[:place]) >= needed).nonzero()[0]
        common = np.minimum(letters[place], letters[fitting]).sum(axis=1)
        yield from ((place, int(other)) for other in fitting[common >= needed[fitting]])


def _letters(text: str) -> np.ndarray:
    """How often the letters of each bucket occur, one letter counted once whatever its bytes."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.bincount(codes % _BUCKETS, minlength=_BUCKETS)


def _is_near(first: str, second: str) -> bool:
    """Whether difflib's ratio, which depends on the order, reaches the threshold in either order."""
    for one, other in ((first, second), (second, first)):
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if matcher.quick_ratio() < THRESHOLD:
            return False
        if matcher.ratio() >= THRESHOLD:
            return True
    return False
