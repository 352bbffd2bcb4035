from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from evals.contract.house import ROOT

PIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*==[0-9][A-Za-z0-9.]*")
ENVIRONMENTS = {"bench", "bench-training", "browser", "gate", "lint", "pretrain", "slow", "tests"}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def tox() -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini", encoding="utf-8")
    return parser


def direct_requirements() -> list[Requirement]:
    """What the project names itself, except the packages of a GPU, which CI does not install."""
    settings = project()
    groups = settings["dependency-groups"].values()
    extras = (settings["project"]["optional-dependencies"][name] for name in ("testing", "xdist"))
    lines = (settings["project"]["dependencies"], *groups, *extras, settings["build-system"]["requires"])
    return [Requirement(line) for each in lines for line in each]


def test_every_line_of_the_constraints_is_an_exact_pin_without_an_address() -> None:
    assert [line for line in pins() if not PIN.fullmatch(line)] == []


def test_the_pins_are_sorted_and_unique() -> None:
    names = [line.partition("==")[0] for line in pins()]

    assert names == sorted(set(names))


def test_every_direct_dependency_is_pinned_inside_its_range() -> None:
    versions = dict(line.split("==") for line in pins())
    loose = [
        str(requirement)
        for requirement in [*direct_requirements(), Requirement("mlx-cpu"), Requirement("tox")]
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0.dev0"))
    ]

    assert loose == []


def test_every_direct_dependency_has_a_range() -> None:
    unbounded = [str(requirement) for requirement in direct_requirements() if not requirement.specifier]

    assert unbounded == []


def test_tox_has_the_agreed_environments() -> None:
    found = {section.removeprefix("testenv:") for section in tox().sections() if section.startswith("testenv:")}

    assert found == ENVIRONMENTS


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_every_environment_is_described(name: str) -> None:
    assert len(tox()[f"testenv:{name}"]["description"].split()) > 3


@pytest.mark.parametrize("section", ["testenv", "pkgenv"])
def test_every_environment_installs_the_pinned_versions(section: str) -> None:
    assert tox()[section]["constraints"] == "{tox_root}/constraints.txt"


def test_plain_tox_runs_the_tests() -> None:
    assert tox()["tox"]["env_list"] == "tests"


def test_the_two_commands_of_the_readme_do_all_the_set_up() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "\npip install tox && tox -e gate\n" in readme
    assert "\npip install tox && tox\n" in readme


def test_only_the_plugin_is_registered() -> None:
    assert project()["project"]["entry-points"] == {"pytest11": {"punie": "punie.pytest_plugin"}}


def test_ruff_ignores_nothing_without_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pylint]")]
    rules = [line for line in section.splitlines() if re.search(r'"[A-Z]+\d*"[,\]]', line) and "select" not in line]

    assert rules
    assert [line for line in rules if "#" not in line] == []
