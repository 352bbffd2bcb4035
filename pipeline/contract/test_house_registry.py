"""The registry of what was built: digests, verdicts, lineage, and damage."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.contract.house_artifacts import chain, grade
from pipeline.errors import InputError
from pipeline.house.__main__ import main
from pipeline.house.records import Registry
from pipeline.house.registry import FILE, alone, find_model, refresh
from pipeline.places import ROOT


def _refresh(artifacts: Path) -> tuple[Registry, list[str]]:
    said: list[str] = []
    with alone(artifacts):
        return refresh(artifacts, said.append), said


def test_the_registry_holds_digests_verdicts_and_lineage(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")
    registry, said = _refresh(tmp_path)
    model = registry.entries[names["quantized"]]

    assert said == []
    assert model.accepted
    assert model.verdicts[0].passed == 9
    assert set(model.identity) == {"weights", "config", "tokenizer", "template"}
    assert [parent.stage for parent in registry.ancestors(model)] == ["fused", "adapter", "dataset"]
    assert Registry.model_validate_json((tmp_path / FILE).read_bytes()) == registry


@pytest.mark.parametrize(("decision", "suite"), [("DEPLOY", "dev"), ("INCOMPLETE", "57")])
def test_a_run_on_the_development_suite_or_a_broken_one_accepts_nothing(
    tmp_path: Path, decision: str, suite: str
) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], decision, suite=suite)

    assert _refresh(tmp_path)[0].entries[names["quantized"]].decision == "not graded"


def test_the_verdict_of_another_model_is_not_taken(tmp_path: Path) -> None:
    first, second = chain(tmp_path, 1), chain(tmp_path, 2)
    grade(tmp_path, first["quantized"], "DEPLOY")
    entries = _refresh(tmp_path)[0].entries

    assert entries[first["quantized"]].accepted
    assert not entries[second["quantized"]].accepted


def test_verdicts_outlive_their_runs_and_models_their_folders(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    run = grade(tmp_path, names["quantized"], "DEPLOY")
    _refresh(tmp_path)
    shutil.rmtree(run)
    shutil.rmtree(tmp_path / names["fused"])
    registry, _ = _refresh(tmp_path)

    assert registry.entries[names["quantized"]].accepted
    assert not registry.entries[names["fused"]].present


@pytest.mark.parametrize("text", ["", "{", '{"schema": 2}', "\x00\xff", '{"schema": 1, "entries": {"a": {}}}'])
def test_a_damaged_registry_is_one_line_and_rebuilt(tmp_path: Path, text: str) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")
    before, _ = _refresh(tmp_path)
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    after, said = _refresh(tmp_path)

    assert after == before
    assert len(said) == 1
    assert said[0].endswith("cannot be read: it is rebuilt from the manifests and the records of eval runs")


def test_what_is_no_artifact_is_passed_over(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    (tmp_path / "own" / "fused-000000000000").mkdir()
    (tmp_path / "own" / ".adapter-1-2").mkdir()
    (tmp_path / "nano-base" / "checkpoint-1").mkdir(parents=True)
    (tmp_path / "own" / "quantized-link").symlink_to(tmp_path / names["quantized"])
    (tmp_path / "runs" / "odd").mkdir(parents=True)
    (tmp_path / "runs" / "odd" / "acceptance.json").write_text("{")

    assert set(_refresh(tmp_path)[0].entries) == set(names.values())


def test_a_model_is_found_by_its_name_or_the_start_of_its_digest(tmp_path: Path) -> None:
    name = chain(tmp_path, 1)["quantized"]
    registry, _ = _refresh(tmp_path)

    assert find_model(registry, name).name == find_model(registry, name[-12:-6]).name == name
    for wrong in ("", "nowhere"):
        with pytest.raises(InputError, match=rf"^(0|1) models are called '{wrong}': name one of these: {name}$"):
            find_model(registry, wrong)


def test_while_another_process_keeps_house_nothing_is_done(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(InputError, match="another process keeps house"), alone(tmp_path, 0):
        pass


@pytest.mark.slow
def test_two_processes_at_once_leave_a_whole_registry(tmp_path: Path) -> None:
    chain(tmp_path, 1)
    code = (
        f"from pathlib import Path; from pipeline.house.__main__ import main; main(['list'], Path({str(tmp_path)!r}))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]  # noqa: S603 - our own code
    errors = [process.communicate(timeout=60)[1] for process in running]

    assert errors == [b"", b""]
    assert len(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["entries"]) == 4


def test_the_list_names_each_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = chain(tmp_path, 1)["quantized"]

    assert main(["list"], tmp_path) == 0
    assert name.partition("-")[0] in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def acquire(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("pipeline.house.registry.FileLock.acquire", acquire)
    status = main(["plan"], tmp_path)

    assert status == 4
    assert capsys.readouterr().err == (
        f"house cannot be kept in {str(tmp_path)!r} (Read-only file system): make it a folder that you may write\n"
    )
