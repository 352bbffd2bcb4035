"""The loss curve of a built model: found by following the manifests from its folder to the adapter's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeGuard

FILE_NAME: Final = "losses.json"
_MANIFEST: Final = "manifest.json"
_GENERATIONS: Final = 4
_LARGEST: Final = 20_000_000  # bytes
_HIGHEST: Final = 1e9

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Losses:
    """Points of iteration and loss, in the order of training."""

    train: tuple[Point, ...]
    valid: tuple[Point, ...]


def losses_of(model: Path) -> Losses | None:
    """
    The curve of a model's training; None where none can be read.

    Args:
        model: the model's folder; its ancestors are folders beside it.

    """
    for folder in _line_of(model):
        data = _json(folder / FILE_NAME)
        if data:
            found = Losses(_points(data.get("train")), _points(data.get("valid")))
            return found if found.train or found.valid else None
    return None


def _line_of(folder: Path) -> Iterator[Path]:
    """The folder and those that it was made from, one for each stage."""
    for _ in range(_GENERATIONS):
        yield folder
        wanted = _mapping(_json(folder / _MANIFEST).get("parents"))
        found = next((place for place in sorted(folder.parent.glob("*-*")) if _is_one_of(place, wanted)), None)
        if found is None:
            return
        folder = found


def _is_one_of(folder: Path, wanted: Mapping[str, Any]) -> bool:
    """Whether a manifest's own digest, or that of its files, is asked for under its stage."""
    if folder.name.rpartition("-")[0] not in wanted:
        return False
    manifest = _json(folder / _MANIFEST)
    files = {name: _mapping(facts).get("sha256") for name, facts in _mapping(manifest.get("files")).items()}
    content = json.dumps(files, sort_keys=True, separators=(",", ":"))
    digests = {manifest.get("digest"), hashlib.sha256(content.encode()).hexdigest()}
    return wanted.get(str(manifest.get("stage"))) in digests


def _points(rows: object) -> tuple[Point, ...]:
    objects = map(_mapping, rows if isinstance(rows, list) else [])
    pairs = ((row.get("iteration"), row.get("loss")) for row in objects)
    return tuple((float(at), float(loss)) for at, loss in pairs if _is_number(at) and _is_number(loss))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and abs(value) < _HIGHEST


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(file: Path) -> Mapping[str, Any]:
    """The object in a file; an empty one where there is none, or one too large to be it."""
    try:
        if file.stat().st_size > _LARGEST:
            return {}
        return _mapping(json.loads(file.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return {}
