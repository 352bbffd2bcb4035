from __future__ import annotations

import pytest

from fixtures.captured.git_scenes import AUTHORS, ODD_NAMES, authors
from fixtures.workspace_repository import ANNA, BEN, Repository
from punie.agent.typed_tools import GitLogResult


def subjects(result: GitLogResult) -> list[str]:
    return [commit.message for commit in result.commits]


def test_the_newest_commits_come_first_with_author_and_date(built_workspace: Repository) -> None:
    result = built_workspace.call("git_log", ".")

    assert [(c.author, c.date, c.message) for c in result.commits] == [
        (BEN, "2025-03-09T09:30:00+01:00", "Add notes"),
        (BEN, "2025-03-05T09:30:00+01:00", "Say what it is | and what is wrong"),
        (ANNA, "2025-03-03T09:30:00+01:00", "Plant the orchard"),
    ]
    assert (result.success, result.commit_count, result.parse_error) == (True, 3, None)


def test_the_hash_is_gits_own(built_workspace: Repository) -> None:
    result = built_workspace.call("git_log", ".", 1)

    assert result.commits[0].hash == built_workspace.git("rev-parse", "--short", "HEAD").strip()


def test_no_more_than_count_are_listed(built_workspace: Repository) -> None:
    assert subjects(built_workspace.call("git_log", ".", count=2)) == [
        "Add notes",
        "Say what it is | and what is wrong",
    ]


def test_without_a_count_ten_are_listed(repository: Repository) -> None:
    for number in range(12):
        repository.commit(f"commit {number}")

    assert repository.call("git_log", ".").commit_count == 10


def test_only_commits_that_touched_the_path_are_listed(built_workspace: Repository) -> None:
    assert subjects(built_workspace.call("git_log", "docs/old.txt")) == ["Add notes"]


def test_a_file_without_commits_has_none(built_workspace: Repository) -> None:
    result = built_workspace.call("git_log", "docs/übersicht.txt")

    assert (result.success, result.commits, result.parse_error) == (True, [], None)


def test_a_file_deleted_long_ago_has_its_commits(repository: Repository) -> None:
    repository.write("gone.txt", "1\n")
    repository.commit("write")
    (repository.root / "gone.txt").unlink()
    repository.commit("delete")

    assert subjects(repository.call("git_log", "gone.txt")) == ["delete", "write"]


def test_empty_and_long_messages_keep_the_fields_in_order(repository: Repository) -> None:
    repository.git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--message=")
    repository.commit("Zeile ä\n\nA body\nof two lines")

    assert subjects(repository.call("git_log", ".")) == ["Zeile ä", ""]


def test_a_bar_in_the_name_of_an_author_is_part_of_it(repository: Repository) -> None:
    authors(repository)

    result = repository.call("git_log", ".")

    assert [(commit.author, commit.message) for commit in reversed(result.commits)] == [
        (name, f"by {name}") for name in AUTHORS
    ]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_an_odd_name_has_its_commits(repository: Repository, name: str) -> None:
    repository.write("other.py", "1\n")
    repository.commit("other")
    repository.write(name, "1\n")
    repository.commit("it")

    assert subjects(repository.call("git_log", name)) == ["it"]


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_commit_is_refused(built_workspace: Repository, count: int) -> None:
    result = built_workspace.call("git_log", ".", count)

    assert (result.success, result.parse_error) == (False, f"count is {count}: ask for one commit or more")


def test_an_empty_repository_has_no_log(repository: Repository) -> None:
    result = repository.call("git_log", ".")

    assert (result.success, result.commits) == (False, [])
    assert "does not have any commits yet" in result.parse_error


def test_outside_a_repository_git_cannot_answer(repository: Repository) -> None:
    (repository.root / ".git").rename(repository.root.parent / "elsewhere")

    result = repository.call("git_log", ".")

    assert (result.success, result.commit_count) == (False, 0)
    assert result.parse_error.startswith("git failed: not a git repository")


def test_a_path_that_is_nowhere_is_told(built_workspace: Repository) -> None:
    result = built_workspace.call("git_log", "src/nothing")

    assert (result.success, result.parse_error) == (False, "no such file or folder: 'src/nothing'")
