"""Rows as token ids, what all of them begin with, and batches of rows of like length."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.errors import StageError
from punie.training.dataset import TrainingExample

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
_JITTER: Final = 0.1


class TokenRow(NamedTuple):
    """A row's token ids and the place of the answer's first one, in the form of mlx-lm's data classes."""

    tokens: list[int]
    answer: int


def tokenize(examples: Sequence[TrainingExample], tokenizer: Any, limit: int) -> list[TokenRow]:  # noqa: ANN401 - mlx-lm has no types
    """
    Return the rows' tokens, through mlx-lm's own data class and the tokenizer's chat template.

    Args:
        examples: the rows.
        tokenizer: of the base model.
        limit: the most tokens a row may have.

    Raises:
        StageError: rows are longer than that: their answers would be cut off.
    """
    from mlx_lm.tuner.datasets import ChatDataset

    dumped = [example.model_dump() for example in examples]
    rows = ChatDataset(dumped, tokenizer, mask_prompt=True)
    found = [TokenRow(*rows.process(row)) for row in dumped]
    longest = max((len(row.tokens) for row in found), default=0)
    if longest > limit:
        count = sum(len(row.tokens) > limit for row in found)
        message = f"{count} rows are longer than max_tokens ({limit}), the longest has {longest}: raise it or drop them"
        raise StageError(message)
    return found


def shared_prefix(rows: Sequence[TokenRow]) -> Ints:
    """Return the tokens that all rows begin with, such as the system prompt; they end before any answer is due."""
    if not rows:
        return np.zeros(0, np.int32)
    # the token before an answer predicts its first token, so it cannot belong to the prefix
    limit = min(row.answer for row in rows) - 1
    first, last = min(row.tokens for row in rows), max(row.tokens for row in rows)
    same = next((place for place in range(limit) if first[place] != last[place]), limit)
    return np.array(first[: max(same, 0)], np.int32)


class Batches:
    """
    The batches of a run; its order is a function of the seed, so that it can be taken up at any place.

    Rows of like length share a batch, so that little of it is padding; while training, lengths are blurred anew in
    each round, so that a row meets different neighbours. Each round holds every row once, those of a last batch that
    is not full too. A batch is a pair of mlx arrays: ids (rows, length), padded with zeros; spans (rows, 2), the
    answer's first place and the row's length.

    Args:
        seed: of the order.
        multiple: a batch is one place longer than the next multiple of this that holds its longest row.
    """

    def __init__(self, seed: int, multiple: int = 1) -> None:
        self._seed = seed
        self._multiple = multiple

    def __call__(
        self, dataset: Sequence[TokenRow], batch_size: int, *, loop: bool = False, skip: int = 0
    ) -> Iterator[tuple[Any, Any]]:
        """Yield batches: one round of them in order of length, or rounds without end in random order after `skip`."""
        import mlx.core as mx

        lengths = np.array([len(row.tokens) for row in dataset], np.float64)
        groups = self._rounds(lengths, batch_size) if loop else _groups(lengths, batch_size)
        for group in itertools.islice(groups, skip, None):
            ids, spans = _batch([dataset[place] for place in group], self._multiple)
            yield mx.array(ids), mx.array(spans)

    def _rounds(self, lengths: Floats, batch_size: int) -> Iterator[Places]:
        random = np.random.default_rng(self._seed)
        while True:
            groups = _groups(lengths * (1 + _JITTER * random.random(len(lengths))), batch_size)
            random.shuffle(groups)
            yield from groups


def _groups(lengths: Floats, batch_size: int) -> list[Places]:
    order = np.argsort(lengths, kind="stable")
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _batch(rows: Sequence[TokenRow], multiple: int) -> tuple[Ints, Ints]:
    spans = np.array([(row.answer, len(row.tokens)) for row in rows], np.int32)
    longest = int(spans[:, 1].max())
    ids = np.zeros((len(rows), longest + -longest % multiple + 1), np.int32)
    for place, row in enumerate(rows):
        ids[place, : len(row.tokens)] = row.tokens
    return ids, spans
