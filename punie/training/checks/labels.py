"""What a turn promises, and whether rows agree on what a request wants: a call or words."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import numpy as np

from punie.training.checks.path_arguments import agrees
from punie.training.checks.promises import promises
from punie.training.checks.requests import shortened
from punie.training.checks.row import AssistantTurn, CheckedRow, found
from punie.training.checks.shape import has_call
from punie.training.contamination import plain
from punie.training.finding import Finding

_MOST_RELATED: Final = 20
_LETTERS: Final = 80
_LINES: Final = 2**40


def promise_only_turn(row: CheckedRow) -> Iterator[Finding]:
    """Report a row with a turn that only says what it is going to do; one finding a row."""
    for turn in row.turns:
        if promises(turn.text, row.example.messages[turn.place - 1].content if turn.place else "") or _is_sent_on(
            row, turn
        ):
            message = f"message {turn.place + 1} promises and does not call: {shortened(turn.text.strip())}"
            yield found("promise_only_turn", row, message)
            return


def _is_sent_on(row: CheckedRow, turn: AssistantTurn) -> bool:
    """Whether the first words of a row are followed by a mere go-ahead, and that by the call: whatever they say."""
    messages = row.example.messages
    after = next((each for each in row.turns if each.place == turn.place + 2), None)
    if after is None or turn is not row.turns[0] or turn.text.rstrip().endswith("?"):
        return False
    asked, agreed = messages[turn.place - 1].content, messages[turn.place + 1].content
    return bool(agreed.strip()) and agrees(agreed) and has_call(after, agreed) and not has_call(turn, asked)


class ContradictoryLabels:
    """
    Compares what rows do about the same request: one finding for each that is answered with a call and in words.

    A turn stands for its context: all messages before it but the system prompt, what the user wrote in lower case and
    without punctuation. Of each turn 16 bytes are kept, and of each row 24 and the beginning of its query.
    """

    def __init__(self) -> None:
        self._contexts = array("Q")
        self._turns = array("Q")
        self._queries = array("Q")
        self._places = array("Q")
        self._starts = array("Q", [0])
        self._texts = bytearray()
        self._files: dict[str, int] = {}

    def see(self, row: CheckedRow) -> Iterator[Finding]:
        """Take note of the turns of `row`; what contradicts is known at the end."""
        contexts = _contexts(row)
        if contexts and plain(row.example.query):
            number = len(self._places)
            for turn, context in zip(row.turns, contexts, strict=True):
                self._contexts.append(context)
                self._turns.append(number << 1 | has_call(turn, row.example.messages[turn.place - 1].content))
            self._queries.append(contexts[0])
            self._places.append(self._files.setdefault(row.file, len(self._files)) * _LINES + row.line)
            self._texts += row.example.query[:_LETTERS].encode()
            self._starts.append(len(self._texts))
        return iter(())

    def end(self) -> Iterator[Finding]:
        """Return the contradictions, in the order of the rows that answer in words."""
        told: set[int] = set()
        for words, calls in sorted(self._contradictions()):
            if self._queries[words[0]] not in told:
                told.add(self._queries[words[0]])
                yield self._finding(words, calls)

    def _contradictions(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the rows that answer one context in words, and those that call."""
        contexts = np.array(self._contexts, np.uint64)
        order = np.argsort(contexts, kind="stable")
        bounds = np.concatenate(([0], np.flatnonzero(np.diff(contexts[order])) + 1, [len(order)]))
        for group in np.flatnonzero(np.diff(bounds) > 1):
            turns = [self._turns[place] for place in order[bounds[group] : bounds[group + 1]]]
            words, calls = ([turn >> 1 for turn in turns if turn & 1 == called] for called in (0, 1))
            if words and calls:
                yield words, calls

    def _finding(self, words: list[int], calls: list[int]) -> Finding:
        first = words[0]
        query = self._texts[self._starts[first] : self._starts[first + 1]].decode(errors="ignore")
        message = f"{query!r} is answered in words here ({_rows(words)} in all) and with a call in {_rows(calls)}"
        finding = found(
            "contradictory_label", None, message, related=[self._place(row) for row in calls[:_MOST_RELATED]]
        )
        file, line = self._place(first).rsplit(":", 1)
        return finding.model_copy(update={"file": file, "line": int(line)})

    def _place(self, row: int) -> str:
        file, line = divmod(self._places[row], _LINES)
        return f"{list(self._files)[file]}:{line}"


def _contexts(row: CheckedRow) -> list[int]:
    """Return what stands before each turn of the assistant, as 64 bits; nothing when nobody asked."""
    known = blake2b(digest_size=8)
    contexts = []
    for message in row.example.messages:
        if message.role == "system":
            continue
        if message.role == "assistant":
            contexts.append(int.from_bytes(known.digest()))
        said = plain(message.content) if message.role == "user" and "<tool_" not in message.content else message.content
        known.update(f"{message.role}\0{said}\0".encode())
    return contexts


def _rows(rows: list[int]) -> str:
    return "1 row" if len(rows) == 1 else f"{len(rows)} rows"
