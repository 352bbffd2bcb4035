"""git_status: `git status --porcelain=v1 -z`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from punie.agent.typed_tools import results
from punie.agent.typed_tools.git import GitFileStatus, GitStatusResult
from punie.agent.typed_tools.runners.repository import Repository, fields
from punie.agent.typed_tools.runners.surroundings import FAILURES, Surroundings

_Status = Literal["modified", "added", "deleted", "untracked", "renamed", "copied", "unknown"]
_ARGUMENTS: Final = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--find-renames")
_CONFLICTS: Final = {"DD", "AU", "UD", "UA", "DU", "AA", "UU"}
_UNTRACKED: Final = "??"
_LETTERS: Final[dict[str, _Status]] = {
    "M": "modified",
    "T": "modified",
    "A": "added",
    "D": "deleted",
    "R": "renamed",
    "C": "copied",
}
_NAME_AT: Final = 3


def git_status(place: Surroundings, path: str) -> GitStatusResult:
    """List the changed files below a path."""
    try:
        repository = Repository(place, path)
        files = list(changed_files(repository.text(*_ARGUMENTS), repository.prefix))
        if not files:
            repository.must_know_the_path()
    except FAILURES as error:
        return results.status([], str(error))
    return results.status(files)


def changed_files(output: str, prefix: str = "") -> Iterator[GitFileStatus]:
    """
    The files that `git status` lists.

    Args:
        output: of git, records ended by NUL.
        prefix: from the top of the repository to the folder that the names shall start from, with a slash at its end.

    """
    remaining = iter(fields(output))
    for field in remaining:
        columns, name = field[:2], field[_NAME_AT:]
        if set(columns) & {"R", "C"}:
            next(remaining, None)  # the old name follows the new one
        status, staged = _meaning(columns)
        yield GitFileStatus(file=name.removeprefix(prefix), status=status, staged=staged)


def _meaning(columns: str) -> tuple[_Status, bool]:
    """Status and staged: the first column is the index, the second the working tree; a conflict is unknown."""
    if columns == _UNTRACKED:
        return "untracked", False
    if columns in _CONFLICTS:
        return "unknown", False
    staged = columns[0] != " "
    return _LETTERS.get(columns[0] if staged else columns[1], "unknown"), staged
