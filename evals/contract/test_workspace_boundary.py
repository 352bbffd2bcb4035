from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.workspace_repository import Repository
from punie.agent.boundary import Boundary, OutsideWorkspaceError
from punie.agent.typed_tools import CATALOGUE

TEXT = "of the neighbour"
RECORDS = {name for name, tool in CATALOGUE.items() if tool.result is not str}
CALLS: dict[str, Callable[[str], tuple[object, ...]]] = {
    "read_file": lambda path: (path,),
    "write_file": lambda path: (path, "overwritten"),
    "run_command": lambda path: ("cat secret.py", None, path),
    "typecheck": lambda path: (path,),
    "ruff_check": lambda path: (path,),
    "pytest_run": lambda path: (path,),
    "goto_definition": lambda path: (path, 1, 1, "x"),
    "find_references": lambda path: (path, 1, 1, "x"),
    "hover": lambda path: (path, 1, 1, "x"),
    "document_symbols": lambda path: (path,),
    "git_status": lambda path: (path,),
    "git_diff": lambda path: (path,),
    "git_log": lambda path: (path,),
}
WAYS_OUT = {
    "absolute": "{outside}/secret.py",
    "absolute with dots": "{inside}/../outside/secret.py",
    "dots": "../outside/secret.py",
    "dots after a folder": "src/../../outside/secret.py",
    "dots after what is not there": "nothing/../../outside/secret.py",
    "link to a file": "link.py",
    "link to a folder": "linked/secret.py",
    "link to a link": "chain.py",
    "dots after a link": "linked/../outside/secret.py",
    "sibling with the same beginning": "../inside-too/secret.py",
    "the folder above": "..",
    "root": "/",
    "device": "/dev/null",
}


@pytest.fixture(scope="module")
def fenced(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The same for tests that change nothing when they pass."""
    return with_neighbours(tmp_path_factory.mktemp("neighbours"))


@pytest.fixture
def neighbours(tmp_path: Path) -> Repository:
    """A repository with links that lead out of it, and a neighbour with a secret."""
    return with_neighbours(tmp_path)


def with_neighbours(folder: Path) -> Repository:
    for name in ("outside", "inside-too"):
        (folder / name).mkdir()
        (folder / name / "secret.py").write_text(f"'{TEXT}'\n", encoding="utf-8")
    inside = folder / "inside"
    (inside / "src").mkdir(parents=True)
    (inside / "link.py").symlink_to("../outside/secret.py")
    (inside / "chain.py").symlink_to("link.py")
    (inside / "linked").symlink_to(folder / "outside")
    return Repository.create(inside)


def test_every_tool_that_takes_a_path_is_tried() -> None:
    with_path = {
        name
        for name, tool in CATALOGUE.items()
        if {parameter.name for parameter in tool.parameters} & {"path", "file_path", "cwd"}
    }

    assert with_path == set(CALLS)


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("tool", CALLS)
def test_no_tool_follows_a_path_out_of_the_workspace(fenced: Repository, tool: str, way: str) -> None:
    outside = fenced.root.parent / "outside"
    path = WAYS_OUT[way].format(outside=outside, inside=fenced.root)
    if tool == "run_command":
        path = path.removesuffix("/secret.py")

    if tool in RECORDS:
        result = fenced.call(tool, *CALLS[tool](path))

        assert result.success is False
        assert result.parse_error == f"{path!r} leads out of the workspace: name a path inside it"
    else:
        with pytest.raises(OutsideWorkspaceError, match="leads out of the workspace: name a path inside it"):
            fenced.call(tool, *CALLS[tool](path))
    assert (outside / "secret.py").read_text(encoding="utf-8") == f"'{TEXT}'\n"


def test_without_the_boundary_the_paths_would_lead_to_the_secret(fenced: Repository) -> None:
    outside = fenced.root.parent / "outside"
    named = [way for way in WAYS_OUT.values() if way.endswith(".py") and "nothing" not in way]
    texts = [
        (fenced.root / way.format(outside=outside, inside=fenced.root)).read_text(encoding="utf-8") for way in named
    ]

    assert texts == [f"'{TEXT}'\n"] * len(named)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (".", "."),
        ("src", "src"),
        ("./src/", "src"),
        ("src/../src/new.py", "src/new.py"),
        ("linked-inside/a.py", "src/a.py"),
        ("..a/..b", "..a/..b"),
        ("{inside}/src", "src"),
    ],
)
def test_paths_that_stay_inside_are_followed(neighbours: Repository, path: str, shown: str) -> None:
    (neighbours.root / "linked-inside").symlink_to("src")
    boundary = Boundary.around(neighbours.root)

    assert boundary.shown(boundary.inside(path.format(inside=neighbours.root))) == shown


def test_a_root_behind_a_link_is_the_folder_that_it_names(neighbours: Repository) -> None:
    alias = neighbours.root.parent / "alias"
    alias.symlink_to(neighbours.root)
    neighbours.write("src/a.txt", "found")

    assert Repository(alias).call("read_file", "src/a.txt") == "found"
    assert Repository(alias).call("read_file", str(alias / "src" / "a.txt")) == "found"


def test_a_link_in_a_circle_is_refused(neighbours: Repository) -> None:
    (neighbours.root / "circle").symlink_to("circle")

    with pytest.raises((OSError, ValueError), match="circle"):
        neighbours.call("read_file", "circle")


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="is no folder: give an existing one"):
        Boundary.around(tmp_path / "nothing")
