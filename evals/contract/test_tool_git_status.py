from __future__ import annotations

import pytest

from fixtures.captured.git_scenes import CONFLICTS, binaries, changed_twice, every_conflict
from fixtures.workspace_repository import CHANGES, Repository
from punie.agent.typed_tools import GitStatusResult
from punie.agent.typed_tools.runners import repository as runner


def changes(result: GitStatusResult) -> dict[str, tuple[str, bool]]:
    return {file.file: (file.status, file.staged) for file in result.files}


def test_every_change_is_listed_with_its_status(built_workspace: Repository) -> None:
    result = built_workspace.call("git_status", ".")

    assert changes(result) == CHANGES
    assert (result.success, result.clean, result.file_count, result.parse_error) == (True, False, 6, None)


def test_only_the_changes_below_the_path_are_listed(built_workspace: Repository) -> None:
    result = built_workspace.call("git_status", "src/market")

    assert changes(result) == {"src/market/prices.py": ("modified", False)}


def test_a_file_is_a_path_too(built_workspace: Repository) -> None:
    assert changes(built_workspace.call("git_status", "README.md")) == {"README.md": ("modified", True)}


def test_a_deleted_file_is_a_path_too(built_workspace: Repository) -> None:
    assert changes(built_workspace.call("git_status", "docs/old.txt")) == {"docs/old.txt": ("deleted", False)}


def test_a_path_without_changes_is_clean(built_workspace: Repository) -> None:
    result = built_workspace.call("git_status", "tests")

    assert (result.success, result.clean, result.file_count, result.files) == (True, True, 0, [])


def test_the_root_may_lie_below_the_top_of_the_repository(workspace: Repository) -> None:
    inner = Repository(workspace.root / "src")

    assert changes(inner.call("git_status", "market")) == {"market/prices.py": ("modified", False)}


@pytest.mark.parametrize("name", ["b c.py", "ä😀.py", 'quo"te.py', "tab\t.py", "new\nline.py", " lead.py", "a -> b.py"])
def test_an_odd_name_is_shown_as_it_is(repository: Repository, name: str) -> None:
    repository.write(name, "1\n")
    repository.commit("one")
    repository.write(name, "2\n")

    assert changes(repository.call("git_status", ".")) == {name: ("modified", False)}


def test_files_of_an_untracked_folder_are_listed_one_by_one(repository: Repository) -> None:
    repository.write("new/a.py", "")
    repository.write("new/deep/b.py", "")

    assert changes(repository.call("git_status", ".")) == {
        "new/a.py": ("untracked", False),
        "new/deep/b.py": ("untracked", False),
    }


def test_the_index_speaks_first(repository: Repository) -> None:
    for name in ("added.py", "gone.py", "both.py"):
        repository.write(name, f"{name}\n" * 5)
    repository.commit("three")
    repository.write("new.py", "1\n")
    repository.git("rm", "--quiet", "gone.py")
    repository.git("mv", "both.py", "moved.py")
    repository.git("add", "--all")
    repository.write("new.py", "2\n")
    repository.append("moved.py", "more\n")

    assert changes(repository.call("git_status", ".")) == {
        "gone.py": ("deleted", True),
        "moved.py": ("renamed", True),
        "new.py": ("added", True),
    }


def test_a_conflict_is_unknown(repository: Repository) -> None:
    make_conflict(repository)

    assert changes(repository.call("git_status", ".")) == {
        "both.py": ("unknown", False),
        "gone.py": ("unknown", False),
        "other.py": ("added", True),
    }


def test_every_kind_of_conflict_is_unknown(repository: Repository) -> None:
    every_conflict(repository)

    assert changes(repository.call("git_status", ".")) == {
        **dict.fromkeys(CONFLICTS, ("unknown", False)),
        "plain.py": ("modified", False),
    }


def test_a_file_changed_again_after_staging_is_one_staged_file(repository: Repository) -> None:
    changed_twice(repository)

    result = repository.call("git_status", ".")

    assert (result.file_count, changes(result)) == (
        3,
        {"staged.py": ("modified", True), "twice.py": ("modified", True), "unstaged.py": ("modified", False)},
    )


def test_binary_files_are_files(repository: Repository) -> None:
    binaries(repository)

    assert changes(repository.call("git_status", ".")) == {
        "changed.bin": ("modified", True),
        "d.txt": ("modified", True),
        "gone.bin": ("deleted", True),
        "renamed.bin": ("renamed", True),
    }


def make_conflict(repository: Repository) -> None:
    for name in ("both.py", "gone.py"):
        repository.write(name, "a\nb\nc\n")
    repository.commit("base")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("both.py", "a\nside\nc\n")
    repository.write("other.py", "")
    repository.git("rm", "--quiet", "gone.py")
    repository.commit("side")
    repository.git("checkout", "--quiet", "main")
    repository.write("both.py", "a\nmain\nc\n")
    repository.append("gone.py", "d\n")
    repository.commit("main")
    repository.git("merge", "--quiet", "side", fails=True)


def test_an_empty_repository_is_clean(repository: Repository) -> None:
    result = repository.call("git_status", ".")

    assert (result.success, result.clean) == (True, True)


def test_outside_a_repository_git_cannot_answer(repository: Repository) -> None:
    (repository.root / ".git").rename(repository.root.parent / "elsewhere")

    result = repository.call("git_status", ".")

    assert (result.success, result.clean, result.files) == (False, False, [])
    assert result.parse_error.startswith("git failed: not a git repository")


def test_a_path_that_is_nowhere_is_told(built_workspace: Repository) -> None:
    result = built_workspace.call("git_status", "src/nothing")

    assert (result.success, result.clean) == (False, False)
    assert result.parse_error == "no such file or folder: 'src/nothing'"


def test_stars_and_colons_are_no_patterns(built_workspace: Repository) -> None:
    assert built_workspace.call("git_status", "*").parse_error == "no such file or folder: '*'"
    assert built_workspace.call("git_status", ":(top)README.md").success is False


def test_without_a_path_it_is_a_wrong_call(built_workspace: Repository) -> None:
    with pytest.raises(TypeError, match=r"^git_status\(\) missing a required argument: 'path'$"):
        built_workspace.call("git_status")


def test_a_missing_program_is_told(built_workspace: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "program_path", lambda _: "no-such-git")

    result = built_workspace.call("git_status", ".")

    assert result.parse_error == "the program 'no-such-git' was not found: install it or check its name"


def test_no_program_of_the_repository_is_run(workspace: Repository) -> None:
    marker = workspace.root / "ran"
    workspace.git("config", "core.fsmonitor", f"touch '{marker}'; false")

    result = workspace.call("git_status", ".")

    assert result.success is True
    assert not marker.exists()
