"""Rows as token batches of equal cost: short rows together, padded little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, NamedTuple

import numpy as np

from pipeline.base.corpus.row import Row
from pipeline.base.tokenizer import END_OF_TEXT, TURN_END, TURN_START

_PROMPT_WEIGHT: Final = 0.3  # questions teach the words, answers teach the task
_POOL: Final = 4_000  # rows that are sorted by length at a time
_STEP: Final = 16  # lengths are padded to a multiple of it
SYSTEM_SHARE: Final = 0.5  # of the conversations that stand under the system prompt


@dataclass(frozen=True, slots=True)
class Tokens:
    """A row's token ids, the weight of each in the loss, and whether the system prompt stands before them."""

    ids: np.ndarray
    weights: np.ndarray
    system: bool = False


class Batch(NamedTuple):
    """Row numbers, and whether the system prompt stands before all of these rows or none."""

    rows: list[int]
    system: bool


def system_tokens(tokenizer: Any, system: str) -> np.ndarray:  # noqa: ANN401 - tokenizers has no types
    """The system prompt in the chat template's form."""
    return np.array(tokenizer.encode(f"{TURN_START}system\n{system}{TURN_END}\n").ids, np.int32)


def encode(row: Row, tokenizer: Any, limit: int, *, system: bool = False) -> Tokens:  # noqa: ANN401 - tokenizers has no types
    """The row in the chat template's form, cut at `limit` tokens."""
    ids: list[int] = []
    weights: list[float] = []
    for text, weight in _pieces(row):
        piece = tokenizer.encode(text).ids
        ids += piece
        weights += [weight] * len(piece)
    return Tokens(np.array(ids[:limit], np.int32), np.array(weights[:limit], np.float32), system and bool(row.turns))


def _pieces(row: Row) -> Iterator[tuple[str, float]]:
    if row.text:
        yield row.text + END_OF_TEXT, 1.0
    for turn in row.turns:
        if turn["role"] == "assistant":
            yield f"{TURN_START}assistant\n", 0.0
            yield turn["content"] + TURN_END, 1.0
            yield "\n", 0.0
        elif turn["role"] == "tool":
            yield f"{TURN_START}user\n<tool_response>\n{turn['content']}\n</tool_response>{TURN_END}\n", _PROMPT_WEIGHT
        else:
            yield f"{TURN_START}user\n{turn['content']}{TURN_END}\n", _PROMPT_WEIGHT


def batches(rows: Sequence[Tokens], seed: int, budget: int) -> list[Batch]:
    """The batches in training order: about `budget` padded tokens each, an even number of rows."""
    random = Random(seed)  # noqa: S311 - an order, not a secret
    found: list[Batch] = []
    for system in (False, True):
        order = [number for number, row in enumerate(rows) if row.system is system]
        random.shuffle(order)
        for start in range(0, len(order), _POOL):
            pool = sorted(order[start : start + _POOL], key=lambda i: len(rows[i].ids))
            found += (Batch(numbers, system) for numbers in _cut(pool, rows, budget))
    random.shuffle(found)
    return found


def rounds(rows: Sequence[Tokens], seed: int, budget: int, steps: int) -> list[Batch]:
    """The first `steps` batches of as many rounds over the rows as it takes, each in an order of its own."""
    found: list[Batch] = []
    while len(found) < steps:
        found += batches(rows, seed + len(found), budget)
    return found[:steps]


def _cut(order: Sequence[int], rows: Sequence[Tokens], budget: int) -> Iterator[list[int]]:
    start = 0
    while start < len(order) - 1:
        size = 2
        while start + size + 2 <= len(order) and (size + 2) * _padded(rows[order[start + size + 1]]) <= budget:
            size += 2
        yield list(order[start : start + size])
        start += size


def _padded(row: Tokens) -> int:
    return -(-len(row.ids) // _STEP) * _STEP


def collate(rows: Sequence[Tokens]) -> tuple[np.ndarray, np.ndarray]:
    """Ids and weights as arrays (rows, length + 1): inputs are the first `length`, targets the last."""
    length = max(map(_padded, rows)) + 1
    ids = np.zeros((len(rows), length), np.int32)
    weights = np.zeros((len(rows), length), np.float32)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = row.ids
        weights[i, : len(row.ids)] = row.weights
    return ids, weights
