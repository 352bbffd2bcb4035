"""Starting ranks: the words of the command, what is refused beforehand, and the one line on a run that failed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.contract.tiny import recipe_values
from pipeline.distributed import DistributedPart, check_distributed
from pipeline.errors import InputError
from pipeline.launch import fault, launch_command
from pipeline.places import ROOT
from pipeline.preflight import check_names
from pipeline.recipe import Recipe
from punie.blas import ensure_fast_blas

HOST = {"ssh": "one.local", "ips": ["10.0.0.1"]}


def _hosts(folder: Path, value: object) -> str:
    file = folder / "hosts.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return str(file)


def _read_by_mlx(command: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What mlx.launch makes of the command: its options, and the words that every rank is started with."""
    ensure_fast_blas()
    from mlx._distributed_utils import launch

    found: dict[str, Any] = {}

    def keep(_: object, hosts: list[Any], arguments: Any, rest: list[str]) -> None:  # noqa: ANN401 - argparse's
        found.update(vars(arguments), ranks=len(hosts), rest=rest)

    for backend in ("ring", "mpi"):
        monkeypatch.setattr(launch, f"launch_{backend}", keep)
    monkeypatch.setattr(sys, "argv", command)
    launch.main()
    return found


@pytest.mark.parametrize("backend", ["ring", "mpi"])
def test_mlx_launch_understands_the_command(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part = DistributedPart.model_validate({"ranks": 3, "backend": backend})
    found = _read_by_mlx(launch_command(part, "a folder", 4000), monkeypatch)
    python = [sys.executable] if backend == "mpi" else []

    assert (found["ranks"], found["backend"], found["cwd"], found["starting_port"]) == (3, backend, str(ROOT), 4000)
    assert found["rest"] == [*python, "-m", "pipeline.rank", "a folder"]
    assert found["python"] == (None if python else sys.executable)


@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")  # mlx leaves it open
def test_a_hostfile_names_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = DistributedPart(ranks=2, hostfile=_hosts(tmp_path, [HOST, {"ssh": "two", "ips": ["10.0.0.2"]}]))
    check_distributed(part)
    found = _read_by_mlx(launch_command(part, "work"), monkeypatch)

    assert (found["ranks"], found["hostfile"]) == (2, part.hostfile)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([HOST], r"has 1 hosts, but distributed\.ranks is 2: name one host for each rank"),
        ({"hosts": [HOST] * 3, "backend": "ring"}, r"has 3 hosts, but distributed\.ranks is 2: name one host"),
        ([HOST, {"ssh": "two"}], r"host 'two' has no ips, and backend 'ring' needs an address of each: add one"),
        ([HOST, {"ssh": "-oProxyCommand=x", "ips": ["10.0.0.2"]}], r"is no hostfile: write \[\{"),
        ({"machines": []}, r"is no hostfile"),
        ("one,two", r"is no hostfile"),
    ],
    ids=["too_few", "too_many", "no_address", "an_option", "no_hosts", "text"],
)
def test_a_hostfile_that_cannot_serve_is_wrong_input(value: object, said: str, tmp_path: Path) -> None:
    part = DistributedPart(ranks=2, hostfile=_hosts(tmp_path, value))

    with pytest.raises(InputError, match=rf"^distributed\.hostfile '.*hosts\.json':? {said}[^\n]*$"):
        check_distributed(part)


def test_a_hostfile_that_does_not_exist_is_found_before_anything_begins(tmp_path: Path) -> None:
    recipe = Recipe.model_validate(recipe_values(distributed={"ranks": 2, "hostfile": str(tmp_path / "none.json")}))

    with pytest.raises(InputError, match=r"none\.json' does not exist: write it, or leave the key out"):
        check_names(recipe)


def test_mpi_has_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(InputError, match=r"^distributed\.backend 'mpi' needs mpirun, which is not installed"):
        check_distributed(DistributedPart(ranks=2, backend="mpi"))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"ranks": 1}, "greater than or equal to 2"),
        ({}, "Field required"),
        ({"ranks": 2, "backend": "nccl"}, "'ring' or 'mpi'"),
        ({"ranks": 2, "hosts": "a,b"}, "Extra inputs are not permitted"),
        ({"ranks": 5}, r"distributed\.ranks \(5\) is more than train\.batch_size \(4\): each rank needs a row"),
    ],
)
def test_a_part_that_cannot_be_meant_is_refused(part: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Recipe.model_validate(recipe_values(distributed=part))


def test_the_ranks_are_no_part_of_the_recipes_digest() -> None:
    alone, together = (Recipe.model_validate(recipe_values(distributed=part)) for part in (None, {"ranks": 2}))

    assert alone.digest == together.digest


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["\x1b[33m[WARN] Node with rank 1 exited with code -9 \x1b[0m", "[WARN] Node with rank 0 exited with -15"],
            "rank 1 of 2 was ended by SIGKILL: run again to go on from the last checkpoint",
        ),
        (
            ["OSError: no space left", "", "[WARN] Node with rank 0 exited with code 1"],
            "rank 0 of 2 ended with status 1 (OSError: no space left): run again to go on from the last checkpoint",
        ),
        (
            [
                '{"rank": 1, "about": "failed", "values": ["the training loss is nan"]}',
                "Node with rank 0 exited with 1",
            ],
            "rank 1 of 2: the training loss is nan",
        ),
        (["mpirun: no slots"], "the 2 ranks ended without a result (mpirun: no slots): run again to go on from the "),
        ([], "the 2 ranks ended without a result: run again to go on from the last checkpoint"),
    ],
    ids=["killed", "failed", "told", "other", "silent"],
)
def test_a_failed_run_is_one_line_that_names_the_rank(lines: list[str], said: str) -> None:
    found = fault(lines, 2)

    assert found.startswith(said)
    assert "\n" not in found
