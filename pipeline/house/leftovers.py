"""
What killed runs left beside the artifacts: unfinished folders, checkpoints, half-written records, broken removals.

What a living run needs is never among what may go: a run holds the lock of its recipe while it builds, and the name of
an unfinished folder tells the process that fills it. A checkpoint stays until its stage was made anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from filelock import FileLock, Timeout

from pipeline.artifact import is_running
from pipeline.house.records import Entry
from pipeline.house.scan import RUNS
from punie.evaluation.models.loading import size_of

GONE: Final = ".gone-"
_CHECKPOINT: Final = re.compile(r"\.work-(?P<stage>[a-z]+)-[0-9a-f]{12}")
_UNFINISHED: Final = re.compile(r"\.[a-z]+-[0-9a-f]{12}-(?P<process>\d+)")
_RECORD: Final = re.compile(r"\.[\w.]+\.json\.\w+")


class Leftover(NamedTuple):
    """One of them: its name below the artifacts, its bytes, whether it may go, and why or why not."""

    name: str
    size: int
    goes: bool
    reason: str


def leftovers(artifacts: Path, present: Sequence[Entry]) -> Iterator[Leftover]:
    """
    Yield what lies beside the artifacts, by name; what has another name than runs give is not looked at.

    Args:
        artifacts: the folder of all artifacts.
        present: the artifacts that exist.
    """
    for recipe in sorted(artifacts.glob("[!.]*")):
        if recipe.name == RUNS or recipe.is_symlink() or not recipe.is_dir():
            continue
        found = [path for path in sorted(recipe.glob(".*")) if not path.is_symlink()]
        living = bool(found) and _is_being_built(recipe)
        for path in found:
            judged = _judged(path, [entry for entry in present if entry.recipe == recipe.name])
            if judged is not None:
                goes, reason = (False, "its recipe is being built now") if living else judged
                size = size_of(path) if path.is_dir() else path.stat().st_size
                yield Leftover(f"{recipe.name}/{path.name}", size, goes, reason)


def _judged(path: Path, own: Sequence[Entry]) -> tuple[bool, str] | None:
    """Whether `path` may go and why; None when no run gives such a name."""
    if path.name.startswith(GONE):
        return True, "a removal that was broken off"
    if found := _CHECKPOINT.fullmatch(path.name):
        return _checkpoints(path, [entry for entry in own if entry.stage == found["stage"]])
    if found := _UNFINISHED.fullmatch(path.name):
        return _unfinished(int(found["process"]))
    return (True, "a record that was not written to its end") if _RECORD.fullmatch(path.name) else None


def _checkpoints(path: Path, made: Sequence[Entry]) -> tuple[bool, str]:
    newer = [entry.name for entry in made if entry.made > path.stat().st_mtime]
    if newer:
        return True, f"checkpoints of a killed run, and {newer[-1]} was made since"
    return False, "checkpoints of a killed run: the same recipe goes on from them"


def _unfinished(process: int) -> tuple[bool, str]:
    if is_running(process):
        return False, f"process {process} may be working on it"
    return True, f"what process {process} was making when it was killed"


def _is_being_built(recipe: Path) -> bool:
    """Whether a run holds the recipe's lock."""
    try:
        with FileLock(recipe.with_name(f".{recipe.name}.lock"), timeout=0):
            return False
    except Timeout:
        return True
