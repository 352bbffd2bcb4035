"""Memory: MLX's warning is recognised, and a peak too near to the limit is told."""

from __future__ import annotations

import pytest

from pipeline import memory
from pipeline.memory import find_warnings, gigabytes, memory_facts, planned_limit

WARNING = (
    "[WARNING] Generating with a model that requires 23100 MB which is close to the maximum recommended size of 25559 "
    "MB. This can be slow. See the documentation for possible work-arounds"
)
MIB = 1 << 20


@pytest.fixture(autouse=True)
def _device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "device_limit", lambda: 1000 * MIB)


@pytest.mark.parametrize("verb", ["Generating", "Training"])
def test_mlx_s_own_warning_is_found_among_other_lines(verb: str) -> None:
    log = f"Iter 1: Val loss 2.1\n{WARNING.replace('Generating', verb)}\nIter 10: Train loss 1.9\n"

    assert find_warnings(log) == [(23100 * MIB, 25559 * MIB)]


def test_a_warning_broken_into_lines_by_a_terminal_is_found() -> None:
    assert len(find_warnings(WARNING.replace(" size of ", "\nsize of "))) == 1


@pytest.mark.parametrize("log", ["", "[WARNING] Some sequences are longer than 2048 tokens.", "a model requires 3 MB"])
def test_other_lines_are_no_memory_warning(log: str) -> None:
    assert find_warnings(log) == []


def test_the_text_is_that_of_the_installed_mlx_lm() -> None:
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("mlx_lm")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).with_name("generate.py").read_text(encoding="utf-8")

    assert "[WARNING] Generating with a model that requires {model_mb} MB" in source
    assert "which is close to the maximum recommended size of {max_rec_mb}" in source


def test_a_roomy_run_has_a_limit_and_no_warning() -> None:
    assert memory_facts(800 * MIB, "") == {"memory_limit": 1000 * MIB}


def test_a_peak_above_80_percent_is_a_warning() -> None:
    facts = memory_facts(850 * MIB, "")

    assert len(facts["memory_warnings"]) == 1
    assert facts["memory_warnings"][0].startswith("peak memory 891.3 MB is 85% of the device's 1.0 GB, more than 80%: ")


def test_mlx_s_warning_stands_among_the_facts() -> None:
    facts = memory_facts(1, WARNING)

    assert facts["memory_warnings"] == ["MLX warned: a model needs 24.2 GB of the 26.8 GB recommended"]


def test_the_limit_for_plans_is_this_machines_memory() -> None:
    assert planned_limit() > 100 * MIB


def test_a_mac_offers_three_quarters_unless_a_person_set_another_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.memory.os.sysconf", lambda _: 1000)
    monkeypatch.setattr("pipeline.memory.sys.platform", "darwin")
    monkeypatch.setattr(memory, "_wired_limit", lambda: 0)
    usual = planned_limit()
    monkeypatch.setattr(memory, "_wired_limit", lambda: 7)

    assert (usual, planned_limit()) == (750_000, 7)


@pytest.mark.parametrize(("count", "text"), [(61_064_000_000, "61.1 GB"), (2_500_000, "2.5 MB"), (900, "1 kB")])
def test_bytes_are_read_in_decimal_units(count: int, text: str) -> None:
    assert gigabytes(count) == text
