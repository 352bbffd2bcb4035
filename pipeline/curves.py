"""The loss curves of a training run, recorded while it lasts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from pipeline.errors import StageError
from pipeline.loss_limits import curves_log, loss_summary
from pipeline.manifest import write_json

LOSSES: Final = "losses.json"


class Watch(Protocol):
    """Who is told how far training is."""

    def start(self, iterations: int) -> None:
        """Training begins; it takes so many iterations."""

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:
        """A point of the training curve."""

    def valid_loss(self, iteration: int, loss: float) -> None:
        """A point of the validation curve."""

    def stop(self) -> None:
        """Training has ended, for whatever reason."""


class Unwatched:
    """A watch where nobody looks: each call is heard and forgotten."""

    def start(self, iterations: int) -> None:
        """Training begins."""

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:
        """A point of the training curve."""

    def valid_loss(self, iteration: int, loss: float) -> None:
        """A point of the validation curve."""

    def stop(self) -> None:
        """Training has ended."""


class Curves:
    """
    Records what mlx-lm's trainer reports, as its `training_callback`.

    Args:
        watch: is told each point.
        batch_size: rows an iteration.
    """

    def __init__(self, watch: Watch, batch_size: int) -> None:
        self.train: list[dict[str, float]] = []
        self.valid: list[dict[str, float]] = []
        self.watch = watch
        self._batch_size = batch_size

    def on_train_loss_report(self, info: Mapping[str, Any]) -> None:
        """
        Record a point of the training curve.

        Raises:
            StageError: the loss is no finite number, so that going on is useless.
        """
        iteration, loss = int(info["iteration"]), _finite("training", info["iteration"], info["train_loss"])
        names = ("learning_rate", "tokens_per_second", "trained_tokens")
        self.train.append({"iteration": iteration, "loss": loss} | {name: float(info[name]) for name in names})
        self.watch.train_loss(iteration, loss, float(info["iterations_per_second"]) * self._batch_size)

    def on_val_loss_report(self, info: Mapping[str, Any]) -> None:
        """
        Record a point of the validation curve.

        Raises:
            StageError: the loss is no finite number.
        """
        iteration, loss = int(info["iteration"]), _finite("validation", info["iteration"], info["val_loss"])
        self.valid.append({"iteration": iteration, "loss": loss, "seconds": float(info["val_time"])})
        self.watch.valid_loss(iteration, loss)

    def write(self, folder: Path) -> None:
        """Write both curves to `losses.json` in `folder`."""
        write_json(folder / LOSSES, {"train": self.train, "valid": self.valid})

    def ends(self) -> dict[str, float]:
        """Return what `loss_summary` says of both curves."""
        return loss_summary(curves_log(self.train, self.valid))


def _finite(name: str, iteration: object, loss: object) -> float:
    value = float(str(loss))
    if not math.isfinite(value):
        message = f"the {name} loss is {value} at iteration {iteration}: lower learning_rate, or look at the data"
        raise StageError(message)
    return value
