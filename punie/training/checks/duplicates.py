"""Rows of one split that say what another one says already."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from punie.training.checks.row import AssistantTurn, CheckedRow
from punie.training.checks.seen_rows import SeenRows, digest, first_places, row_digest, shown
from punie.training.contamination import plain
from punie.training.finding import Finding
from punie.training.near_index import near_pairs, pairs_within, sketches_of

NEAR: Final = 0.9

Places = NDArray[np.int64]


class DuplicatesInSplit:
    """
    Finds rows equal to an earlier one of their split, and rows that add nothing to an earlier one.

    A row adds nothing when its query is nearly the same (difflib's ratio of the texts without case and punctuation is
    at least `NEAR`) and its assistant does the same: calls with the same code, says the same words but for case and
    punctuation. All findings come at the end, in the order of the rows.
    """

    def __init__(self) -> None:
        self._rows = SeenRows(["row", "query", "answer"])

    def see(self, row: CheckedRow) -> Iterator[Finding]:
        """Take note of `row`."""
        query = plain(row.example.query)
        answer = digest(chain([row.split], *(_said(turn) for turn in row.turns))) if row.turns else 0
        self._rows.add(row, query, [row_digest(row) ^ digest([row.split]), digest([query]), answer])
        yield from ()

    def end(self) -> Iterator[Finding]:
        """Return what repeats an earlier row."""
        firsts = first_places(self._rows.digests("row"))
        near = self._near(np.unique(firsts))
        for number, first in enumerate(firsts.tolist()):
            if first != number:
                yield self._found("duplicate_in_split", number, first, "equals")
            elif near[number] >= 0:
                yield self._found("near_duplicate_in_split", number, int(near[number]), "adds nothing to")

    def _found(self, rule: str, number: int, earlier: int, what: str) -> Finding:
        place = self._rows.place(earlier)
        message = f"the row {what} {place}: {shown(self._rows.texts[number])}"
        return self._rows.found(rule, number, message, place)

    def _near(self, rows: Places) -> Places:
        """Return, for each row, the earlier one of `rows` that it is near to, or -1."""
        near = np.full(len(self._rows), -1, np.int64)
        answers, queries = self._rows.digests("answer"), self._rows.digests("query")
        rows = rows[(answers[rows] != 0) & (queries[rows] != digest([""]))]
        # equal queries first: the search compares different ones only
        firsts = rows[first_places(queries[rows] ^ (answers[rows] * np.uint64(3)))]
        near[rows[firsts != rows]] = firsts[firsts != rows]
        self._search(_shared(rows[firsts == rows], answers), near)
        return near

    def _search(self, rows: Places, near: Places) -> None:
        answers = self._rows.digests("answer")
        for batch in pairs_within(sketches_of(self._rows.texts, rows, answers[rows]), NEAR):
            earlier, later = (rows[places] for places in batch)
            open_ = (near[later] < 0) & (answers[earlier] == answers[later])
            earlier, later = earlier[open_], later[open_]
            fitting = near_pairs(self._rows.texts, self._rows.texts, (earlier, later), NEAR)
            near[later[fitting]] = earlier[fitting]


def _said(turn: AssistantTurn) -> Iterator[str]:
    """Code counts with its signs and case, words without."""
    if not turn.codes:
        yield plain(turn.text)
        return
    yield plain(turn.reply.content or "")
    for code in turn.codes:
        yield "\n".join(line.rstrip() for line in code.strip().splitlines())


def _shared(rows: Places, answers: NDArray[np.uint64]) -> Places:
    """Return those of `rows` whose answer another one of them has too."""
    _, groups, counts = np.unique(answers[rows], return_inverse=True, return_counts=True)
    return rows[counts[groups] > 1]
