"""git_log: fields and records that all end in NUL."""

from __future__ import annotations

from typing import Final

from punie.agent.typed_tools import results
from punie.agent.typed_tools.git import GitCommit, GitLogResult
from punie.agent.typed_tools.runners.repository import Repository, fields
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_FORMAT: Final = "--format=%h%x00%an%x00%aI%x00%s"
_WIDTH: Final = 4


def git_log(place: Surroundings, path: str, count: int) -> GitLogResult:
    """List the latest commits that touched a path, at most `count`."""
    try:
        listed = _listed(place, path, count)
    except FAILURES as error:
        return results.log([], str(error))
    return results.log(listed)


def commits(output: str) -> list[GitCommit]:
    """The commits in what `git log` wrote in our format, in its order."""
    values = fields(output)
    rows = (values[start : start + _WIDTH] for start in range(0, len(values), _WIDTH))
    return [GitCommit(hash=row[0], author=row[1], date=row[2], message=row[3]) for row in rows]


def _listed(place: Surroundings, path: str, count: int) -> list[GitCommit]:
    if count < 1:
        message = f"count is {count!r}: ask for one commit or more"
        raise CouldNotRunError(message)
    repository = Repository(place, path)
    found = commits(repository.text("log", "-z", f"--max-count={count}", _FORMAT))
    if not found:
        repository.must_know_the_path()
    return found
