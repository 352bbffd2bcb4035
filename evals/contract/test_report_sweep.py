from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from evals.contract.acceptances import acceptance, suite
from evals.contract.html_elements import Elements
from evals.contract.sweeps import sweep_of_variants, variant, verdicts
from punie.evaluation.report import Surroundings, html_report
from punie.evaluation.report.sweep import FoundSweep, sweep_card, sweep_of, sweep_report, write_markdown
from punie.evaluation.sweep import Sweep, read_sweep, write_sweep

MEASURED = (
    variant(None, verdicts(57, [1])),
    variant(8, verdicts(57, [1])),
    variant(4, verdicts(57, [0, 1, 2])),
    variant(4, verdicts(57, [1]), group_size=32),
)
SWEEP = sweep_of_variants(*MEASURED, failed={"3 bits, group 64": "mlx-lm cannot load <it>"})


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "artifacts" / "nano" / "quantized-1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"recipe": "nano"}), encoding="utf-8")
    return folder


def written(runs: Path, name: str, sweep: Sweep, age: int) -> Path:
    file = write_sweep(sweep, runs / name)
    os.utime(file, (1_000_000 - age, 1_000_000 - age))
    return file


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    file = write_sweep(SWEEP, tmp_path / "new")

    assert read_sweep(file) == SWEEP
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}', "[" * 10_000])
def test_a_damaged_record_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "sweep.json").write_text(text, encoding="utf-8")

    assert read_sweep(tmp_path / "sweep.json") is None


def test_the_terminal_shows_each_variant_with_accuracy_and_cost() -> None:
    text = sweep_report(SWEEP)
    small = [line.split() for line in text.splitlines() if line.startswith("4 bits, group 64")]

    assert small[0][4:] == [
        "4.5",
        "MB",
        "4.50",
        "54/57",
        "95",
        "%",
        "86-98",
        "-2",
        "+0,",
        "p",
        "0.5",
        "-2",
        "+0,",
        "p",
        "0.5",
    ]
    assert small[1][4:] == ["4.5", "MB", "9", "MB", "123", "ms", "1.5", "s", "250", "ms", "500", "ms"]
    assert "not measured: 3 bits, group 64: mlx-lm cannot load <it>" in text
    assert "No recommendation: 57 queries do not distinguish 3 variants from float16" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_weights_that_the_device_cannot_compute_as_stored_are_told() -> None:
    first = SWEEP.variants[0].model_copy(update={"computed": "float32"})
    text = sweep_report(SWEEP.model_copy(update={"variants": (first, *SWEEP.variants[1:])}))

    assert "float16 was computed in float32: this device cannot compute it as stored" in text
    assert "was computed in" not in sweep_report(SWEEP)


def test_markdown_holds_both_tables_and_the_advice(tmp_path: Path) -> None:
    text = write_markdown(SWEEP, tmp_path).read_text(encoding="utf-8")

    assert text.startswith("# Quantization sweep of nano\n\n**No recommendation**: 57 queries")
    assert text.count("\n| 4 bits, group 32 |") == 2
    assert "cannot load \\<it\\>" in text


def test_the_plot_has_a_line_for_each_group_size_and_a_point_for_float16() -> None:
    card = Elements(sweep_card(FoundSweep(SWEEP)))

    assert card.names.count("circle") == len(MEASURED)
    assert card.names.count("svg") == 1
    for name in ("float16", "group 32", "group 64"):
        assert f">{name}</span>" in sweep_card(FoundSweep(SWEEP))


def test_the_page_shows_the_sweep_and_only_where_there_is_one() -> None:
    page, without = (
        html_report(acceptance(), Surroundings(suites=[suite()], sweep=each)) for each in (FoundSweep(SWEEP), None)
    )

    assert page.count("<h2>Quantization sweep</h2>") == 1
    assert "Quantization: what it takes" in page
    assert "<it>" not in page
    assert "Quantization" not in without


def test_the_newest_sweep_of_the_models_recipe_is_found(model: Path, tmp_path: Path) -> None:
    runs = tmp_path / "artifacts" / "runs"
    other = sweep_of_variants(*MEASURED, recipe="nano-moe")
    old, new = sweep_of_variants(MEASURED[0]), sweep_of_variants(*MEASURED[:2])
    for age, (name, sweep) in enumerate({"c": other, "b": new, "a": old}.items()):
        written(runs, name, sweep, age)

    assert sweep_of(model, runs / "now", runs) == FoundSweep(new)
    assert sweep_of(model, runs / "a", runs) == FoundSweep(old)


def test_a_sweep_of_the_same_weights_comes_before_a_newer_one_of_others(model: Path, tmp_path: Path) -> None:
    runs, mine = tmp_path / "artifacts" / "runs", SWEEP.model_copy(update={"fused": "e" * 64})
    (model / "manifest.json").write_text(json.dumps({"recipe": "nano", "parents": {"fused": "e" * 64}}), "utf-8")
    written(runs, "new", SWEEP, 0)
    other = sweep_of(model, runs / "now", runs)
    written(runs, "old", mine, 9)

    assert other == FoundSweep(SWEEP, other_model=True)
    assert "made of another float16 model than the graded one" in sweep_card(other)
    assert sweep_of(model, runs / "now", runs) == FoundSweep(mine)


def test_a_model_without_a_recipe_or_without_a_sweep_has_none(model: Path, tmp_path: Path) -> None:
    runs = tmp_path / "artifacts" / "runs"
    assert sweep_of(model, runs / "now", runs) is None
    written(runs, "a", SWEEP, 0)
    (model / "manifest.json").unlink()

    assert sweep_of(model, runs / "now", runs) is None
