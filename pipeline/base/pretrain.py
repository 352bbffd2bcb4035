"""The training loop of the base model: full training from nothing, resumable at any step."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import cpu_kernels
from pipeline.base.batches import Batch, Tokens, collate
from pipeline.blas_threads import single_blas_thread
from pipeline.shared_prefix import run_prefix

import mlx.core as mx  # isort: skip - cpu_kernels loads the BLAS first
import mlx.optimizers as optim
from mlx import nn
from mlx.utils import tree_flatten, tree_unflatten

_MAX_NORM = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Learning rate: warm-up, plateau, then a linear fall to nothing over the last `decay` share of the steps."""

    peak: float
    steps: int
    warmup: int = 100
    decay: float = 0.4

    def rate(self, step: int) -> float:
        """The learning rate of the step, counted from 0."""
        left = (self.steps - step) / (self.steps * self.decay)
        return self.peak * min(1.0, (step + 1) / self.warmup, max(left, 0.0))


@dataclass(slots=True)
class Progress:
    """What the loop reports: step, mean loss since the last report, seconds in all, tokens in all."""

    step: int = 0
    loss: float = math.nan
    seconds: float = 0.0
    tokens: int = 0
    losses: list[tuple[int, float]] = field(default_factory=list)

    def add(self, losses: list[float]) -> None:
        """Take the mean of some steps' losses as a point of the curve, and empty the list."""
        self.loss = sum(losses) / len(losses)
        self.losses.append((self.step, round(self.loss, 4)))
        losses.clear()


@dataclass(frozen=True, slots=True)
class Keeping:
    """
    What outlasts a step.

    Attributes:
        checkpoint: file that holds weights, optimizer state and step; written atomically.
        report: called after every `report_every` steps.
        report_every: number of steps.
        save_every: number of steps between two checkpoints.
    """

    checkpoint: Path
    report: Callable[[Progress], None]
    report_every: int = 20
    save_every: int = 500


def pretrain(
    model: nn.Module,
    text: tuple[Sequence[Tokens], np.ndarray],
    order: Sequence[Batch],
    schedule: Schedule,
    keeping: Keeping,
) -> Progress:
    """
    Train `model` in place over the batches of `order`, resuming from the checkpoint if it exists.

    Args:
        model: a Qwen3 of mlx-lm, in float32.
        text: the encoded rows, and the tokens of the system prompt that stands before some of them.
        order: the rows of each step.
        schedule: the learning rate by step.
        keeping: where the checkpoint lies, and who hears of the progress.
    """
    optimizer = optim.AdamW(learning_rate=0.0, betas=[0.9, 0.98], weight_decay=0.05)
    optimizer.init(model.trainable_parameters())
    progress = _resume(model, optimizer, keeping.checkpoint)
    streams = [mx.new_stream(mx.cpu), mx.new_stream(mx.cpu)]
    rows, prefix = text
    gradient = nn.value_and_grad(model, lambda *batch: _loss(streams, *batch))
    started, losses = time.perf_counter() - progress.seconds, []
    with cpu_kernels.fast_kernels(), single_blas_thread():
        for step in range(progress.step, schedule.steps):
            ids, weights = collate([rows[i] for i in order[step].rows])
            before = prefix if order[step].system else None
            loss, gradients = gradient(model, mx.array(ids), mx.array(weights), before)
            gradients, _ = optim.clip_grad_norm(gradients, _MAX_NORM)
            optimizer.learning_rate = schedule.rate(step)
            optimizer.update(model, gradients)
            mx.eval(model.parameters(), optimizer.state, loss)
            losses.append(loss.item())
            progress.step, progress.tokens = step + 1, progress.tokens + int((weights > 0).sum())
            progress.seconds = time.perf_counter() - started
            if progress.step % keeping.report_every == 0 or progress.step == schedule.steps:
                progress.add(losses)
                keeping.report(progress)
            if progress.step % keeping.save_every == 0:
                _save(model, optimizer, keeping.checkpoint, progress)
    return progress


def _loss(
    streams: Sequence[Any], model: nn.Module, ids: mx.array, weights: mx.array, prefix: np.ndarray | None
) -> mx.array:
    """Weighted mean cross-entropy after `prefix`; each half of the batch on its own stream, that is its own core."""
    parts = []
    caches = None if prefix is None else run_prefix(model, prefix)
    for stream, part, weight in zip(streams, mx.split(ids, 2), mx.split(weights, 2), strict=True):
        with mx.stream(stream):
            logits = model(part[:, :-1], cache=caches)
            parts.append((cpu_kernels.cross_entropy(logits, part[:, 1:]) * weight[:, 1:]).sum())
    return (parts[0] + parts[1]) / weights[:, 1:].sum()


def _save(model: nn.Module, optimizer: optim.Optimizer, checkpoint: Path, progress: Progress) -> None:
    arrays = {f"model.{name}": value for name, value in tree_flatten(model.parameters())}
    arrays |= {f"optimizer.{name}": value for name, value in tree_flatten(optimizer.state)}
    written = {"step": progress.step, "seconds": progress.seconds, "tokens": progress.tokens, "losses": progress.losses}
    scratch = checkpoint.with_name("scratch-" + checkpoint.name)
    mx.save_safetensors(str(scratch), arrays, {"progress": json.dumps(written)})
    scratch.replace(checkpoint)


def _resume(model: nn.Module, optimizer: optim.Optimizer, checkpoint: Path) -> Progress:
    if not checkpoint.is_file():
        return Progress()
    loaded: Any = mx.load(str(checkpoint), return_metadata=True)
    arrays, metadata = loaded
    model.load_weights([(n.removeprefix("model."), v) for n, v in arrays.items() if n.startswith("model.")])
    state = [(n.removeprefix("optimizer."), v) for n, v in arrays.items() if n.startswith("optimizer.")]
    optimizer.state = tree_unflatten(state)
    kept = json.loads(metadata["progress"])
    kept["losses"] = [tuple(pair) for pair in kept["losses"]]
    return Progress(**kept)
