"""
A loss for mlx-lm's trainer that skips what need not be computed; its value and gradients are those of `default_loss`.

All rows begin with the same system prompt: its tokens run through the model once, with a batch of one, and the rest
of each row attends to the keys and values that they leave. The vocabulary's probabilities are computed at the answers'
tokens only. Half of the rows go to each of two streams: an MLX stream of the CPU is a single thread.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.cpu_kernels import cross_entropy
from pipeline.tokens import Ints

import mlx.core as mx  # isort: skip - cpu_kernels loads the BLAS first
from mlx import nn  # isort: skip

_PARTS: Final = 2


class PrefixRecorder:
    """Keeps the keys and values of the prefix in one layer; mlx-lm's attention takes it for a cache."""

    offset = 0
    keys: mx.array
    values: mx.array

    def update_and_fetch(self, keys: mx.array, values: mx.array) -> tuple[mx.array, mx.array]:
        """Keep keys and values, and give them back."""
        self.keys, self.values = keys, values
        return keys, values


class PrefixReader:
    """Puts the prefix's keys and values before those of each row; gradients flow into both."""

    def __init__(self, prefix: PrefixRecorder) -> None:
        self._prefix = prefix
        self.offset = prefix.keys.shape[2]

    def update_and_fetch(self, keys: mx.array, values: mx.array) -> tuple[mx.array, mx.array]:
        """Give keys and values with those of the prefix before them."""
        return _joined(self._prefix.keys, keys), _joined(self._prefix.values, values)


class SharedPrefixLoss:
    """
    Mean cross-entropy over the answers' tokens, for a Qwen3 of mlx-lm on the CPU.

    Args:
        prefix: token ids that every row begins with; may be empty.
    """

    def __init__(self, prefix: Ints) -> None:
        self._prefix = prefix
        self._streams = [mx.new_stream(mx.cpu) for _ in range(_PARTS)]

    def __call__(self, model: nn.Module, batch: mx.array, lengths: mx.array) -> tuple[mx.array, mx.array]:
        """
        Return the mean loss and the number of tokens it was taken over.

        Args:
            model: in float32.
            batch: token ids (rows, length), padded; known values, so that this cannot be compiled.
            lengths: (rows, 2), the answer's first place and the row's length.

        Raises:
            ValueError: a row does not begin with the prefix.
        """
        ids, spans = np.array(batch), np.array(lengths)
        if not (ids[:, : len(self._prefix)] == self._prefix).all():
            message = "a row does not begin with the shared prefix: take the prefix from all rows of the dataset"
            raise ValueError(message)
        before = self._run_prefix(model)
        sums, count = [], 0
        for stream, part in zip(self._streams, range(_PARTS), strict=True):
            rows = slice(part, None, _PARTS)
            if not len(ids[rows]):
                continue
            with mx.stream(stream):
                total, tokens = _part_loss(model, ids[rows], spans[rows], before)
            sums.append(total)
            count += tokens
        return sum(sums[1:], sums[0]) / count, mx.array(count)

    def _run_prefix(self, model: nn.Module) -> list[PrefixReader] | None:
        return run_prefix(model, self._prefix) if len(self._prefix) else None


def run_prefix(model: nn.Module, prefix: Ints) -> list[PrefixReader]:
    """Run `prefix` (token ids) through the model and return the cache of each layer for rows that go on from it."""
    recorders = [PrefixRecorder() for _ in model.layers]
    model.model(mx.array(prefix[None]), cache=recorders)
    return [PrefixReader(recorder) for recorder in recorders]


def _part_loss(model: nn.Module, ids: Ints, spans: Ints, caches: list[PrefixReader] | None) -> tuple[mx.array, int]:
    """Return the summed cross-entropy of some rows of a batch, and over how many tokens."""
    start = caches[0].offset if caches else 0
    end = min(int(spans[:, 1].max()), ids.shape[1] - 1)
    hidden = model.model(mx.array(ids[:, start:end]), cache=caches)
    places = np.arange(start + 1, end + 1)
    # as mlx-lm does, the place after a row's end counts too
    wanted = np.flatnonzero((places >= spans[:, :1]) & (places <= spans[:, 1:]))
    chosen = hidden.reshape(-1, hidden.shape[-1])[mx.array(wanted)]
    targets = mx.array(ids[:, start + 1 : end + 1].reshape(-1)[wanted])
    logits = model.model.embed_tokens.as_linear(chosen) if model.args.tie_word_embeddings else model.lm_head(chosen)
    return cross_entropy(logits, targets).sum(), len(wanted)


def _joined(prefix: mx.array, own: mx.array) -> mx.array:
    return mx.concatenate([mx.broadcast_to(prefix, (own.shape[0], *prefix.shape[1:])), own], axis=2)
