"""Loss curves: kept, told, and stopped when they are no numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.curves import Curves
from pipeline.errors import StageError


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def start(self, iterations: int) -> None:
        self.told.append(("start", iterations))

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:
        self.told.append(("train", iteration, loss, rows_per_second))

    def valid_loss(self, iteration: int, loss: float) -> None:
        self.told.append(("valid", iteration, loss))

    def stop(self) -> None:
        self.told.append(("stop",))


def _train(iteration: int, loss: float) -> dict[str, Any]:
    rates = {"learning_rate": 1e-3, "iterations_per_second": 2.0, "tokens_per_second": 9.0, "trained_tokens": 5}
    return {"iteration": iteration, "train_loss": loss} | rates


def test_both_curves_are_kept_and_told(tmp_path: Path) -> None:
    listener = Listener()
    curves = Curves(listener, batch_size=4)
    curves.on_val_loss_report({"iteration": 0, "val_loss": 3.0, "val_time": 0.5})
    curves.on_train_loss_report(_train(10, 2.5))
    curves.on_train_loss_report(_train(20, 1.5))
    curves.write(tmp_path)
    written = json.loads((tmp_path / "losses.json").read_text(encoding="utf-8"))

    assert [point["loss"] for point in written["train"]] == [2.5, 1.5]
    assert written["valid"] == [{"iteration": 0, "loss": 3.0, "seconds": 0.5}]
    assert curves.ends() == {
        "train_first": 2.5, "train_last": 1.5, "train_best": 1.5, "train_best_at": 20, "train_reduction": 0.4,
        "valid_first": 3.0, "valid_last": 3.0, "valid_best": 3.0, "valid_best_at": 0, "gap": 1.5,
    }  # fmt: skip
    assert listener.told == [("valid", 0, 3.0), ("train", 10, 2.5, 8.0), ("train", 20, 1.5, 8.0)]


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_training(loss: float) -> None:
    with pytest.raises(StageError, match=r"^the training loss is (nan|inf) at iteration 10: "):
        Curves(Listener(), 1).on_train_loss_report(_train(10, loss))


def test_a_validation_loss_that_is_no_number_ends_training() -> None:
    with pytest.raises(StageError, match=r"^the validation loss is nan at iteration 3: "):
        Curves(Listener(), 1).on_val_loss_report({"iteration": 3, "val_loss": float("nan"), "val_time": 0.1})
