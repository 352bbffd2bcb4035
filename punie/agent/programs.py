"""Running other programs: an argument list, never a shell; a missing program and a time-out are results."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import IO, Final

DEFAULT_SECONDS: Final = 60.0
DEFAULT_OUTPUT: Final = 16 * 2**20
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
# What a program needs to find its files and to write in the right language; secrets of the caller stay behind.
_PASSED_ON: Final = (
    *("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "PYTHONPATH", "SHELL", "TEMP", "TMP", "TMPDIR", "TZ"),
    *("USER", "VIRTUAL_ENV", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
)
_CHUNK: Final = 2**16
_GRACE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a program may run, in seconds, and how many bytes of each output stream are kept."""

    seconds: float = DEFAULT_SECONDS
    output: int = DEFAULT_OUTPUT


@dataclass(frozen=True, slots=True)
class Finished:
    """
    What came of a program.

    Attributes:
        status: exit status, negative for a signal; None when it did not start or was stopped.
        stdout: its standard output as bytes, cut to the limit.
        stderr: likewise.
        problem: why its output cannot be relied upon: FileNotFoundError when there is no such program, TimeoutError
            when it was stopped, another OSError when it could not be started or wrote too much.

    """

    status: int | None
    stdout: bytes = b""
    stderr: bytes = b""
    problem: OSError | None = None

    @property
    def output(self) -> str:
        """Standard output as text."""
        return decoded(self.stdout)

    def relied_upon(self) -> Finished:
        """
        Itself, when there is no problem.

        Raises:
            OSError: the problem.

        """
        if self.problem:
            raise self.problem
        return self

    @property
    def complaint(self) -> str:
        """The last line of standard error that says something, or the exit status."""
        lines = [line.strip() for line in decoded(self.stderr).splitlines() if line.strip()]
        return lines[-1] if lines else f"exit status {self.status}"


def decoded(data: bytes) -> str:
    """Text of a program's output; bytes that are not UTF-8 are shown as escapes."""
    return data.decode("utf-8", errors="backslashreplace")


def program_path(name: str) -> str:
    """Where the program lies: beside the running interpreter, else on PATH; the name itself when it is nowhere."""
    return shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name) or name


def environment(extra: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """The environment that programs get: a few variables of our own and `extra`."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", **extra}


def run_program(
    argv: Sequence[str], cwd: Path, limits: Limits | None = None, extra: Mapping[str, str] = _NOTHING
) -> Finished:
    """
    Run a program to its end and collect what it writes.

    Args:
        argv: the program and its arguments.
        cwd: the folder to run in.
        limits: on time and output.
        extra: variables added to the environment.

    """
    limits = limits or Limits()
    try:
        process = subprocess.Popen(  # noqa: S603 - an argument list, no shell
            argv,
            cwd=cwd,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        message = f"the program {argv[0]!r} was not found: install it or check its name"
        return Finished(None, problem=FileNotFoundError(message))
    except (OSError, ValueError) as error:
        return Finished(None, problem=OSError(f"the program {argv[0]!r} could not be started: {error}"))
    return _collect(process, argv[0], limits)


def _collect(process: subprocess.Popen[bytes], name: str, limits: Limits) -> Finished:
    sinks = [_Sink(stream, limits.output) for stream in (process.stdout, process.stderr) if stream]
    status: int | None = None
    problem: OSError | None = None
    try:
        status = process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        problem = TimeoutError(f"{Path(name).name} was stopped after {limits.seconds:g} seconds")
    finally:
        # What it started in the background goes with it, and cannot hold the pipes open.
        _stop(process)
        stdout, stderr = (sink.close() for sink in sinks)
    if problem is None and any(sink.overflowed for sink in sinks):
        problem = OSError(f"{Path(name).name} wrote more than {limits.output} bytes")
    return Finished(status, stdout, stderr, problem)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Sink:
    """Reads a stream to its end in a thread of its own and keeps the first bytes of it."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._kept = bytearray()
        self._seen = 0
        self._thread = Thread(target=self._drain, daemon=True)
        self._thread.start()

    @property
    def overflowed(self) -> bool:
        return self._seen > self._limit

    def close(self) -> bytes:
        self._thread.join(_GRACE)
        if not self._thread.is_alive():
            self._stream.close()
        return bytes(self._kept)

    def _drain(self) -> None:
        while chunk := os.read(self._stream.fileno(), _CHUNK):
            self._kept += chunk[: max(0, self._limit - len(self._kept))]
            self._seen += len(chunk)
