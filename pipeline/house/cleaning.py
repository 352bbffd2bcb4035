"""
What may be removed, what has to stay, and why.

The model in use and all that it was made from stay; so do models that a roll back may return to, the newest and the
newest accepted one of each recipe, and those that were not graded yet. A float16 model goes only after the quantized
model made of it was accepted. A recipe that has no accepted model keeps everything but such float16 models. Variants
of a sweep, from which nothing is made, may always go. What killed runs left is listed too.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from pipeline.artifact import LATEST
from pipeline.house.leftovers import GONE, leftovers
from pipeline.house.promotion import Promoted
from pipeline.house.records import FLOAT16, MODEL, VARIANT, Entry, Registry


class Line(NamedTuple):
    """One artifact of the plan, or what a killed run left: name, bytes, whether it may go, and why or why not."""

    name: str
    size: int
    goes: bool
    reason: str


def plan(artifacts: Path, registry: Registry, promoted: Promoted) -> list[Line]:
    """Return a line for each artifact, by name, then one for each leftover of a killed run."""
    stays = _stays(artifacts, registry, promoted)
    lines = [
        Line(entry.name, entry.size_bytes, entry.name not in stays, stays.get(entry.name) or _why(entry, registry))
        for entry in sorted(registry.present(), key=lambda entry: entry.name)
    ]
    return [*lines, *(Line(*found) for found in leftovers(artifacts, registry.present()))]


def apply(artifacts: Path, lines: list[Line]) -> Iterator[tuple[Line, str]]:
    """
    Remove what may go, each under the lock of its recipe; yield each line with why it was left, "" when it is gone.

    A folder first loses its name, so that a removal that is broken off leaves no half artifact.
    """
    for line in lines:
        if not line.goes:
            continue
        folder = artifacts / line.name
        if folder.is_symlink() or folder.resolve().parent.parent != artifacts.resolve():
            yield line, "it lies outside the artifacts"
            continue
        try:
            with FileLock(artifacts / f".{folder.parent.name}.lock", timeout=0):
                doomed = folder.with_name(f"{GONE}{folder.name.removeprefix(GONE)}")
                if doomed != folder:
                    shutil.rmtree(doomed, ignore_errors=True)
                    folder.rename(doomed)
                if doomed.is_dir():
                    shutil.rmtree(doomed)
                else:
                    doomed.unlink()
            yield line, ""
        except Timeout:
            yield line, "its recipe is being built now"
        except OSError as error:
            yield line, f"it cannot be removed: {error.strerror}"


def _stays(artifacts: Path, registry: Registry, promoted: Promoted) -> dict[str, str]:
    """Why each artifact that has to stay does."""
    stays: dict[str, str] = {}
    for entry, reason, whole in _wanted(artifacts, registry, promoted):
        stays.setdefault(entry.name, reason)
        for parent in registry.ancestors(entry):
            if whole or parent.stage != FLOAT16 or not entry.accepted:
                stays.setdefault(parent.name, f"{entry.name} was made from it ({reason})")
        for other in _perhaps_ancestors(entry, registry):
            stays.setdefault(other.name, f"{entry.name} may have been made from it: its lineage is not on record")
    for entry in registry.present():
        reason = _waits(entry, registry)
        if reason:
            stays.setdefault(entry.name, reason)
    return stays


def _perhaps_ancestors(entry: Entry, registry: Registry) -> list[Entry]:
    """What a model whose lineage is not wholly on record may have been made from."""
    if registry.is_traced(entry):
        return []
    others = (other for other in registry.present() if other.recipe == entry.recipe)
    return [other for other in others if other.stage not in {MODEL, FLOAT16, VARIANT}]


def _waits(entry: Entry, registry: Registry) -> str:
    """Why an artifact that no kept model needs stays all the same; empty when it does not."""
    models = [other for other in registry.present(MODEL) if other.recipe == entry.recipe]
    accepted = [model for model in models if model.accepted]
    spare = entry.stage == FLOAT16 and any(_made_of(model, entry) for model in accepted)
    if spare or entry.stage == VARIANT:
        return ""
    if not accepted:
        return "its recipe has no accepted model yet"
    if entry.stage != MODEL and entry.made > max(model.made for model in models):
        return "newer than any model: a build may go on from it"
    return "the model made of it is not accepted" if entry.stage == FLOAT16 else ""


def _wanted(artifacts: Path, registry: Registry, promoted: Promoted) -> Iterator[tuple[Entry, str, bool]]:
    """Models that have to stay, why, and whether their float16 model stays in any case."""
    for name, reason, whole in (
        (promoted.current, "the model in use", True),
        *((name, "a roll back may return to it", False) for name in promoted.former),
    ):
        if name in registry.entries:
            yield registry.entries[name], reason, whole
    models = registry.present(MODEL)
    for recipe in {entry.recipe for entry in models}:
        own = [entry for entry in models if entry.recipe == recipe]
        newest = next((entry for entry in own if entry.name == f"{recipe}/{_latest(artifacts / recipe)}"), own[-1])
        yield newest, "the newest of its recipe", False
        yield from ((entry, "the newest accepted one", False) for entry in [e for e in own if e.accepted][-1:])
        yield from ((entry, "not graded yet", True) for entry in own if entry.decision == "not graded")


def _latest(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((folder / LATEST).read_text(encoding="utf-8"))["model"])
    return ""


def _made_of(model: Entry, float16: Entry) -> bool:
    return model.recipe == float16.recipe and model.parents.get(FLOAT16) == float16.content


def _why(entry: Entry, registry: Registry) -> str:
    if entry.stage == FLOAT16:
        return "float16, and the quantized model made of it is accepted"
    if entry.stage == VARIANT:
        return "a variant of the sweep: pytest -m sweep makes it again"
    if entry.stage == MODEL:
        newer = [other for other in registry.present(MODEL) if other.recipe == entry.recipe and other.accepted][-1]
        return f"{entry.decision}, and {newer.name} is accepted"
    return "no model that stays was made from it"
