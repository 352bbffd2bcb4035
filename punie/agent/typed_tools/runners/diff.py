"""git_diff: counts from `git diff --numstat -z`, hunk headers from the patch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from punie.agent.typed_tools import results
from punie.agent.typed_tools.git import DiffFile, GitDiffResult
from punie.agent.typed_tools.runners.repository import Repository, fields
from punie.agent.typed_tools.runners.surroundings import FAILURES, CouldNotRunError, Surroundings

_DIFF: Final = ("diff", "--relative", "--find-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
_BINARY: Final = "-"


@dataclass(frozen=True, slots=True)
class _Counts:
    additions: int
    deletions: int


def git_diff(place: Surroundings, path: str, *, staged: bool) -> GitDiffResult:
    """Count the changed lines below a path, of the working tree or of the index."""
    try:
        repository = Repository(place, path)
        files = _files(repository, (*_DIFF, *(["--cached"] if staged else [])))
        if not files:
            repository.must_know_the_path()
    except FAILURES as error:
        return results.diff([], str(error))
    return results.diff(files)


def _files(repository: Repository, diff: tuple[str, ...]) -> list[DiffFile]:
    counts = repository.text(*diff, "--numstat", "-z")
    names = repository.fields(*diff, "--name-only", "-z", "--diff-filter=U")
    conflicts = {name: repository.text(*diff, "--patch", path=name) for name in names}
    return changed_files(counts, repository.text(*diff, "--patch"), conflicts)


def changed_files(numstat: str, patch: str, conflicts: Mapping[str, str]) -> list[DiffFile]:
    """
    The files that `git diff` compares.

    Args:
        numstat: what it wrote as counts, ended by NUL.
        patch: what it wrote as a patch.
        conflicts: the patch of each file in conflict, by its name.

    Raises:
        CouldNotRunError: counts and patch speak of different files.

    """
    counts = _counts(fields(numstat))
    plain = [name for name in counts if name not in conflicts]
    hunks = list(_hunks(patch))
    if len(hunks) != len(plain):
        message = "git's patch and its counts differ: the files changed meanwhile, ask again"
        raise CouldNotRunError(message)
    by_name = dict(zip(plain, hunks, strict=True))
    # A conflict has two old versions.
    merged = {name: _headers(text, "@@@ ") for name, text in conflicts.items()}
    return [
        DiffFile(file=name, additions=n.additions, deletions=n.deletions, hunks=(by_name | merged)[name])
        for name, n in counts.items()
    ]


def _counts(listed: list[str]) -> dict[str, _Counts]:
    """Lines added and removed by file; a rename stands as counts, old name, new name; a conflict may stand twice."""
    counts: dict[str, _Counts] = {}
    remaining = iter(listed)
    for field in remaining:
        added, removed, name = field.split("\t", 2)
        if not name:
            next(remaining)
            name = next(remaining)
        before = counts.get(name, _Counts(0, 0))
        counts[name] = _Counts(before.additions + _number(added), before.deletions + _number(removed))
    return counts


def _number(count: str) -> int:
    return 0 if count == _BINARY else int(count)


def _hunks(patch: str) -> Iterator[list[str]]:
    """The hunk headers of each file in order; a file that became a link stands twice under one heading."""
    heading, lines = None, list[str]()
    for section in f"\n{patch}".split("\ndiff --git ")[1:]:
        first, _, rest = section.partition("\n")
        if heading is not None and first != heading:
            yield lines
            lines = []
        heading = first
        # Files in conflict may follow; their headers have one @ more.
        lines += _headers(rest, "@@ ")
    if heading is not None:
        yield lines


def _headers(patch: str, start: str) -> list[str]:
    """Lines of content begin with a blank, plus, minus or backslash, so these are headers indeed."""
    return [line.removesuffix("\r") for line in patch.split("\n") if line.startswith(start)]
