from __future__ import annotations

import math

import pytest

from punie.blas import ensure_fast_blas
from punie.training.hyperparam import LossPoint, TrainingLog, parse_training_log

TABLE = """\
Trainable parameters: 0.231% (70.459M/30532.123M)
╭─ mlx_lm.lora ─────────────────╮
│  batch · iters   4 · 1,200    │
╰───────────────────────────────╯
  iter   train_loss     tok/s     tokens
     1    val 2.500    4.10s
    10    2.100 ▼      900      4.0k
    20    1.200 ▼    1,100      8.1k
  save  0000020_adapters.safetensors
    30    val 0.400    4.02s
    30    1.300 ▲    1,300     12.3k
    40    val 0.500    4.00s
    40    0.300 ▼    1,200     16.4k
train ██████████████████████████████ 100% ·    40/40
Test loss 0.512, Test ppl 1.669.
"""
LINES = """\
Starting training..., iters: 20
Iter 1: Val loss 2.000, Val took 3.110s
Iter 10: Train loss 1.500, Learning Rate 1.000e-05, It/sec 0.5, Tokens/sec 90.5, Trained Tokens 900, Peak mem 20.9 GB
Iter 20: Val loss 0.404, Val took 3.050s
Iter 20: Train loss 0.500, Learning Rate 1.000e-05, It/sec 0.5, Tokens/sec 91.5, Trained Tokens 1800, Peak mem 21.1 GB
Iter 20: Saved adapter weights to adapters.safetensors.
"""


def test_both_series_of_the_table_are_read() -> None:
    log = parse_training_log(TABLE)

    assert log.train.points == ((10, 2.1), (20, 1.2), (30, 1.3), (40, 0.3))
    assert log.val.points == ((1, 2.5), (30, 0.4), (40, 0.5))


def test_initial_best_and_final_losses_are_named_with_their_iterations() -> None:
    val = parse_training_log(TABLE).val

    assert (val.initial, val.best, val.final) == (LossPoint(1, 2.5), LossPoint(30, 0.4), LossPoint(40, 0.5))


def test_reduction_and_gap_come_from_the_losses() -> None:
    log = parse_training_log(TABLE)

    assert log.reduction == pytest.approx(0.8)
    assert log.train.reduction == pytest.approx(1.8 / 2.1)
    assert log.gap == pytest.approx(0.2)


def test_the_trainable_share_is_read() -> None:
    log = parse_training_log(TABLE)

    assert (log.trainable_parameters, log.total_parameters) == (70_459_000, 30_532_123_000)
    assert log.trainable_share == pytest.approx(0.00231, abs=1e-5)


def test_speed_is_the_median_and_tokens_the_last() -> None:
    log = parse_training_log(TABLE)

    assert (log.tokens_per_second, log.trained_tokens) == (1150, 16_400)


def test_older_lines_give_the_peak_memory_too() -> None:
    log = parse_training_log(LINES)

    assert log.val.points == ((1, 2.0), (20, 0.404))
    assert log.train.points == ((10, 1.5), (20, 0.5))
    assert (log.peak_memory, log.tokens_per_second, log.trained_tokens) == (21_100_000_000, 91.0, 1800)
    assert log.reduction == pytest.approx(0.798)


@pytest.mark.parametrize("text", ["", "\n\n", "iter train_loss\nno numbers here\n"])
def test_a_log_without_reports_has_no_values(text: str) -> None:
    log = parse_training_log(text)

    assert log == TrainingLog()
    assert (log.reduction, log.gap, log.trainable_share, log.val.best) == (None, None, None, None)


def test_without_validation_the_training_loss_gives_the_reduction() -> None:
    log = parse_training_log("\n".join(line for line in TABLE.splitlines() if "val" not in line))

    assert log.reduction == log.train.reduction
    assert log.gap is None


def test_a_loss_that_is_no_number_is_kept_and_is_never_the_best() -> None:
    log = parse_training_log(
        "     1    val 2.500    4.1s\n    10    val   nan    4.1s\n    10      nan ▲      900      4.0k"
    )

    assert log.val.final is not None
    assert math.isnan(log.val.final.loss)
    assert log.val.best == LossPoint(1, 2.5)
    assert (log.reduction, log.gap) == (None, None)


def test_the_best_loss_is_found_after_one_that_is_no_number() -> None:
    log = parse_training_log("     1    val   nan    4.1s\n    10    val 2.500    4.1s")

    assert log.val.best == LossPoint(10, 2.5)


def test_colours_and_progress_bars_do_not_matter() -> None:
    coloured = TABLE.replace("val ", "\x1b[1;35mval\x1b[0m ").replace("\n", "\r\x1b[2K\ntrain ███ 3%\r\n")

    assert parse_training_log(coloured) == parse_training_log(TABLE)


def test_the_log_of_two_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="iteration 40 back to 10: give the log of one run"):
        parse_training_log(TABLE + TABLE)


def test_what_the_installed_trainer_prints_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    ensure_fast_blas()
    from mlx_lm.cli_ui import TrainUI

    with TrainUI(20) as screen:
        screen.report_val(1, 12.3456, 0.5)
        screen.report_train(10, 3.25, 12345.6, 1_234_567)
        screen.report_train(20, float("nan"), 800.0, 2_000_000)
    log = parse_training_log(capsys.readouterr().out)

    assert log.val.points == ((1, 12.346),)
    assert [point.iteration for point in log.train.points] == [10, 20]
    assert (log.tokens_per_second, log.trained_tokens) == ((12346 + 800) / 2, 2_000_000)
