"""What killed runs left is listed and removed; what a living run or the next one needs is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.contract.house_artifacts import chain
from pipeline.house.__main__ import main
from pipeline.house.leftovers import Leftover, leftovers
from pipeline.house.records import Entry
from pipeline.house.registry import alone, refresh

DIGITS = "0123456789ab"


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _left(artifacts: Path, name: str, at: float | None = None) -> Path:
    folder = artifacts / "own" / name
    folder.mkdir(parents=True)
    (folder / "part").write_bytes(b"x" * 1000)
    if at is not None:
        os.utime(folder, (at, at))
    return folder


def _present(artifacts: Path) -> list[Entry]:
    with alone(artifacts):
        return refresh(artifacts, print).present()


def _found(artifacts: Path) -> list[Leftover]:
    return list(leftovers(artifacts, _present(artifacts)))


def test_what_a_dead_process_was_making_may_go(tmp_path: Path, dead: int) -> None:
    name = _left(tmp_path, f".adapter-{DIGITS}-{dead}").name

    assert _found(tmp_path) == [
        Leftover(f"own/{name}", 1000, goes=True, reason=f"what process {dead} was making when it was killed")
    ]


def test_what_a_living_process_is_making_stays(tmp_path: Path) -> None:
    _left(tmp_path, f".adapter-{DIGITS}-{os.getpid()}")

    assert [(each.goes, each.reason) for each in _found(tmp_path)] == [
        (False, f"process {os.getpid()} may be working on it")
    ]


def test_checkpoints_stay_until_their_stage_was_made_since(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    _left(tmp_path, f".work-adapter-{DIGITS}", at=1_800_000_000)
    after = _found(tmp_path)
    os.utime(tmp_path / "own" / f".work-adapter-{DIGITS}", (1_600_000_000, 1_600_000_000))

    assert [(each.goes, each.reason) for each in after] == [
        (False, "checkpoints of a killed run: the same recipe goes on from them")
    ]
    assert [(each.goes, each.reason) for each in _found(tmp_path)] == [
        (True, f"checkpoints of a killed run, and {names['adapter']} was made since")
    ]


def test_a_half_record_and_a_broken_removal_may_go(tmp_path: Path) -> None:
    _left(tmp_path, ".gone-adapter-1")
    (tmp_path / "own" / ".latest.json.ab12").write_text("{", encoding="utf-8")

    assert [each.goes for each in _found(tmp_path)] == [True, True]


def test_other_names_and_links_are_not_looked_at(tmp_path: Path) -> None:
    _left(tmp_path, ".notes")
    (tmp_path / "own" / ".gone-link").symlink_to(tmp_path)
    (tmp_path / "runs" / ".gone-run").mkdir(parents=True)

    assert _found(tmp_path) == []


def test_nothing_goes_while_the_recipe_is_being_built(
    tmp_path: Path, dead: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _left(tmp_path, f".adapter-{DIGITS}-{dead}")
    with FileLock(tmp_path / ".own.lock"):
        found = _found(tmp_path)
        main(["apply", "--apply"], tmp_path)

    assert [(each.goes, each.reason) for each in found] == [(False, "its recipe is being built now")]
    assert "0 of 1 may go" in capsys.readouterr().out
    assert folder.is_dir()


def test_with_the_flag_what_may_go_is_removed_and_the_rest_stays(
    tmp_path: Path, dead: int, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = [_left(tmp_path, f".adapter-{DIGITS}-{dead}"), _left(tmp_path, ".gone-adapter-1")]
    record = tmp_path / "own" / ".latest.json.ab12"
    record.write_text("{", encoding="utf-8")
    kept = _left(tmp_path, f".work-adapter-{DIGITS}")
    main(["plan"], tmp_path)
    before = [path.exists() for path in (*gone, record, kept)]
    main(["apply", "--apply"], tmp_path)

    assert before == [True] * 4
    assert list((tmp_path / "own").iterdir()) == [kept]
    assert capsys.readouterr().out.count("3 of 4 may go, 0.0 MB") == 2
