"""Asking git: the command line that all git tools share, what it answers, and whether it knows a path."""

from __future__ import annotations

from typing import Final

from punie.agent.programs import Finished, decoded, program_path, run_program
from punie.agent.typed_tools.runners.surroundings import CouldNotRunError, Surroundings

# Nothing in a repository's configuration may run programs or change the formats that are read here.
_SETTINGS: Final = (
    *("--no-pager", "--no-optional-locks", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.quotepath=false", "-c", "color.ui=never"),
    *("-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"),
)
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0"}


class Repository:
    """
    The repository around a workspace, asked about one path of it.

    Attributes:
        path: the path, relative to the root of the workspace.
        prefix: from the top of the repository to the root of the workspace, ending in a slash unless empty.

    Raises:
        CouldNotRunError: there is no repository.
        OSError: there is no git, or the path leads out of the workspace.
        ValueError: it is no path.

    """

    def __init__(self, place: Surroundings, path: str) -> None:
        self._place = place
        self._resolved = place.boundary.inside(path)
        self._named = path
        self.path = place.boundary.shown(self._resolved)
        self.prefix = self._run("rev-parse", "--show-prefix").removesuffix("\n")

    def fields(self, *arguments: str) -> list[str]:
        """The fields, each ended by a NUL, that a command writes about the path."""
        return fields(self.text(*arguments))

    def text(self, *arguments: str, path: str | None = None) -> str:
        """What a command writes about the path, or about another one."""
        whole = path is None and self.path == "." and not self.prefix
        # A log of a path leaves out merges and empty commits, also when the path is everything.
        about = [] if whole else ["--", path or self.path]
        return self._run(*arguments, *about)

    def must_know_the_path(self) -> None:
        """
        Refuse a path that git found nothing to say about because there is no such path.

        Raises:
            CouldNotRunError: nothing lies at the path, and the index holds nothing there.

        """
        if self._resolved.exists() or self.fields("ls-files", "-z"):
            return
        message = f"no such file or folder: {self._named!r}"
        raise CouldNotRunError(message)

    def _run(self, *arguments: str) -> str:
        argv = [program_path("git"), *_SETTINGS, *arguments]
        root, limits = self._place.boundary.root, self._place.limits.git
        return answer(run_program(argv, root, limits, _ENVIRONMENT))


def fields(output: str) -> list[str]:
    """The fields of an output in which each one is ended by a NUL."""
    return output.split("\0")[:-1]


def answer(finished: Finished) -> str:
    """
    What git wrote.

    Raises:
        CouldNotRunError: it failed; the message says why.
        OSError: there is no git, or it was stopped.

    """
    if finished.relied_upon().status != 0:
        message = f"git failed: {_reason(finished)}"
        raise CouldNotRunError(message)
    return finished.output


def _reason(finished: Finished) -> str:
    lines = [line for line in decoded(finished.stderr).splitlines() if line.startswith(("fatal: ", "error: "))]
    return lines[0].partition(": ")[2] if lines else finished.complaint
