"""Plain `mlx_lm.lora` in a process of its own, as it comes: without our BLAS, kernels and heap."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.commands import adapter_config, lora_command
from pipeline.errors import StageError
from pipeline.recipe import Recipe
from punie.blas import SWITCH
from punie.training.hyperparam import TrainingLog, parse_training_log

_KEPT: Final = ("HOME", "LANG", "PATH", "TMPDIR")
_NUMPYS: Final = ("numpy.libs", "scipy.libs")  # their names are not those that mlx looks up


class Plain(NamedTuple):
    """What mlx-lm's trainer said last, and the names of the BLAS libraries that its process had loaded."""

    last: TrainingLog
    libraries: tuple[str, ...]


def bare_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a process needs, without anything that changes how mlx computes."""
    kept = {name: environment[name] for name in _KEPT if name in environment}
    # unbuffered, so that a report is read while the process still lives
    return kept | {SWITCH: "off", "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "120"}


def run_plain(recipe: Recipe, data: Path, folder: Path) -> Plain:
    """
    Train with `python -m mlx_lm.lora` on the rows in `data`.

    Args:
        recipe: what to train; its base is a folder.
        data: folder with `train.jsonl`.
        folder: where mlx-lm may write.

    Raises:
        StageError: it failed, or it had another BLAS than mlx's own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps(adapter_config(recipe)), encoding="utf-8")
    command = [sys.executable, "-m", *shlex.split(lora_command(recipe, str(data), str(folder)))]
    last, said = TrainingLog(), ""
    libraries: tuple[str, ...] = ()
    with subprocess.Popen(  # noqa: S603 - mlx-lm's own module
        command,
        cwd=folder,
        env=bare_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said = line.strip() or said
            log = parse_training_log(line)
            if log.train.points:
                last, libraries = log, libraries or blas_libraries(process.pid)
    if process.returncode or not last.train.points:
        message = f"mlx_lm.lora ended with status {process.returncode}: {said}"
        raise StageError(message)
    if any("openblas" in name for name in libraries):
        message = f"the plain run had loaded {', '.join(libraries)}: its BLAS is not the one that mlx brings"
        raise StageError(message)
    return Plain(last, libraries)


def blas_libraries(process: int) -> tuple[str, ...]:
    """Return the names of the BLAS libraries in a process, numpy's own left out; empty where that cannot be seen."""
    return tuple(sorted({file.name for file in _mapped(process) if "blas" in file.name.lower()}))


def _mapped(process: int) -> Iterator[Path]:
    try:
        lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        file = Path(line.split()[-1])
        if file.parent.name not in _NUMPYS:
            yield file
