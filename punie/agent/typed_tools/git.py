"""State and history of the repository; `success` means that git worked."""

from __future__ import annotations

from typing import Final, Literal

from punie.agent.typed_tools._tool import Parameter, Result, Tool


class GitFileStatus(Result):
    """One changed file."""

    file: str
    status: Literal["modified", "added", "deleted", "untracked", "renamed", "copied", "unknown"]
    staged: bool


class GitStatusResult(Result):
    """The working tree; `clean` means no changes."""

    success: bool
    clean: bool
    file_count: int
    files: list[GitFileStatus]
    parse_error: str | None = None


class DiffFile(Result):
    """The changes of one file; `hunks` holds the `@@` lines."""

    file: str
    additions: int
    deletions: int
    hunks: list[str]


class GitDiffResult(Result):
    """Changed lines, in all and by file."""

    success: bool
    file_count: int
    additions: int
    deletions: int
    files: list[DiffFile]
    parse_error: str | None = None


class GitCommit(Result):
    """One commit; `hash` is abbreviated, `date` is ISO 8601."""

    hash: str
    message: str
    author: str | None = None
    date: str | None = None


class GitLogResult(Result):
    """The newest commits first."""

    success: bool
    commits: list[GitCommit]
    commit_count: int
    parse_error: str | None = None


TOOLS: Final = (
    Tool(
        name="git_status",
        parameters=(Parameter("path"),),
        result=GitStatusResult,
        summary="List changed files; path is required, success means that git worked.",
        runner="punie.agent.typed_tools.runners.status:git_status",
    ),
    Tool(
        name="git_diff",
        parameters=(Parameter("path"), Parameter("staged", "bool", default=False)),
        result=GitDiffResult,
        summary="Count changed lines, of the index with staged=True; success means that git worked.",
        runner="punie.agent.typed_tools.runners.diff:git_diff",
    ),
    Tool(
        name="git_log",
        parameters=(Parameter("path"), Parameter("count", "int", default=10)),
        result=GitLogResult,
        summary="List the latest commits; success means that git worked.",
        runner="punie.agent.typed_tools.runners.history:git_log",
    ),
)
