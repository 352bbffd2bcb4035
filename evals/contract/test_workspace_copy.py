from __future__ import annotations

import os
from pathlib import Path

import pytest

from fixtures.workspace_repository import Repository
from punie.evaluation.workspace_copy import copy_workspace, digest_of


@pytest.fixture
def project(repository: Repository) -> Repository:
    """A repository with a commit, an uncommitted file, a link, a cache, and a folder that git ignores."""
    repository.write("src/a.py", "A = 1\n")
    repository.write(".gitignore", "models/\n*.log\n__pycache__/\n")
    repository.commit("Begin")
    repository.write("new.py", "B = 2\n")
    (repository.root / "link").symlink_to("src")
    repository.write("src/__pycache__/a.pyc", "cache")
    repository.write("models/weights.bin", "large")
    repository.write("src/run.log", "noise")
    return repository


def names(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if ".git/" not in f"{path}/"}


def test_what_belongs_to_the_project_is_copied(project: Repository, tmp_path: Path) -> None:
    copy_workspace(project.root, tmp_path / "copy")

    assert names(tmp_path / "copy") == {"src", "src/a.py", ".gitignore", "new.py", "link"}
    assert (tmp_path / "copy" / "link").is_symlink()


def test_a_copy_has_the_history_and_the_state_of_the_original(project: Repository, tmp_path: Path) -> None:
    copy_workspace(project.root, tmp_path / "copy")
    copy = Repository(tmp_path / "copy")

    assert copy.git("log", "--format=%H %s") == project.git("log", "--format=%H %s")
    assert copy.call("git_status", ".") == project.call("git_status", ".")


def test_a_folder_without_git_is_copied_but_for_its_caches(tmp_path: Path) -> None:
    (tmp_path / "plain" / ".ruff_cache").mkdir(parents=True)
    (tmp_path / "plain" / ".ruff_cache" / "found").write_text("cache")
    (tmp_path / "plain" / "run.log").write_text("noise")
    copy_workspace(tmp_path / "plain", tmp_path / "copy")

    assert names(tmp_path / "copy") == {"run.log"}


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    os.mkfifo(tmp_path / "plain" / "pipe")
    copy_workspace(tmp_path / "plain", tmp_path / "copy")

    assert names(tmp_path / "copy") == set()


def test_the_digest_is_that_of_what_is_copied(project: Repository) -> None:
    before = digest_of(project.root)
    project.write("models/weights.bin", "other")
    project.write("src/__pycache__/a.pyc", "other")
    project.commit("Go on")

    assert digest_of(project.root) == before


@pytest.mark.parametrize("name", ["src/a.py", "another.py"])
def test_the_digest_sees_names_and_contents(project: Repository, name: str) -> None:
    before = digest_of(project.root)
    project.write(name, "A = 3\n")

    assert digest_of(project.root) != before
