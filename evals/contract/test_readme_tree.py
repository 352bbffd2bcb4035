from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from evals.contract.house import ROOT, WORKSPACE, files

FENCE = "```text tree\n"
LINE = re.compile(r"(?P<indent> *)(?P<name>[\w.-]+/?) {2,}(?P<said>\S.*)")
INDENT = 2


def tree_lines() -> list[str]:
    """The lines of the README's file tree."""
    _, _, after = (ROOT / "README.md").read_text(encoding="utf-8").partition(FENCE)
    return after.partition("```")[0].splitlines()


def listed() -> Iterator[str]:
    """The paths that the tree names; a folder ends in a slash."""
    parents: list[str] = []
    for line in tree_lines():
        found = LINE.fullmatch(line)
        if found:
            del parents[len(found["indent"]) // INDENT :]
            yield "".join([*parents, found["name"]])
            parents.append(found["name"])


def expected() -> set[str]:
    """Every file at the top, every folder, and every module of punie; the workspace is one entry."""
    shown = {path for path in files() if len(path.parts) == 1 or (path.parts[0] == "punie" and is_module(path))}
    folders = {parent for path in files() for parent in path.parents if parent.name and is_shown(parent)}
    return {str(path) for path in shown} | {f"{folder}/" for folder in folders}


def is_module(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and path.name != "__init__.py"


def is_shown(folder: PurePosixPath) -> bool:
    inside_the_workspace = WORKSPACE in folder.parents
    return not inside_the_workspace and "__snapshots__" not in folder.parts


def test_the_tree_of_the_readme_is_what_lies_on_the_disk() -> None:
    tree = set(listed())

    assert {"missing in the README": sorted(expected() - tree), "not on the disk": sorted(tree - expected())} == {
        "missing in the README": [],
        "not on the disk": [],
    }


def test_every_line_of_the_tree_says_what_the_file_is_for() -> None:
    assert tree_lines()
    assert [line for line in tree_lines() if not LINE.fullmatch(line)] == []


def test_the_tree_names_nothing_twice() -> None:
    names = list(listed())

    assert sorted(names) == sorted(set(names))
