from __future__ import annotations

import pytest

from fixtures.captured.git_scenes import CONFLICTS, ODD_NAMES, SCENES
from fixtures.captured.outputs import finished
from punie.agent.typed_tools.runners.diff import changed_files as files_of_diff
from punie.agent.typed_tools.runners.history import commits
from punie.agent.typed_tools.runners.repository import answer, fields
from punie.agent.typed_tools.runners.status import changed_files as files_of_status
from punie.agent.typed_tools.runners.surroundings import CouldNotRunError

STATUS = [
    pytest.param(
        "renames",
        dict.fromkeys(("a b/plain ä.py", "again.py", "new.py"), ("renamed", True)),
        id="a rename stands under its new name",
    ),
    pytest.param(
        "conflicts",
        {**dict.fromkeys(CONFLICTS, ("unknown", False)), "plain.py": ("modified", False)},
        id="every kind of conflict is unknown",
    ),
    pytest.param("odd_names", dict.fromkeys(ODD_NAMES, ("modified", False)), id="odd names are raw"),
    pytest.param(
        "changed_twice",
        {"staged.py": ("modified", True), "twice.py": ("modified", True), "unstaged.py": ("modified", False)},
        id="MM is one staged file",
    ),
    pytest.param(
        "binaries",
        {
            "changed.bin": ("modified", True),
            "d.txt": ("modified", True),
            "gone.bin": ("deleted", True),
            "renamed.bin": ("renamed", True),
        },
        id="binary files are files",
    ),
    pytest.param(
        "deletions",
        {"folder/deep ä.py": ("deleted", False), "staged.py": ("deleted", True), "unstaged.py": ("deleted", False)},
        id="a deleted file keeps its name",
    ),
    pytest.param(
        "other_kinds",
        dict.fromkeys(("crlf.py", "link.py", "open.py", "run.py"), ("modified", False)),
        id="a new kind or mode is a modification",
    ),
    pytest.param(
        "untracked",
        dict.fromkeys(("a.py", "new folder/b.py", "new folder/tief/ü.py"), ("untracked", False)),
        id="untracked files are listed one by one",
    ),
    pytest.param("clean", {}, id="no output is a clean tree"),
]
DIFFS = [
    pytest.param(
        "renames",
        {
            "a b/plain ä.py": (0, 0, []),
            "again.py": (0, 0, []),
            "new.py": (1, 0, ["@@ -18,3 +18,4 @@ staged.py 17"]),
        },
        id="a rename stands under its new name, with or without lines",
    ),
    pytest.param(
        "conflicts",
        {
            **dict.fromkeys(CONFLICTS, (0, 0, [])),
            "changed.py": (4, 0, ["@@@ -18,4 -18,4 +18,8 @@@ changed.py 1"]),
            "new.py": (4, 0, ["@@@ -1,1 -1,1 +1,5 @@@"]),
            "plain.py": (1, 0, ["@@ -18,3 +18,4 @@ plain.py 17"]),
        },
        id="a conflict has headers of three versions",
    ),
    pytest.param("odd_names", dict.fromkeys(ODD_NAMES, (1, 0, ["@@ -1 +1,2 @@"])), id="odd names are raw"),
    pytest.param(
        "changed_twice",
        {"twice.py": (2, 0, ["@@ -2,3 +2,5 @@ twice.py 1"]), "unstaged.py": (2, 0, ["@@ -1,3 +1,5 @@"])},
        id="the working tree is compared with the index",
    ),
    pytest.param(
        "changed_twice_staged",
        {"staged.py": (1, 0, ["@@ -1,3 +1,4 @@"]), "twice.py": (1, 0, ["@@ -1,3 +1,4 @@"])},
        id="the index is compared with the commit",
    ),
    pytest.param(
        "binaries",
        {
            "changed.bin": (0, 0, []),
            "d.txt": (1, 0, ["@@ -1 +1,2 @@"]),
            "gone.bin": (0, 0, []),
            "renamed.bin": (0, 0, []),
        },
        id="a binary file has no lines",
    ),
    pytest.param(
        "deletions",
        {name: (0, 2, ["@@ -1,2 +0,0 @@"]) for name in ("folder/deep ä.py", "unstaged.py")},
        id="a deleted file keeps its name",
    ),
    pytest.param("deletions_staged", {"staged.py": (0, 2, ["@@ -1,2 +0,0 @@"])}, id="so does one that is staged"),
    pytest.param(
        "other_kinds",
        {
            "crlf.py": (3, 2, ["@@ -1,2 +1,3 @@"]),
            "link.py": (1, 1, ["@@ -1 +0,0 @@", "@@ -0,0 +1 @@"]),
            "open.py": (1, 1, ["@@ -1 +1 @@"]),
            "run.py": (0, 0, []),
        },
        id="a file that became a link is one file",
    ),
    pytest.param("like_a_patch", {"a.txt": (5, 1, ["@@ -1,2 +1,6 @@"])}, id="content like a patch is content"),
    pytest.param("clean", {}, id="no output is no change"),
]
LOGS = [
    pytest.param(
        "authors",
        [
            ("x%00y", "by x%00y", "2025-03-05T09:30:00+01:00"),
            ('Quo"te', 'by Quo"te', "2025-03-04T09:30:00+01:00"),
            ("Zoë 😀", "by Zoë 😀", "2025-03-03T09:30:00+01:00"),
            ("| Anna | Sørensen |", "by | Anna | Sørensen |", "2025-03-02T09:30:00+01:00"),
            ("A|B", "by A|B", "2025-03-01T09:30:00+01:00"),
        ],
        id="a bar in a name is part of it",
    ),
    pytest.param(
        "messages",
        [
            ("Ben Okoro", "one subject in two lines | and a bar", "2025-03-03T09:30:00+01:00"),
            ("Ben Okoro", "Zeile ä", "2025-03-02T09:30:00+01:00"),
            ("Ben Okoro", "", "2025-03-01T09:30:00+01:00"),
        ],
        id="an empty message is a field too",
    ),
    pytest.param("nothing", [], id="no output is no commit"),
]
FAILURES = [
    pytest.param(
        "status_no_repository",
        "git failed: not a git repository (or any of the parent directories): .git",
        id="outside a repository",
    ),
    pytest.param(
        "log_no_commits",
        "git failed: your current branch 'main' does not have any commits yet",
        id="before the first commit",
    ),
]


def said(name: str) -> str:
    return answer(finished("git", name))


@pytest.mark.parametrize(("scene", "expected"), STATUS)
def test_a_status_is_read(scene: str, expected: dict[str, tuple[str, bool]]) -> None:
    files = list(files_of_status(said(f"status_{scene}")))

    assert {file.file: (file.status, file.staged) for file in files} == expected
    assert len(files) == len(expected)


def test_the_captured_conflicts_are_of_every_kind() -> None:
    records = fields(said("status_conflicts"))

    assert {record[3:]: record[:2] for record in records} == {**CONFLICTS, "plain.py": " M"}


def test_names_are_read_from_the_folder_asked_about() -> None:
    assert [file.file for file in files_of_status(" M src/a.py\0R  src/c.py\0src/b.py\0", "src/")] == ["a.py", "c.py"]


@pytest.mark.parametrize(("scene", "expected"), DIFFS)
def test_a_diff_is_read(scene: str, expected: dict[str, tuple[int, int, list[str]]]) -> None:
    name = f"diff_{scene}"
    conflicts = {file: said(f"{name}.patch_of_{file}") for file in fields(said(f"{name}.unmerged"))}

    files = files_of_diff(said(f"{name}.numstat"), said(f"{name}.patch"), conflicts)

    assert {file.file: (file.additions, file.deletions, file.hunks) for file in files} == expected
    assert len(files) == len(expected)


def test_a_patch_of_other_files_than_were_counted_is_refused() -> None:
    with pytest.raises(CouldNotRunError, match="the files changed meanwhile"):
        files_of_diff(said("diff_binaries.numstat"), said("diff_deletions.patch"), {})


@pytest.mark.parametrize(("scene", "expected"), LOGS)
def test_a_log_is_read(scene: str, expected: list[tuple[str, str, str]]) -> None:
    found = commits(said(f"log_{scene}"))

    assert [(commit.author, commit.message, commit.date) for commit in found] == expected
    assert all(len(commit.hash) == 7 for commit in found)


@pytest.mark.parametrize(("name", "reason"), FAILURES)
def test_a_failure_says_why(name: str, reason: str) -> None:
    with pytest.raises(CouldNotRunError) as failed:
        said(name)

    assert str(failed.value) == reason


def test_every_scene_is_read_by_a_test() -> None:
    tables = {"status_": STATUS, "diff_": DIFFS, "log_": LOGS, "": FAILURES}
    read = {f"{start}{row.values[0]}" for start, table in tables.items() for row in table}

    assert read == set(SCENES)
