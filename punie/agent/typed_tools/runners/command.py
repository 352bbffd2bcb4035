"""run_command: a program inside the workspace, without a shell."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from punie.agent.programs import Finished, decoded, program_path, run_program
from punie.agent.typed_tools.runners.surroundings import Surroundings

_SHELL_ONLY: Final = frozenset("();<>|&")


def run_command(place: Surroundings, command: str, args: Sequence[str] | None, cwd: str | None) -> str:
    """
    Run a program and return what it writes: output, then errors, then a line with the exit status unless it is 0.

    Raises:
        FileNotFoundError: there is no such program or folder.
        NotADirectoryError: `cwd` is a file.
        PermissionError: `cwd` leads out of the workspace.
        TimeoutError: the program was stopped; the message ends in what it wrote.
        ValueError: the command is empty, its quotes do not match, or it needs a shell.

    """
    argv = split_command(command, args)
    folder = place.boundary.existing(cwd or ".")
    if not folder.is_dir():
        message = f"cwd is {cwd!r}, which is a file: name a folder"
        raise NotADirectoryError(message)
    # A bare name may be that of a program beside our interpreter; another one is a path from the folder.
    program = argv[0] if "/" in argv[0] else program_path(argv[0])
    finished = run_program([program, *argv[1:]], folder, place.limits.command)
    if finished.status is None and finished.problem:
        raise _failure(finished, finished.problem)
    return _shown(finished)


def split_command(command: str, args: Sequence[str] | None) -> list[str]:
    """
    The argument list of a command: its words, quotes resolved, and `args` after them.

    Raises:
        ValueError: the command is empty, its quotes do not match, or it needs a shell.

    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        message = f"the command {command!r} cannot be split: {error}"
        raise ValueError(message) from None
    if not words:
        message = "the command is empty: name a program"
        raise ValueError(message)
    operator = _operator(command)
    if operator:
        message = (
            f"the command {command!r} needs a shell for {operator!r}, and there is none: run one program at a time"
        )
        raise ValueError(message)
    return [*words, *(args or ())]


def _operator(command: str) -> str | None:
    """The first shell operator outside quotes."""
    lexer = shlex.shlex(command, posix=False, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return next((word for word in lexer if set(word) <= _SHELL_ONLY), None)
    except ValueError:  # an escaped quote: no shell syntax that could be told apart
        return None


def _failure(finished: Finished, problem: OSError) -> OSError:
    written = _joined(finished.stdout, finished.stderr)
    return type(problem)(f"{problem}\n{written}".rstrip())


def _shown(finished: Finished) -> str:
    notes = []
    if finished.problem:
        notes.append(f"[{finished.problem}, the rest was cut]")
    if finished.status:
        notes.append(f"[exit status {finished.status}]")
    return _joined(finished.stdout, finished.stderr, *(note.encode() for note in notes))


def _joined(*parts: bytes) -> str:
    """The parts that are not empty, each beginning on a line of its own."""
    texts = [decoded(part) for part in parts if part]
    ended = [text if text.endswith("\n") else f"{text}\n" for text in texts[:-1]]
    return "".join([*ended, *texts[-1:]])
