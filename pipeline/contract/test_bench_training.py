"""The speed benchmark compares like with like."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console

from pipeline.bench.bench_training import Load, Speed, bench_recipe, chosen, compare, padded, plain_speed, require_equal
from pipeline.bench.plain_lora import Plain, bare_environment, blas_libraries
from pipeline.contract.tiny import recipe_values
from pipeline.errors import StageError
from pipeline.models import load_model
from pipeline.recipe import Recipe
from pipeline.tokens import TokenRow, tokenize
from punie.blas import ensure_fast_blas
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.hyperparam import parse_training_log

WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight")


@pytest.fixture(autouse=True, scope="module")
def _fast_blas() -> None:
    """Load the BLAS before mlx, as every door to mlx does."""
    ensure_fast_blas()


def _examples(count: int) -> list[TrainingExample]:
    return [
        TrainingExample(
            messages=(
                ChatMessage(role="user", content=f"say {word}"),
                ChatMessage(role="assistant", content=" ".join([word] * (place + 1))),
            )
        )
        for place, word in enumerate(WORDS[:count])
    ]


def _rows(*lengths: int) -> list[TokenRow]:
    return [TokenRow([7] * length, 2) for length in lengths]


def test_batches_are_of_like_length_from_short_to_long() -> None:
    rows = _rows(*range(40, 3, -1))
    load = chosen([_examples(1)[0]] * len(rows), rows, 4, 3)

    assert [len(row.tokens) for row in load.rows] == [8, 9, 10, 11, 20, 21, 22, 23, 32, 33, 34, 35]
    assert len(load.examples) == 12


def test_padding_is_counted_as_each_side_pads() -> None:
    rows = _rows(30, 33, 60, 64)

    assert padded(rows, 2, 1) == 2 * 33 + 2 * 64
    assert padded(rows, 2, 32) == 2 * 64 + 2 * 64


def test_two_rounds_are_run_and_the_second_has_a_report_of_its_own(tiny_recipe: Recipe) -> None:
    part = bench_recipe(tiny_recipe, 3).train

    assert (part.iterations, part.report_every, part.batch_size) == (6, 3, 4)


def test_nothing_that_changes_how_mlx_computes_reaches_the_plain_run() -> None:
    ours = {"PATH": "p", "HOME": "h", "LD_PRELOAD": "x.so", "PYTHONPATH": "y", "OMP_NUM_THREADS": "1"}
    found = bare_environment(ours | {"PUNIE_BLAS": "on"})

    assert found["PUNIE_BLAS"] == "off"
    assert {"LD_PRELOAD", "PYTHONPATH", "OMP_NUM_THREADS"} & set(found) == set()
    assert (found["PATH"], found["HOME"]) == ("p", "h")


def test_the_last_report_of_the_plain_run_is_the_measured_round() -> None:
    log = parse_training_log("\x1b[1m     6    2.310 ▼    1,234     12.3k\x1b[0m")

    assert plain_speed(Plain(log, ())) == Speed(1234.0, 12300.0, 2.31)


def test_a_plain_run_that_printed_no_speed_is_no_measurement() -> None:
    with pytest.raises(StageError, match=r"^mlx_lm\.lora printed no speed"):
        plain_speed(Plain(parse_training_log("Iter 6: Train loss 2.3"), ()))


def test_speeds_on_other_tokens_are_not_compared() -> None:
    require_equal(Speed(1.0, 1000.0, 1.0), Speed(9.0, 1049.0, 1.0))

    with pytest.raises(StageError, match=r"^mlx_lm\.lora trained on 1000 tokens, the stage on 1100$"):
        require_equal(Speed(1.0, 1000.0, 1.0), Speed(9.0, 1100.0, 1.0))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="libraries of a process are seen in /proc")
def test_our_own_process_is_seen_to_have_the_fast_blas(tiny_base: Path) -> None:
    load_model(tiny_base)

    assert any("openblas" in name for name in blas_libraries(os.getpid()))


@pytest.mark.slow
def test_both_sides_train_on_the_same_rows_and_only_ours_has_the_fast_blas(tiny_base: Path) -> None:
    recipe = bench_recipe(Recipe.model_validate(recipe_values(base=str(tiny_base))), 2)
    examples = _examples(8)
    rows = tokenize(examples, load_model(tiny_base).tokenizer, 4096)
    text = io.StringIO()
    ratio = compare(recipe, Load(tuple(examples), rows), Console(file=text, width=200), ["prefix computed once"])
    lines = text.getvalue().splitlines()

    assert ratio > 0
    assert [line.partition(":")[0].strip().partition(" (")[0] for line in lines[1:4]] == [
        "plain mlx_lm.lora",
        "+ prefix computed once",
        "+ LoRA merged",
    ]
    assert "openblas" not in lines[1]
