"""
The training loop: the arithmetic and the reports of mlx-lm's trainer, and a run that can be killed at any moment.

A step depends on weights, optimizer and its own number only: the number gives the rows (the order is replayed from the
seed) and the random numbers. So a run that goes on from a checkpoint ends as one that was never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.checkpoints import Checkpoint, Checkpoints, Progress, write_arrays
from pipeline.curves import Curves
from pipeline.errors import StageError
from pipeline.ranks import ALONE, Ranks
from pipeline.recipe import TrainPart
from pipeline.tokens import Batches, TokenRow

_SAVE_SHARE: Final = 0.01  # the part of the time that checkpoints may cost
_SAVE_SECONDS: Final = 20.0  # no more work than this is lost; oftener would only wear the disk
_FIRST_SAVE: Final = 0.1  # seconds; what the first one is expected to take
_MODEL: Final = "model."
_OPTIMIZER: Final = "optimizer."


class Learner(NamedTuple):
    """What learns: a model with its trainable layers, an optimizer of mlx, and the loss of (model, ids, spans)."""

    model: Any
    optimizer: Any
    loss: Callable[..., Any]


@dataclass(frozen=True)
class Plan:
    """
    What a run does.

    Attributes:
        part: the recipe's.
        train: rows to learn.
        valid: rows to validate with, all of them each time.
        batches: makes batches of rows.
        seed: of the random numbers within the steps, such as dropout's.
        candidates: numbers of steps after which the weights are put aside.
        ranks: the processes that take the steps together; the learner's loss is their share's, and the first writes.
    """

    part: TrainPart
    train: Sequence[TokenRow]
    valid: Sequence[TokenRow]
    batches: Batches
    seed: int = 0
    candidates: frozenset[int] = frozenset()
    ranks: Ranks = ALONE


class Training:
    """
    One run.

    Args:
        learner: its trainable weights are changed.
        plan: what to do.
        curves: record and tell the losses.
        checkpoints: where the run goes on from, and keeps what it has reached.
    """

    def __init__(self, learner: Learner, plan: Plan, curves: Curves, checkpoints: Checkpoints) -> None:
        self.candidates: dict[int, tuple[float, str]] = {}
        self._learner = learner
        self._plan = plan
        self._curves = curves
        self._checkpoints = checkpoints
        self._peak = 0
        self._done = 0
        self._loss_sum, self._tokens, self._seconds = 0.0, 0, 0.0
        self._saved, self._save_cost = time.perf_counter(), _FIRST_SAVE

    @property
    def peak_memory(self) -> int:
        """The most memory that mlx has held, over all parts of the run, in bytes."""
        import mlx.core as mx

        return max(self._peak, int(mx.get_peak_memory()))

    def run(self) -> int:
        """
        Train up to the last step; return the number of steps that a checkpoint has saved.

        Raises:
            StageError: a loss is no finite number.
            OSError: a checkpoint cannot be written; the one before is kept.
        """
        part, plan = self._plan.part, self._plan
        resumed = self._resume()
        step = _compiled(self._learner, plan.ranks)
        stream = plan.batches(plan.train, part.batch_size, loop=True, skip=self._done)
        while self._done < part.iterations:
            batch = next(stream)
            self._validate_when_due()
            self._step(step, batch)
            if plan.ranks.leads:
                self._report_when_due()
                self._save_when_due()
        if part.iterations in plan.candidates:
            loss = evaluate(self._learner, plan)
            if plan.ranks.leads:
                self._put_aside(loss)
        return resumed

    def _resume(self) -> int:
        ranks = self._plan.ranks
        found = self._checkpoints.newest() if ranks.leads else None
        self._learner.model.train()
        if found is not None:
            self._take_up(found)
        if ranks.size > 1:
            self._done = _begun_together(self._learner, ranks, self._done)
        return self._done

    def _take_up(self, found: Checkpoint) -> None:
        progress = found.progress
        _restore(self._learner, found.arrays)
        self._curves.train[:], self._curves.valid[:] = progress.train, progress.valid
        self._done, self._peak, self.candidates = progress.done, progress.peak_memory, dict(progress.candidates)
        self._loss_sum, self._tokens, self._seconds = progress.loss_sum, progress.tokens, progress.seconds

    def _validate_when_due(self) -> None:
        iteration, part = self._done + 1, self._plan.part
        if not self._plan.valid or not (iteration in {1, part.iterations} or iteration % part.evaluate_every == 0):
            return
        started = time.perf_counter()
        loss = evaluate(self._learner, self._plan)
        seconds = time.perf_counter() - started
        if not self._plan.ranks.leads:
            return
        self._curves.on_val_loss_report({"iteration": self._done, "val_loss": loss, "val_time": seconds})
        if self._done in self._plan.candidates:
            self._put_aside(loss)

    def _step(self, step: Callable[..., Any], batch: tuple[Any, Any]) -> None:
        import mlx.core as mx

        started = time.perf_counter()
        ranks = self._plan.ranks
        mx.random.seed((self._plan.seed << 32) + self._done * ranks.size + ranks.rank)
        loss, tokens = step(*batch)
        mx.eval(self._learner.model.state, self._learner.optimizer.state, loss, tokens)
        value = loss.item()
        if not math.isfinite(value):
            message = f"the training loss is {value} at iteration {self._done + 1}: lower learning_rate, or look at the"
            message = f"{message} data"
            raise StageError(message)
        self._done += 1
        self._loss_sum += value
        self._tokens += int(tokens.item())
        self._seconds += time.perf_counter() - started

    def _report_when_due(self) -> None:
        part, points = self._plan.part, self._curves.train
        if self._done % part.report_every and self._done != part.iterations:
            return
        steps = self._done - int(points[-1]["iteration"] if points else 0)
        trained = int(points[-1]["trained_tokens"] if points else 0) + self._tokens
        info = {
            "iteration": self._done,
            "train_loss": self._loss_sum / steps,
            "learning_rate": self._learner.optimizer.learning_rate.item(),
            "iterations_per_second": steps / self._seconds,
            "tokens_per_second": self._tokens / self._seconds,
            "trained_tokens": trained,
        }
        self._loss_sum, self._tokens, self._seconds = 0.0, 0, 0.0
        self._curves.on_train_loss_report(info)

    def _save_when_due(self) -> None:
        every, started = self._plan.part.save_every, time.perf_counter()
        patience = max(self._save_cost / _SAVE_SHARE, _SAVE_SECONDS)
        due = started - self._saved > patience if every is None else self._done % every == 0
        if not due and self._done != self._plan.part.iterations:
            return
        progress = Progress(
            done=self._done,
            loss_sum=self._loss_sum,
            tokens=self._tokens,
            seconds=self._seconds,
            train=tuple(self._curves.train),
            valid=tuple(self._curves.valid),
            candidates=self.candidates,
            peak_memory=self.peak_memory,
        )
        self._checkpoints.save(progress, _arrays(self._learner))
        self._saved = time.perf_counter()
        self._save_cost = self._saved - started

    def _put_aside(self, loss: float) -> None:
        file = self._checkpoints.aside(self._done)
        self.candidates[self._done] = (loss, save_adapter(self._learner.model, file))


def evaluate(learner: Learner, plan: Plan) -> float:
    """Return the mean loss over the answers' tokens of all validation rows."""
    import mlx.core as mx

    learner.model.eval()
    total, count = mx.array(0.0), mx.array(0)
    for batch in plan.batches(plan.valid, plan.part.batch_size):
        loss, tokens = learner.loss(learner.model, *batch)
        total += loss * tokens
        count += tokens
        mx.eval(total, count)
    learner.model.train()
    total, count = plan.ranks.sums([total, count])
    mean: Any = (total / count).item()
    return float(mean)


def save_adapter(model: Any, file: Path) -> str:  # noqa: ANN401 - mlx has no types
    """Write the trainable weights of `model`, and return the file's digest; raises OSError as `write_arrays` does."""
    from mlx.utils import tree_flatten

    return write_arrays(file, dict(tree_flatten(model.trainable_parameters())))


def _compiled(learner: Learner, ranks: Ranks) -> Callable[..., Any]:
    """Return a step as mlx-lm's trainer takes it: loss and tokens of (ids, spans), the weights moved."""
    import mlx.core as mx
    from mlx import nn

    model, optimizer, loss = learner
    gradients_of = nn.value_and_grad(model, loss)
    state = [model.state, optimizer.state, mx.random.state]

    @partial(mx.compile, inputs=state, outputs=state)
    def step(ids: Any, spans: Any) -> tuple[Any, Any]:  # noqa: ANN401 - mlx has no types
        (value, tokens), gradients = gradients_of(model, ids, spans)
        value, tokens, gradients = ranks.mean(value, tokens, gradients)
        optimizer.update(model, gradients)
        return value, tokens

    return step


def _begun_together(learner: Learner, ranks: Ranks, done: int) -> int:
    """Give every process the weights and the optimizer of the first one, and return the steps that it has taken."""
    import mlx.core as mx

    learner.optimizer.init(learner.model.trainable_parameters())
    arrays = _arrays(learner)
    names = sorted(arrays)
    steps, *shared = ranks.of_first([mx.array(done), *(arrays[name] for name in names)])
    _restore(learner, dict(zip(names, shared, strict=True)))
    return int(steps.item())


def _arrays(learner: Learner) -> dict[str, Any]:
    from mlx.utils import tree_flatten

    parts = {_MODEL: learner.model.trainable_parameters(), _OPTIMIZER: learner.optimizer.state}
    return {f"{prefix}{name}": value for prefix, tree in parts.items() for name, value in tree_flatten(tree)}


def _restore(learner: Learner, arrays: Mapping[str, Any]) -> None:
    from mlx.utils import tree_unflatten

    model, optimizer = learner.model, learner.optimizer
    model.load_weights(_with(_MODEL, arrays), strict=False)
    optimizer.state = tree_unflatten(_with(_OPTIMIZER, arrays))
    optimizer.init(model.trainable_parameters())


def _with(prefix: str, arrays: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name.removeprefix(prefix), value) for name, value in arrays.items() if name.startswith(prefix)]
