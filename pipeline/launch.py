"""
Training under `mlx.launch`: the ranks are started, listened to, and ended; what rank 0 has made is taken over.

`mlx.launch` ends with status 0 whatever its ranks do, so a run has succeeded only when rank 0 has left its report,
which it writes last. What a rank has to say is a line of JSON among the lines that others print.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipeline.artifact import Made
from pipeline.curves import Watch
from pipeline.distributed import DistributedPart
from pipeline.errors import InputError, StageError
from pipeline.manifest import write_json
from pipeline.places import ROOT
from pipeline.recipe import Recipe

JOB: Final = "job.json"
MADE: Final = "made.json"
_LAUNCHER: Final = "mlx.launch"
_DIED: Final = re.compile(r"Node with rank (\d+) exited with code (-?\d+)")
_FILL: Final = "\n" * (1 << 17)  # more than a pipe holds
_AGAIN: Final = "run again to go on from the last checkpoint"


class Job(BaseModel):
    """
    What the ranks need to know.

    Attributes:
        recipe: what is trained.
        backend: how the ranks talk.
        dataset: folder of the rows.
        folder: where rank 0 writes the adapter.
        run: digest of the run, for its checkpoints.
        host: the machine that started them.
        starter: the process there that they must not outlive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: Recipe
    backend: str
    dataset: Path
    folder: Path
    run: str
    host: str
    starter: int


class Told(NamedTuple):
    """A line of a rank: what it is about, and the values."""

    rank: int
    about: str
    values: tuple[Any, ...]


def launch_command(part: DistributedPart, work: str, port: int | None = None) -> list[str]:
    """
    Return the words of the command that starts the ranks.

    Args:
        part: how many, where, and how they talk.
        work: folder with the job.
        port: the first one that `ring` uses; None: that of `mlx.launch`.
    """
    where = ["-n", str(part.ranks)] if part.hosts_path is None else ["--hostfile", str(part.hosts_path)]
    ports = [] if port is None else ["--starting-port", str(port)]
    # with mpi, mlx.launch does not put the interpreter before the program
    python = ["--", sys.executable] if part.backend == "mpi" else ["--python", sys.executable, "--"]
    options = [*where, "--backend", part.backend, *ports, "--cwd", str(ROOT)]
    return [_LAUNCHER, *options, *python, "-m", "pipeline.rank", work]


def train_on_ranks(part: DistributedPart, job: Job, work: Path, watch: Watch) -> Made:
    """
    Start the ranks, wait for them, and return what rank 0 says of the adapter in the job's folder.

    Args:
        part: how many, where, and how they talk.
        job: what to train.
        work: the run's work folder, that of its checkpoints.
        watch: is told how far training is.

    Raises:
        StageError: a rank died or could not go on; what was reached is kept in checkpoints.
    """
    work.mkdir(parents=True, exist_ok=True)
    (work / MADE).unlink(missing_ok=True)
    write_json(work / JOB, job.model_dump(mode="json"))
    port = _free_port(part.ranks) if part.hosts_path is None and part.backend == "ring" else None
    program, *arguments = launch_command(part, str(work), port)
    lines: list[str] = []
    with contextlib.closing(_said([_found(program), *arguments], typed="" if port is None else _FILL)) as said:
        for line in said:
            told = _told(line)
            if told is None or told.about == "failed":
                lines.append(line)
            elif told.about == "train_loss":
                watch.train_loss(*told.values)
            elif told.about == "valid_loss":
                watch.valid_loss(*told.values)
    if not (work / MADE).is_file():
        raise StageError(fault(lines, part.ranks))
    return TypeAdapter(Made).validate_json((work / MADE).read_bytes())


def job_of(recipe: Recipe, part: DistributedPart, dataset: Path, folder: Path, run: str) -> Job:
    """Return the job of this process."""
    return Job(
        recipe=recipe,
        backend=part.backend,
        dataset=dataset,
        folder=folder,
        run=run,
        host=socket.gethostname(),
        starter=os.getpid(),
    )


def tell(told: Told) -> None:
    """Print a line for the process that started the ranks, whatever stands for standard output now."""
    assert sys.__stdout__ is not None
    sys.__stdout__.write(f"{json.dumps(told._asdict())}\n")
    sys.__stdout__.flush()


def fault(lines: Sequence[str], ranks: int) -> str:
    """Return one line on why a run ended without a result, from what its ranks and `mlx.launch` printed."""
    for line in lines:
        told = _told(line)
        if told is not None:
            return f"rank {told.rank} of {ranks}: {told.values[0]}"
    for place, line in enumerate(lines):
        died = _DIED.search(line)
        if died is not None:
            rank, status = died.groups()
            return f"rank {rank} of {ranks} {_end(int(status), lines[:place])}: {_AGAIN}"
    return f"the {ranks} ranks ended without a result{_last(lines)}: {_AGAIN}"


def _end(status: int, before: Sequence[str]) -> str:
    if status >= 0:
        return f"ended with status {status}{_last(before)}"
    with contextlib.suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"


def _last(lines: Iterable[str]) -> str:
    words = [line.strip() for line in lines if line.strip()]
    return f" ({words[-1]})" if words else ""


def _told(line: str) -> Told | None:
    try:
        return TypeAdapter(Told).validate_json(line)
    except ValidationError:
        return None


def _said(command: Sequence[str], typed: str) -> Generator[str]:
    """
    Run `command`, yield what it prints line by line, and leave none of its processes on this machine.

    mlx.launch turns without rest while a rank on this machine could be given input, so `typed` is more than they take.
    """
    process = subprocess.Popen(  # noqa: S603 - mlx's own program
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,  # with an end of file there, mlx.launch would use a whole core
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(typed)
            process.stdin.flush()
        yield from process.stdout
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def _found(program: str) -> str:
    place = shutil.which(program, path=sysconfig.get_path("scripts")) or shutil.which(program)
    if place is None:
        message = f"{program} is not installed: it comes with mlx, install that anew"
        raise InputError(message)
    return place


def _free_port(count: int) -> int:
    """Return the first of `count` ports in a row that nobody uses."""
    while True:
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError, OverflowError):
            first = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            for port in range(first + 1, first + count):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return int(first)
