"""Paths that a model names, kept inside the workspace: resolved first, then compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class OutsideWorkspaceError(PermissionError):
    """The path leads out of the workspace."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The root folder of a workspace; `root` is resolved."""

    root: Path

    @classmethod
    def around(cls, root: Path) -> Boundary:
        """
        A boundary around an existing folder.

        Raises:
            NotADirectoryError: there is no such folder.

        """
        resolved = root.resolve()
        if not resolved.is_dir():
            message = f"the workspace {str(root)!r} is no folder: give an existing one"
            raise NotADirectoryError(message)
        return cls(resolved)

    def inside(self, path: str) -> Path:
        """
        The resolved path, which need not exist; symbolic links and `..` are followed before comparing.

        Raises:
            ValueError: the path is empty or cannot be one.
            OutsideWorkspaceError: it leads out of the workspace.

        """
        if not path.strip():
            message = "the path is empty: name a file or folder, '.' for the whole workspace"
            raise ValueError(message)
        try:
            resolved = (self.root / path).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            message = f"{path!r} is no usable path: {error}"
            raise ValueError(message) from None
        if not resolved.is_relative_to(self.root):
            message = f"{path!r} leads out of the workspace: name a path inside it"
            raise OutsideWorkspaceError(message)
        return resolved

    def existing(self, path: str) -> Path:
        """
        The resolved path of something that exists.

        Raises:
            FileNotFoundError: there is nothing at the path; and what `inside` raises.

        """
        resolved = self.inside(path)
        if not resolved.exists():
            message = f"no such file or folder: {path!r}"
            raise FileNotFoundError(message)
        return resolved

    def file(self, path: str) -> Path:
        """
        The resolved path of a regular file.

        Raises:
            IsADirectoryError: it is a folder.
            OSError: it is a device or a pipe; and what `existing` raises.

        """
        resolved = self.existing(path)
        if resolved.is_dir():
            message = f"{path!r} is a folder: name a file"
            raise IsADirectoryError(message)
        if not resolved.is_file():
            message = f"{path!r} is not a regular file"
            raise OSError(message)
        return resolved

    def shown(self, path: Path | str) -> str:
        """The path relative to the root with slashes, or unchanged when it lies outside."""
        absolute = self.root / path
        return absolute.relative_to(self.root).as_posix() if absolute.is_relative_to(self.root) else str(path)
