"""A copy of a workspace to be worked on: what belongs to the project, without caches and what git ignores."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from punie.agent.programs import program_path, run_program

# Caches and installed packages: large, and no part of what is worked on.
_CACHES: Final = shutil.ignore_patterns("__pycache__", ".*_cache", ".venv", "venv", ".tox", "node_modules")
_IGNORED: Final = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
LeftOut = Callable[[str, list[str]], set[str]]


def copy_workspace(root: Path, target: Path) -> None:
    """
    Copy a workspace with its git history; links stay links.

    Args:
        root: the workspace.
        target: a folder that does not exist.

    """
    shutil.copytree(root, target, symlinks=True, ignore=_left_out(root))


def digest_of(root: Path) -> str:
    """SHA-256 of the names and contents of the files that are copied, git's own left out."""
    digest, left_out = hashlib.sha256(), _left_out(root)
    for folder, folders, files in os.walk(root):
        without = left_out(folder, [*folders, *files]) | {".git"}
        folders[:] = sorted(name for name in folders if name not in without)
        for name in sorted(name for name in files if name not in without):
            file = Path(folder, name)
            content = bytes(file.readlink()) if file.is_symlink() else file.read_bytes()
            digest.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _left_out(root: Path) -> LeftOut:
    """For a folder and the names in it, the names that are not copied; what is no file, folder or link, too."""
    listed = run_program([program_path("git"), *_IGNORED], root).stdout.split(b"\0")
    ignored = {root / os.fsdecode(name) for name in listed if name}

    def left_out(folder: str, names: list[str]) -> set[str]:
        paths = {name: Path(folder, name) for name in names}
        special = {name for name, path in paths.items() if not (path.is_symlink() or path.is_file() or path.is_dir())}
        return set(_CACHES(folder, names)) | special | {name for name, path in paths.items() if path in ignored}

    return left_out
