from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evals.contract.bench_runs import TimedModel, measured
from punie.benchmarking.storage import StorageError, folder_of, machine_of, read_stored, store, stored_runs

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
MACHINE = {"system": "Linux", "machine": "x86_64", "node": "here", "cpu": {"brand_raw": "A CPU", "count": 2}}


def stored(folder: Path, *models: TimedModel) -> Path:
    return store(folder, [measured(model) for model in models or (TimedModel(),)], MACHINE, AT)


def damaged(path: Path, **change: object) -> Path:
    data: dict[str, Any] = json.loads(path.read_bytes())
    record = next(entry["extra_info"] for entry in data["benchmarks"] if "punie" in entry["extra_info"])
    record["punie"] |= change
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_pytest_benchmark_reads_and_compares_stored_runs(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / ".benchmarks")
    stored(folder)
    stored(folder, TimedModel(seconds={"types": 12.0}))
    command = [sys.executable, "-m", "pytest_benchmark", "compare", "--columns=mean,rounds", "--sort=name"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own
    lines = [line.split() for line in done.stdout.splitlines()]

    assert done.returncode == 0, done.stderr
    assert ["alone[nano]", "(0001_bench_n)"] in [line[:2] for line in lines]
    assert ["alone[nano]", "(0002_bench_n)"] in [line[:2] for line in lines]
    assert {"benchmark", "'alone,", "calls':"} <= {word for line in lines for word in line}


def test_a_stored_run_holds_the_whole_record(tmp_path: Path) -> None:
    found = read_stored(stored(tmp_path, TimedModel(), TimedModel("other")))

    assert found.models == (measured(), measured(TimedModel("other")))
    assert (
        found.machine
        == machine_of(MACHINE)
        == {
            "system": "Linux",
            "machine": "x86_64",
            "cpu": "A CPU",
            "cores": 2,
        }
    )


def test_runs_are_numbered_and_the_newest_comes_first(tmp_path: Path) -> None:
    paths = [stored(tmp_path) for _ in range(3)]

    assert [path.name for path in paths] == [f"000{number}_bench_nano.json" for number in (1, 2, 3)]
    assert [run.file for run in stored_runs(tmp_path)[0]] == paths[::-1]


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    assert stored(tmp_path, TimedModel("../../up and \x1b[31m away")).parent == tmp_path


def test_runs_of_other_benchmarks_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "0001_theirs.json").write_text('{"benchmarks": [{"extra_info": {}}, 3], "machine_info": []}', "utf-8")
    stored(tmp_path)
    runs, faults = stored_runs(tmp_path)

    assert [run.file.name for run in runs] == ["0002_bench_nano.json"]
    assert faults == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON: "),
        (b"", "is not JSON: "),
        (b"\xff\xfe", "is not JSON: "),
        (b"[" * 100_000, "is not JSON: "),
        (b"[]", "holds no JSON object"),
        (b"{}", "at: Field required: give bench.json, its folder or a stored run"),
        (b'{"benchmarks": {}, "\\u001b[31m": 1}', "give bench.json, its folder or a stored run"),
    ],
)
def test_a_broken_file_is_told_in_one_line_and_passed_over(tmp_path: Path, content: bytes, message: str) -> None:
    stored(tmp_path)
    (tmp_path / "0002_broken.json").write_bytes(content)
    runs, (fault,) = stored_runs(tmp_path)

    assert len(runs) == 1
    assert fault.startswith(f"{tmp_path / '0002_broken.json'}: ")
    assert message in fault
    assert fault.isprintable()


@pytest.mark.parametrize("change", [{"identity": 3}, {"queries": {}}, {"speed": {}}, {"more": 1}])
def test_a_damaged_record_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(StorageError, match=r"give bench.json, its folder or a stored run$"):
        read_stored(damaged(stored(tmp_path), **change))


def test_a_time_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"load_seconds": 0.25', '"load_seconds": NaN'), "utf-8")

    with pytest.raises(StorageError, match=r"speed\.load_seconds: "):
        read_stored(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read: No such file or directory"):
        read_stored(tmp_path)
