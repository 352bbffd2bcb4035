"""Checkpoints: whole or not at all, two of them, and never one that was damaged or belongs to another run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.checkpoints import Checkpoints, Progress, write_arrays
from punie.blas import ensure_fast_blas


def _save(checkpoints: Checkpoints, *steps: int) -> None:
    ensure_fast_blas()
    import mlx.core as mx

    for step in steps:
        checkpoints.save(Progress(done=step, loss_sum=0.1 * step), {"weight": mx.full((3, 2), step)})


def _done(checkpoints: Checkpoints) -> int | None:
    found = checkpoints.newest()
    return None if found is None else found.progress.done


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    _save(checkpoints, 4)
    found = checkpoints.newest()

    assert found is not None
    assert found.progress == Progress(done=4, loss_sum=0.4)
    assert found.arrays["weight"].tolist() == [[4, 4]] * 3


def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path / "none", "a").newest() is None


def test_the_two_newest_are_kept(tmp_path: Path) -> None:
    _save(Checkpoints(tmp_path, "a"), 1, 2, 30, 4000)

    assert sorted(file.stem for file in tmp_path.glob("*.json")) == ["step-0000030", "step-0004000"]
    assert len(list(tmp_path.iterdir())) == 4


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("suffix", ["json", "safetensors"])
@pytest.mark.parametrize("damage", [_cut, _flip, _empty, Path.unlink], ids=["cut", "flipped", "empty", "lost"])
def test_a_damaged_one_is_passed_over_for_the_one_before(
    damage: Callable[[Path], None], suffix: str, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    _save(checkpoints, 1, 2)
    damage(tmp_path / f"step-0000002.{suffix}")

    assert _done(checkpoints) == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["step-0000001.json", "step-0000001.safetensors"]


def test_one_with_a_damaged_candidate_is_passed_over(tmp_path: Path) -> None:
    import mlx.core as mx

    checkpoints = Checkpoints(tmp_path, "a")
    _save(checkpoints, 1)
    digest = write_arrays(checkpoints.aside(2), {"weight": mx.ones((2,))})
    checkpoints.save(Progress(done=2, candidates={2: (0.5, digest)}), {"weight": mx.ones((2,))})
    before = _done(checkpoints)
    _flip(checkpoints.aside(2))

    assert (before, _done(checkpoints)) == (2, 1)


def test_one_of_another_run_counts_as_none(tmp_path: Path) -> None:
    _save(Checkpoints(tmp_path, "a"), 1, 2)

    assert Checkpoints(tmp_path, "b").newest() is None


def test_what_a_killed_save_left_is_removed(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    _save(checkpoints, 1)
    (tmp_path / ".step-0000002.safetensors-99").write_bytes(b"half")
    (tmp_path / "step-0000002.safetensors").write_bytes(b"whole, but its record was not written")

    assert _done(checkpoints) == 1
    assert len(list(tmp_path.iterdir())) == 2
