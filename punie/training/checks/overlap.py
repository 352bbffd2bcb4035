"""Rows that measure memory: what valid and test share with train, and any row with the suites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from punie.training.checks.row import CheckedRow, found
from punie.training.checks.seen_rows import SeenRows, digest, first_places, row_digest, shown
from punie.training.contamination import plain, too_near
from punie.training.finding import Finding
from punie.training.near_index import near_pairs, pairs_between, sketches_of

NEAR: Final = 0.9
_RESPONSE: Final = "<tool_response>"

Places = NDArray[np.int64]


class TrainOverlap:
    """
    Finds rows of valid and test that train has already: equal ones, and those with the same or nearly the same query.

    A row's query is its first user turn, without case and punctuation; nearly the same means difflib's ratio is at
    least `NEAR`. Turns after it are not asked: who has seen the query has seen where the row leads. Each row has one
    finding, of the gravest rule. All findings come at the end, in the order of the rows.
    """

    def __init__(self) -> None:
        self._train = SeenRows(["row", "query"])
        self._held = SeenRows(["row", "query"])

    def see(self, row: CheckedRow) -> Iterator[Finding]:
        """Take note of `row`."""
        query = plain(row.example.query)
        rows = self._train if row.split == "train" else self._held
        rows.add(row, query, [row_digest(row), digest([query])])
        yield from ()

    def end(self) -> Iterator[Finding]:
        """Return what valid and test share with train."""
        if not len(self._train) or not len(self._held):
            return
        exact, same = (_matches(self._held.digests(name), self._train.digests(name)) for name in ("row", "query"))
        empty = self._held.digests("query") == digest([""])
        near = self._near(((exact < 0) & (same < 0) & ~empty).nonzero()[0])
        same[empty] = -1
        for number in range(len(self._held)):
            if exact[number] >= 0:
                yield self._found("train_overlap_exact", number, int(exact[number]), "the row equals")
            elif same[number] >= 0:
                yield self._found("train_overlap_query", number, int(same[number]), "the query is that of")
            elif near[number] >= 0:
                yield self._found("train_overlap_near", number, int(near[number]), "the query is near that of")

    def _found(self, rule: str, number: int, train: int, what: str) -> Finding:
        place = self._train.place(train)
        message = f"{what} {place}: {shown(self._held.texts[number])}"
        if rule == "train_overlap_near":
            message = f"{message}, there {shown(self._train.texts[train])}"
        return self._held.found(rule, number, message, place)

    def _near(self, rows: Places) -> Places:
        """Return, for each held-out row, the row of train that one of `rows` is near to, or -1."""
        near = np.full(len(self._held), -1, np.int64)
        if not len(rows):
            return near
        queries = self._train.digests("query")
        train = np.unique(first_places(queries))
        train = train[queries[train] != digest([""])]
        asked, others = sketches_of(self._held.texts, rows), sketches_of(self._train.texts, train)
        for batch in pairs_between(asked, others, NEAR):
            held, seen = rows[batch[0]], train[batch[1]]
            open_ = near[held] < 0
            held, seen = held[open_], seen[open_]
            fitting = near_pairs(self._held.texts, self._train.texts, (held, seen), NEAR)
            near[held[fitting]] = seen[fitting]
        return near


class EvalOverlap:
    """
    Finds rows in which a user asks what a suite asks, with the same words but for case and punctuation, or nearly so.

    Args:
        prompts: all that the suites ask.
    """

    def __init__(self, prompts: Sequence[str]) -> None:
        self._prompts = tuple(prompt for prompt in prompts if plain(prompt))
        self._exact = {plain(prompt): prompt for prompt in reversed(self._prompts)}

    def see(self, row: CheckedRow) -> Iterator[Finding]:
        """Return what `row` shares with the suites, once."""
        asked = [message.content for message in row.example.messages if message.role == "user"]
        asked = [text for text in asked if not text.lstrip().startswith(_RESPONSE) and plain(text)]
        for text in asked:
            if (prompt := self._exact.get(plain(text))) is not None:
                yield found("eval_overlap_exact", row, f"{shown(text)} is the suite's {shown(prompt)}")
                return
        for text in asked:
            if (prompt := too_near(text, self._prompts)) is not None:
                yield found("eval_overlap_near", row, f"{shown(text)} is near the suite's {shown(prompt)}")
                return

    def end(self) -> Iterator[Finding]:
        """Return nothing: each row was judged by itself."""
        yield from ()


def _matches(numbers: NDArray[np.uint64], others: NDArray[np.uint64]) -> Places:
    """Return, for each of `numbers`, the first place in `others` with the same number, or -1."""
    order = np.argsort(others, kind="stable")
    at = np.searchsorted(others[order], numbers)
    at[at == len(order)] = 0
    return np.where(others[order[at]] == numbers, order[at], -1)
