"""Commands that do by hand what a typed tool is for."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from punie.evaluation.grading.evidence import Call

_PROGRAMS: Final[Mapping[str, str]] = {
    "flake8": "ruff_check",
    "mypy": "typecheck",
    "py.test": "pytest_run",
    "pyflakes": "ruff_check",
    "pylint": "ruff_check",
    "pyright": "typecheck",
    "pytest": "pytest_run",
    "ruff": "ruff_check",
    "ty": "typecheck",
    "unittest": "pytest_run",
}
_GIT: Final[Mapping[str, str]] = {"diff": "git_diff", "log": "git_log", "status": "git_status"}
# What stands before the program that is meant.
_BEFORE: Final = frozenset(
    {"env", "exec", "hatch", "pdm", "pipx", "poetry", "run", "sudo", "time", "uv", "uvx", "xargs"}
)
_PYTHON: Final = re.compile(r"python[\d.]*")
_ASSIGNMENT: Final = re.compile(r"\w+=.*")
_SEPARATOR: Final = re.compile(r"&&|\|\||[;|&\n]")
_VALUED: Final = frozenset({"-C", "-c"})


def tool_of_command(call: Call) -> str | None:
    """The typed tool whose work a call of run_command does; None for any other command, and for another tool."""
    if call.tool != "run_command":
        return None
    return next(filter(None, map(_tool_of, _commands(call.arguments))), None)


def _commands(arguments: Mapping[str, object]) -> Iterator[list[str]]:
    """The words of each program that is started."""
    command, more = arguments.get("command"), arguments.get("args")
    if not isinstance(command, str):
        return
    given = [str(word) for word in more] if isinstance(more, list | tuple) else []
    if posixpath.basename(command) in {"bash", "sh"} and given[:1] == ["-c"]:
        command, given = " ".join(given[1:]), []
    parts = _SEPARATOR.split(command)
    for part in parts:
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        yield [*words, *given] if part is parts[-1] else words


def _tool_of(words: list[str]) -> str | None:
    rest = iter(words)
    for word in rest:
        name = posixpath.basename(word)
        if name == "git":
            return _GIT.get(_subcommand(rest))
        if name in _PROGRAMS:
            return _PROGRAMS[name]
        passed_over = name in _BEFORE or _PYTHON.fullmatch(name) or _ASSIGNMENT.fullmatch(word) or word.startswith("-")
        if not passed_over:
            return None
    return None


def _subcommand(words: Iterator[str]) -> str:
    """The first word that is neither an option nor the value of one."""
    for word in words:
        if word in _VALUED:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""
