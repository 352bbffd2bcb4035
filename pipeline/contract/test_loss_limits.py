"""The limits of training, and what the manifest says of the curves."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import StageError
from pipeline.loss_limits import LossLimits, curves_log, loss_summary, read_losses
from punie.training.hyperparam import TrainingLog, parse_training_log

REAL = """Trainable parameters: 15.789% (1.167M/7.393M)
  iter   train_loss     tok/s     tokens
     1    val 4.553    5.83s
    10    4.181 ▼    2,018     10.0k
   200    val 0.399    3.43s
   200    0.626 ▲    1,586    209.9k
   700    val 0.191    3.43s
   700    0.172 ▲    1,586    709.9k
"""


def _log(valid: list[float], train: list[float]) -> TrainingLog:
    points = ([{"iteration": place, "loss": loss} for place, loss in enumerate(losses)] for losses in (train, valid))
    return curves_log(*points)


def test_a_real_log_passes() -> None:
    assert list(LossLimits().faults(parse_training_log(REAL))) == []


@pytest.mark.parametrize(
    ("valid", "train", "fault"),
    [
        ([4.0, 1.0], [4.0, 0.4], "the final validation loss is 1, less than 1 is wanted"),
        ([4.0, 0.9], [4.0, 0.5], "the final training loss is 0.5, less than 0.5 is wanted"),
        ([1.4, 0.6], [4.0, 0.4], "the reduction of the validation loss is 57.1%, at least 70% is wanted"),
        ([4.0, 0.9], [4.0, float("nan")], "the final training loss is nan, less than 0.5 is wanted"),
        ([0.9], [4.0, 0.4], "the reduction of the validation loss is not known, at least 70% is wanted"),
    ],
)
def test_a_missed_limit_is_told(valid: list[float], train: list[float], fault: str) -> None:
    assert list(LossLimits().faults(_log(valid, train))) == [fault]


def test_a_run_without_curves_misses_every_limit() -> None:
    assert len(list(LossLimits().faults(TrainingLog()))) == 3


def test_the_summary_holds_initial_best_final_reduction_and_gap() -> None:
    assert loss_summary(_log([4.0, 0.5, 1.0], [2.0, 0.5])) == {
        "train_first": 2.0, "train_last": 0.5, "train_best": 0.5, "train_best_at": 1, "train_reduction": 0.75,
        "valid_first": 4.0, "valid_last": 1.0, "valid_best": 0.5, "valid_best_at": 1, "valid_reduction": 0.75,
        "gap": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"train": [{}], "valid": []}', '{"train": 3, "valid": []}'])
def test_damaged_curves_are_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "losses.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(StageError, match=r"holds no loss curves \(\w+\): build the adapter again$"):
        read_losses(file)
