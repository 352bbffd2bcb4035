"""git_log: fields and records that all end in NUL."""

from __future__ import annotations

from typing import Final

from punie.agent.typed_tools.git import GitCommit, GitLogResult
from punie.agent.typed_tools.runners.repository import Repository
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_FORMAT: Final = "--format=%h%x00%an%x00%aI%x00%s"
_WIDTH: Final = 4


def git_log(place: Surroundings, path: str, count: int) -> GitLogResult:
    """List the latest commits that touched a path, at most `count`."""
    try:
        commits = _commits(place, path, count)
    except FAILURES as error:
        return GitLogResult(success=False, commits=[], commit_count=0, parse_error=str(error))
    return GitLogResult(success=True, commits=commits, commit_count=len(commits))


def _commits(place: Surroundings, path: str, count: int) -> list[GitCommit]:
    if count < 1:
        message = f"count is {count!r}: ask for one commit or more"
        raise CouldNotRunError(message)
    repository = Repository(place, path)
    fields = repository.fields("log", "-z", f"--max-count={count}", _FORMAT)
    if not fields:
        repository.must_know_the_path()
    rows = (fields[start : start + _WIDTH] for start in range(0, len(fields), _WIDTH))
    return [GitCommit(hash=row[0], author=row[1], date=row[2], message=row[3]) for row in rows]
