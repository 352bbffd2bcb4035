from __future__ import annotations

from evals.contract.test_tool_git_status import make_conflict
from fixtures.captured.git_scenes import CONFLICTS, binaries, changed_twice, every_conflict
from fixtures.workspace_repository import Repository
from punie.agent.typed_tools import GitDiffResult


def counts(result: GitDiffResult) -> dict[str, tuple[int, int]]:
    return {file.file: (file.additions, file.deletions) for file in result.files}


def hunks(result: GitDiffResult) -> dict[str, list[str]]:
    return {file.file: file.hunks for file in result.files}


def test_the_working_tree_is_counted_against_the_index(built_workspace: Repository) -> None:
    result = built_workspace.call("git_diff", ".")

    assert counts(result) == {"README.md": (1, 0), "docs/old.txt": (0, 1), "src/market/prices.py": (3, 0)}
    assert (result.success, result.file_count, result.additions, result.deletions) == (True, 3, 4, 1)


def test_the_index_is_counted_against_the_last_commit(built_workspace: Repository) -> None:
    result = built_workspace.call("git_diff", ".", staged=True)

    assert counts(result) == {
        "README.md": (2, 0),
        "docs/kinds of apple.txt": (0, 0),
        "src/orchard/cellar.py": (3, 0),
    }


def test_each_file_has_its_hunk_headers(built_workspace: Repository) -> None:
    assert hunks(built_workspace.call("git_diff", ".")) == {
        "README.md": ["@@ -4,3 +4,4 @@ Trees, harvests and a market."],
        "docs/old.txt": ["@@ -1 +0,0 @@"],
        "src/market/prices.py": ['@@ -10,3 +10,6 @@ PER_KILO = {"Boskoop": 2.4, "Gala": 1.9}'],
    }


def test_a_file_is_a_path_too(built_workspace: Repository) -> None:
    assert counts(built_workspace.call("git_diff", "docs/old.txt")) == {"docs/old.txt": (0, 1)}


def test_no_changes_are_a_success(built_workspace: Repository) -> None:
    result = built_workspace.call("git_diff", "tests")

    assert (result.success, result.file_count, result.additions, result.files) == (True, 0, 0, [])


def test_a_file_has_as_many_headers_as_hunks(repository: Repository) -> None:
    lines = [f"{number}\n" for number in range(60)]
    repository.write("a.txt", "".join(lines))
    repository.commit("one")
    repository.write("a.txt", "".join(["top\n", *lines[1:30], "middle\n", *lines[31:], "end\n"]))

    assert [hunk.split(" @@")[0] for hunk in hunks(repository.call("git_diff", "."))["a.txt"]] == [
        "@@ -1,4 +1,4",
        "@@ -28,7 +28,7",
        "@@ -58,3 +58,4",
    ]


def test_content_that_looks_like_a_patch_is_content(repository: Repository) -> None:
    repository.write("a.txt", "x\n")
    repository.commit("one")
    repository.write("a.txt", "x\n++ y\n-- z\n@@ -1 +1 @@\ndiff --git a/b b/b\n")

    result = repository.call("git_diff", ".")

    assert counts(result) == {"a.txt": (4, 0)}
    assert hunks(result) == {"a.txt": ["@@ -1 +1,5 @@"]}


def test_a_deleted_file_keeps_its_name(repository: Repository) -> None:
    repository.write("gone.txt", "1\n2\n")
    repository.commit("one")
    repository.git("rm", "--quiet", "gone.txt")

    assert counts(repository.call("git_diff", ".", staged=True)) == {"gone.txt": (0, 2)}


def test_a_binary_file_is_listed_without_lines(repository: Repository) -> None:
    repository.write("b.bin", b"\0one")
    repository.commit("one")
    repository.write("b.bin", b"\0two")

    result = repository.call("git_diff", ".")

    assert (counts(result), hunks(result)) == ({"b.bin": (0, 0)}, {"b.bin": []})


def test_binary_files_deleted_and_renamed_are_listed_beside_text(repository: Repository) -> None:
    binaries(repository)

    assert hunks(repository.call("git_diff", ".", staged=True)) == {
        "changed.bin": [],
        "d.txt": ["@@ -1 +1,2 @@"],
        "gone.bin": [],
        "renamed.bin": [],
    }


def test_a_file_changed_again_after_staging_has_a_diff_on_each_side(repository: Repository) -> None:
    changed_twice(repository)

    assert counts(repository.call("git_diff", ".")) == {"twice.py": (2, 0), "unstaged.py": (2, 0)}
    assert counts(repository.call("git_diff", ".", staged=True)) == {"staged.py": (1, 0), "twice.py": (1, 0)}


def test_a_rename_stands_under_its_new_name(repository: Repository) -> None:
    repository.write("old name.txt", "line\n" * 20)
    repository.write("plain.txt", "1\n")
    repository.commit("one")
    repository.git("mv", "old name.txt", "new ä.txt")
    repository.append("new ä.txt", "more\n")
    repository.append("plain.txt", "2\n")
    repository.git("add", "--all")

    assert counts(repository.call("git_diff", ".", staged=True)) == {"new ä.txt": (1, 0), "plain.txt": (1, 0)}


def test_odd_names_are_shown_as_they_are(repository: Repository) -> None:
    names = ["b c.py", 'quo"te.py', "tab\t.py", "new\nline.py", "ä😀.py", "a b/x.py"]
    for name in names:
        repository.write(name, "1\n")
    repository.commit("one")
    for name in names:
        repository.write(name, "1\n2\n")

    result = repository.call("git_diff", ".")

    assert counts(result) == dict.fromkeys(names, (1, 0))
    assert hunks(result) == {name: ["@@ -1 +1,2 @@"] for name in names}


def test_a_file_that_became_a_link_is_one_file(repository: Repository) -> None:
    repository.write("a.txt", "1\n")
    repository.write("b.txt", "1\n")
    repository.commit("one")
    (repository.root / "a.txt").unlink()
    (repository.root / "a.txt").symlink_to("b.txt")
    repository.append("b.txt", "2\n")

    result = repository.call("git_diff", ".")

    assert hunks(result) == {"a.txt": ["@@ -1 +0,0 @@", "@@ -0,0 +1 @@"], "b.txt": ["@@ -1 +1,2 @@"]}


def test_a_changed_mode_is_a_change_without_lines(repository: Repository) -> None:
    repository.write("run.sh", "1\n").chmod(0o644)
    repository.commit("one")
    (repository.root / "run.sh").chmod(0o755)

    assert hunks(repository.call("git_diff", ".")) == {"run.sh": []}


def test_a_conflict_has_the_headers_of_three_versions(repository: Repository) -> None:
    make_conflict(repository)

    result = repository.call("git_diff", ".")

    assert counts(result) == {"both.py": (4, 0), "gone.py": (0, 0)}
    assert hunks(result) == {"both.py": ["@@@ -1,3 -1,3 +1,7 @@@"], "gone.py": []}


def test_conflicts_of_every_kind_are_listed(repository: Repository) -> None:
    every_conflict(repository)
    lines = {"changed.py": (4, 0), "new.py": (4, 0), "plain.py": (1, 0)}

    result = repository.call("git_diff", ".")

    assert counts(result) == {**dict.fromkeys(CONFLICTS, (0, 0)), **lines}
    assert {name for name, headers in hunks(result).items() if headers} == set(lines)


def test_the_root_may_lie_below_the_top_of_the_repository(workspace: Repository) -> None:
    inner = Repository(workspace.root / "src")

    assert counts(inner.call("git_diff", ".")) == {"market/prices.py": (3, 0)}


def test_settings_of_the_repository_change_nothing(workspace: Repository) -> None:
    expected = workspace.call("git_diff", ".")
    marker = workspace.root.parent / "ran"
    settings = {"color.ui": "always", "diff.noprefix": "true", "diff.external": f"touch {marker}"}
    for name, value in settings.items():
        workspace.git("config", name, value)

    assert workspace.call("git_diff", ".") == expected
    assert not marker.exists()


def test_outside_a_repository_git_cannot_answer(repository: Repository) -> None:
    (repository.root / ".git").rename(repository.root.parent / "elsewhere")

    result = repository.call("git_diff", ".")

    assert (result.success, result.file_count) == (False, 0)
    assert result.parse_error.startswith("git failed: not a git repository")


def test_a_path_that_is_nowhere_is_told(built_workspace: Repository) -> None:
    result = built_workspace.call("git_diff", "src/nothing")

    assert (result.success, result.parse_error) == (False, "no such file or folder: 'src/nothing'")
