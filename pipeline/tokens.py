"""Rows as token ids, what all of them begin with, and batches of rows of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.errors import StageError
from punie.training.dataset import TrainingExample

Ints = npt.NDArray[np.int32]
_JITTER: Final = 0.1


class TokenRow(NamedTuple):
    """A row's token ids and the place of the answer's first one, in the form that mlx-lm's trainer reads."""

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
    The batches of a run, called by mlx-lm's trainer as its `iterate_batches`.

    Rows of like length share a batch, so that little of it is padding; while training, lengths are blurred anew in
    each round, so that a row meets different neighbours. Each round holds every row once. A batch is a pair of mlx
    arrays: ids (rows, longest + 1), padded with zeros; spans (rows, 2), the answer's first place and the row's length.
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def __call__(
        self, dataset: Sequence[TokenRow], batch_size: int, *, loop: bool = False, **_: object
    ) -> Iterator[tuple[Any, Any]]:
        """Yield batches: one round of them in order of length, or rounds without end in random order."""
        import mlx.core as mx

        lengths = np.array([len(row.tokens) for row in dataset], np.float64)
        while True:
            blur = 1 + _JITTER * self._random.random(len(dataset)) if loop else 1.0
            order = np.argsort(lengths * blur, kind="stable")
            groups = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
            if loop:
                self._random.shuffle(groups)
            for group in groups:
                ids, spans = _batch([dataset[place] for place in group])
                yield mx.array(ids), mx.array(spans)
            if not loop:
                return


def _batch(rows: Sequence[TokenRow]) -> tuple[Ints, Ints]:
    spans = np.array([(row.answer, len(row.tokens)) for row in rows], np.int32)
    ids = np.zeros((len(rows), int(spans[:, 1].max()) + 1), np.int32)
    for place, row in enumerate(rows):
        ids[place, : len(row.tokens)] = row.tokens
    return ids, spans
