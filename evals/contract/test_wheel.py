from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from evals.contract.house import ROOT, files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)  # noqa: S603 - a fixed command
    (built,) = folder.glob("*.whl")
    with ZipFile(built) as archive:
        yield archive


def names(wheel: ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def described(wheel: ZipFile, file: str) -> str:
    (name,) = (name for name in wheel.namelist() if name.endswith(f".dist-info/{file}"))
    return wheel.read(name).decode()


def test_the_wheel_ships_punie_alone(wheel: ZipFile) -> None:
    assert {name.split("/")[0] for name in names(wheel)} == {"punie"}


def test_the_wheel_ships_all_of_punie(wheel: ZipFile) -> None:
    sources = {str(path) for path in files() if path.parts[0] == "punie"}

    assert sources - names(wheel) == set()


def test_the_wheel_ships_the_suites_with_their_results_and_the_targets(wheel: ZipFile) -> None:
    sources = [path for path in files() if path.parts[:2] in {("evals", "suites"), ("evals", "gate.toml")}]
    shipped = {str(path): wheel.read(f"punie/evaluation/{path.relative_to('evals')}") for path in sources}

    assert shipped == {str(path): (ROOT / path).read_bytes() for path in sources}
    assert "evals/gate.toml" in shipped


def test_the_wheel_says_that_it_is_typed(wheel: ZipFile) -> None:
    assert "punie/py.typed" in names(wheel)


def test_the_wheel_registers_the_plugin(wheel: ZipFile) -> None:
    assert described(wheel, "entry_points.txt") == "[pytest11]\npunie = punie.pytest_plugin\n"


def test_the_wheel_carries_the_licence(wheel: ZipFile) -> None:
    assert described(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_wheel_is_small(wheel: ZipFile) -> None:
    assert wheel.filename is not None
    assert Path(wheel.filename).stat().st_size < 1_000_000
