"""Artifacts: made once, whole or not at all, and never at the cost of others."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeline import artifact as artifact_module
from pipeline.artifact import OUT, Artifact, Made, Stage, Store, require_space
from pipeline.errors import InputError, StageError

PROMPT = {"name": "brief", "digest": "0" * 64}


class Maker:
    """Writes one file, counts how often, and can be told to fail."""

    def __init__(self, text: str = "words") -> None:
        self.times = 0
        self.text = text
        self.fails = False

    def __call__(self, folder: Path) -> Made:
        self.times += 1
        (folder / "part").mkdir()
        (folder / "part" / "words.txt").write_text(self.text, encoding="utf-8")
        if self.fails:
            message = "no luck"
            raise RuntimeError(message)
        return Made(f"mlx_lm.thing --out {OUT}", {"train_last": 0.5}, 7, {"rows": 3})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "artifacts" / "tiny", "tiny", PROMPT)


def _stage(
    make: Callable[[Path], Made], inputs: dict[str, Any] | None = None, parents: tuple[Artifact, ...] = ()
) -> Stage:
    return Stage("dataset", inputs or {"seed": 1}, parents, make)


def _names(store: Store) -> list[str]:
    return sorted(file.name for file in store.folder.iterdir())


def test_a_stage_is_made_once_and_then_reused(store: Store) -> None:
    make = Maker()
    first, second = store.build(_stage(make)), store.build(_stage(make))

    assert make.times == 1
    assert (first.reused, second.reused) == (False, True)
    assert second.folder == first.folder
    assert second.manifest == first.manifest


def test_the_manifest_tells_what_was_made_and_how(store: Store) -> None:
    artifact = store.build(_stage(Maker()))
    manifest = json.loads((artifact.folder / "manifest.json").read_text(encoding="utf-8"))

    assert artifact.folder.name == f"dataset-{manifest['digest'][:12]}"
    assert manifest["schema"] == 1
    assert manifest["recipe"] == "tiny"
    assert manifest["system_prompt"] == PROMPT
    assert manifest["command"] == f"mlx_lm.thing --out {artifact.folder}"
    assert manifest["size_bytes"] == len("words")
    assert list(manifest["files"]) == ["part/words.txt"]
    assert (manifest["losses"], manifest["peak_memory"], manifest["facts"]) == ({"train_last": 0.5}, 7, {"rows": 3})
    assert "python" in manifest["versions"]


def test_other_inputs_make_another_folder_and_leave_the_first(store: Store) -> None:
    first = store.build(_stage(Maker(), {"seed": 1}))
    second = store.build(_stage(Maker(), {"seed": 2}))

    assert sorted([first.folder.name, second.folder.name]) == _names(store)


def test_another_parent_makes_another_folder(store: Store) -> None:
    parents = [store.build(_stage(Maker(f"words {seed}"), {"seed": seed})) for seed in (1, 2)]
    children = [store.build(Stage("adapter", {}, (parent,), Maker())) for parent in parents]

    assert children[0].folder != children[1].folder
    assert children[0].manifest.parents == {"dataset": parents[0].manifest.content}


def test_a_parent_made_otherwise_with_the_same_content_rebuilds_nothing(store: Store) -> None:
    parents = [store.build(_stage(Maker(), {"seed": seed})) for seed in (1, 2)]
    make = Maker()
    children = [store.build(Stage("adapter", {}, (parent,), make)) for parent in parents]

    assert parents[0].folder != parents[1].folder
    assert children[0].folder == children[1].folder
    assert make.times == 1


@pytest.mark.parametrize("lost", ["manifest.json", "part/words.txt"])
def test_an_incomplete_folder_is_made_again(store: Store, lost: str) -> None:
    make = Maker()
    folder = store.build(_stage(make)).folder
    (folder / lost).unlink()
    (folder / "leftover").touch()
    again = store.build(_stage(make))

    assert make.times == 2
    assert again.folder == folder
    assert not (folder / "leftover").exists()


@pytest.mark.parametrize("damage", [b"", b"{", b'{"schema": 1}', b"\xff"])
def test_a_manifest_that_cannot_be_read_counts_as_none(store: Store, damage: bytes) -> None:
    make = Maker()
    (store.build(_stage(make)).folder / "manifest.json").write_bytes(damage)
    store.build(_stage(make))

    assert make.times == 2


def test_a_file_of_another_size_is_made_again(store: Store) -> None:
    make = Maker()
    (store.build(_stage(make)).folder / "part" / "words.txt").write_text("cut", encoding="utf-8")
    store.build(_stage(make))

    assert make.times == 2


def test_a_flipped_byte_is_made_again_and_told(store: Store) -> None:
    make = Maker()
    stage = _stage(make)
    file = store.build(stage).folder / "part" / "words.txt"
    file.write_text("worms", encoding="utf-8")
    fault = store.fault(stage)
    again = store.build(stage)

    assert fault == "part/words.txt is not what the manifest lists"
    assert make.times == 2
    assert (file.read_text(encoding="utf-8"), again.reused, store.fault(stage)) == ("words", False, "")


def test_a_manifest_of_another_artifact_counts_as_none(store: Store) -> None:
    other = store.build(_stage(Maker(), {"seed": 2}))
    stage = _stage(Maker())
    shutil.copytree(other.folder, store.place(stage))

    assert store.fault(stage) == "manifest.json is another one's"
    assert not store.build(stage).reused


def test_a_failed_stage_leaves_nothing_and_touches_nothing(store: Store) -> None:
    earlier = store.build(_stage(Maker(), {"seed": 1}))
    make = Maker()
    make.fails = True
    with pytest.raises(RuntimeError, match="no luck"):
        store.build(_stage(make, {"seed": 2}))

    assert _names(store) == [earlier.folder.name]
    assert store.find(_stage(Maker(), {"seed": 1})) is not None


def test_an_unfinished_folder_is_never_seen_under_the_stages_name(store: Store) -> None:
    seen: list[bool] = []

    def make(folder: Path) -> Made:
        seen.append(store.place(stage).exists() or (folder / "manifest.json").exists())
        return Maker()(folder)

    stage = _stage(make)
    store.build(stage)

    assert seen == [False]


def test_a_faster_run_is_believed_where_locks_do_not_work(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(folder: Path) -> Made:
        with monkeypatch.context() as other:
            other.setattr("pipeline.artifact.os.getpid", lambda: 222)
            store.build(_stage(Maker("fast")))
        return Maker("late")(folder)

    monkeypatch.setattr(artifact_module, "is_running", lambda _: True)
    monkeypatch.setattr(Store, "_alone", lambda *_: contextlib.nullcontext())
    artifact = store.build(_stage(make))

    assert (artifact.folder / "part" / "words.txt").read_text(encoding="utf-8") == "fast"
    assert _names(store) == [artifact.folder.name]


def test_a_run_waits_for_another_one_of_its_recipe_and_takes_what_that_has_made(store: Store, tmp_path: Path) -> None:
    make, stage = Maker(), _stage(Maker())
    made = Store(tmp_path / "elsewhere", "tiny", PROMPT).build(stage)
    other = FileLock(tmp_path / "artifacts" / ".tiny.lock")

    def wait() -> None:
        shutil.copytree(made.folder, store.place(stage))
        other.release()

    (tmp_path / "artifacts").mkdir()
    other.acquire()
    artifact = store.build(_stage(make), wait)

    assert make.times == 0
    assert artifact.reused


def test_another_recipe_is_not_waited_for(store: Store, tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    waits: list[str] = []
    with FileLock(tmp_path / "artifacts" / ".other.lock"):
        store.build(_stage(Maker()), lambda: waits.append("waits"))

    assert waits == []


def test_a_full_disk_is_one_line_and_leaves_the_work_folder_as_it_is(store: Store) -> None:
    def make(folder: Path) -> Made:
        (folder.parent / stage.work_name).mkdir()
        raise OSError(errno.ENOSPC, "No space left on device")

    stage = _stage(make)
    with pytest.raises(
        StageError, match=r"^the disk is full, stage 'dataset' stopped: free some space and run again; .*$"
    ):
        store.build(stage)

    assert _names(store) == [stage.work_name]


def test_another_fault_of_the_system_stays_what_it_is(store: Store) -> None:
    def make(_: Path) -> Made:
        raise OSError(errno.EACCES, "Permission denied")

    with pytest.raises(PermissionError):
        store.build(_stage(make))


def test_the_work_folder_goes_when_the_artifact_is_there(store: Store) -> None:
    stage = _stage(Maker())
    work = store.folder / stage.work_name
    work.mkdir(parents=True)
    store.build(stage)
    gone = not work.exists()
    work.mkdir()
    store.build(stage)

    assert gone
    assert not work.exists()


def test_what_a_killed_run_left_is_removed_and_a_living_ones_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = _stage(Maker())
    dead, alive = (store.folder / f".{store.place(stage).name}-{process}" for process in (111, 222))
    for folder in (dead, alive):
        folder.mkdir(parents=True)
    monkeypatch.setattr(artifact_module, "is_running", lambda process: process == 222)
    store.build(stage)

    assert not dead.exists()
    assert alive.exists()


def test_too_little_space_is_said_before_anything_is_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    usage = type("Usage", (), {"free": 5_000_000})
    monkeypatch.setattr("pipeline.artifact.shutil.disk_usage", lambda _: usage)
    with pytest.raises(InputError, match=r"^too little disk space in '.*': 77 MB needed, 5 MB free$"):
        store.build(Stage("dataset", {}, (), make, needs_bytes=10_000_000))

    assert make.times == 0


def test_space_is_looked_up_for_a_folder_that_does_not_exist_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def disk_usage(folder: Path) -> Any:  # noqa: ANN401 - only `free` matters
        asked.append(folder)
        return type("Usage", (), {"free": 2**40})

    monkeypatch.setattr("pipeline.artifact.shutil.disk_usage", disk_usage)
    require_space(tmp_path / "not" / "yet", 1)

    assert asked == [tmp_path]


def test_publishing_names_the_newest_model(store: Store) -> None:
    artifact = store.build(_stage(Maker()))
    store.publish(artifact)
    latest = json.loads((store.folder / "latest.json").read_text(encoding="utf-8"))

    assert latest == {"model": artifact.folder.name, "digest": artifact.manifest.digest}
    assert _names(store) == [artifact.folder.name, "latest.json"]


def test_this_process_counts_as_running() -> None:
    assert artifact_module.is_running(os.getpid())
