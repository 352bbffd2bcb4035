from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import pytest

from evals.contract.documents import NANO, blocks, write_files
from evals.contract.house import EXAMPLES, ROOT

EXAMPLE = ROOT / EXAMPLES / "other-repository"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Installed:
    """A copy of the example, and the Python of an environment in which the wheel is installed."""

    folder: Path
    python: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a user would type it there."""
        place = {**os.environ, "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}"}
        place.pop("PYTHONPATH", None)
        place.pop("PYTEST_ADDOPTS", None)
        program = (str(self.python), *command[1:]) if command[0] == "python" else (str(self.python), "-m", *command)
        return subprocess.run(  # noqa: S603 - our own pages
            program, cwd=self.folder, env=place, capture_output=True, text=True, timeout=300, check=False
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment; what it depends on is found where these tests find it, nothing is fetched."""
    folder = tmp_path_factory.mktemp("other")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)  # noqa: S603 - a fixed command
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=120)  # noqa: S603 - a fixed command
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    for program in ("monty", "ruff", "ty"):
        (python.parent / program).symlink_to(Path(sysconfig.get_path("scripts"), program))
    return Installed(copytree(EXAMPLE, folder / "repository"), python)


def commands() -> list[list[str]]:
    return [command for block in blocks(EXAMPLE / "README.md") for command in block.commands]


def test_the_environment_has_the_wheel_and_not_this_checkout(installed: Installed) -> None:
    done = installed.run("python", "-c", "import punie; print(punie.__file__)")

    assert Path(done.stdout.strip()).is_relative_to(installed.python.parents[1]), done.stderr


def test_its_ordinary_tests_pass(installed: Installed) -> None:
    done = installed.run(*commands()[0])

    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_recorded_replies_that_use_its_own_tool_are_deployed(installed: Installed) -> None:
    done = installed.run(*commands()[1])
    found = json.loads((installed.folder / "results" / "acceptance.json").read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stdout
    assert found["decision"] == "DEPLOY"
    assert found["field_access_rate"]["of"] == 2


def test_its_model_is_asked_under_a_prompt_with_its_own_tool(installed: Installed) -> None:
    code = (
        "from own_tools import TOOLS\nfrom punie.agent.config import system_prompt\n"
        "from punie.agent.typed_tools import add_tools\nadd_tools(TOOLS)\nprint(system_prompt('full'))"
    )
    done = installed.run("python", "-c", code)

    assert "class OwnersResult:" in done.stdout, done.stderr
    assert "def code_owners(path: str) -> OwnersResult: ..." in done.stdout


def test_a_model_that_was_trained_without_the_tool_is_refused(installed: Installed) -> None:
    asked = [str(NANO) if word == "DIR" else word for word in commands()[2]]
    done = installed.run(*asked)

    assert done.returncode == 4
    assert "trained with another system prompt" in done.stderr


def test_the_tests_that_the_documentation_shows_pass_in_a_repository_of_its_own(installed: Installed) -> None:
    page = ROOT / "docs" / "testing.md"
    folder = installed.folder.with_name("tested")
    folder.mkdir()
    write_files(page, folder)
    (command,) = (command for block in blocks(page) if block.language == "shell" for command in block.commands)
    done = replace(installed, folder=folder).run(*command)

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
