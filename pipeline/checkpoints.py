"""
Checkpoints of a training run: written whole or not at all, and read only when every byte is as it was written.

A checkpoint is two files in the run's work folder: arrays in safetensors, and a record in JSON with their digest and
its own. The record is moved to its place last. The two newest checkpoints are kept, so that one that a crash or a
disk has damaged costs a few steps and not the run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.fingerprint import file_digest, value_digest
from pipeline.manifest import write_json
from pipeline.models import load_arrays

_KEPT: Final = 2


class Progress(BaseModel):
    """
    How far a run is. Its order of rows and its random numbers follow from the seed and `done`.

    Attributes:
        done: steps taken.
        loss_sum: of the steps since the last point of the training curve.
        tokens: answer tokens of these steps.
        seconds: of these steps.
        train: points of the training curve.
        valid: points of the validation curve.
        candidates: validation loss and digest of the weights that were put aside, by step.
        peak_memory: of mlx so far, in bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    done: int = Field(ge=0)
    loss_sum: float = 0.0
    tokens: int = 0
    seconds: float = 0.0
    train: tuple[dict[str, float], ...] = ()
    valid: tuple[dict[str, float], ...] = ()
    candidates: Mapping[int, tuple[float, str]] = Field(default_factory=dict)
    peak_memory: int = 0


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    arrays: str
    progress: Progress
    digest: str = ""

    @property
    def own_digest(self) -> str:
        return value_digest(self.model_dump(mode="json", exclude={"digest"}))


class Checkpoint(NamedTuple):
    """How far a run was, and its arrays by name."""

    progress: Progress
    arrays: dict[str, Any]


class Checkpoints:
    """
    The checkpoints of one run.

    Args:
        folder: the run's work folder; made when the first checkpoint is saved.
        run: digest of all that decides the run's outcome; checkpoints of another run count as none.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = folder
        self.run = run

    def save(self, progress: Progress, arrays: Mapping[str, Any]) -> None:
        """
        Save a checkpoint, then remove all but the two newest.

        Raises:
            OSError: the disk is full, or the folder cannot be written; earlier checkpoints stay as they are.
        """
        name = f"step-{progress.done:07d}"
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = write_arrays(self.folder / f"{name}.safetensors", arrays)
        record = _Record(run=self.run, arrays=digest, progress=progress)
        signed = record.model_copy(update={"digest": record.own_digest})
        write_json(self.folder / f"{name}.json", signed.model_dump(mode="json"))
        for old in self._names()[_KEPT:]:
            self._remove(old)

    def newest(self) -> Checkpoint | None:
        """Return the newest checkpoint that is sound, or None; what is damaged or half-written is removed."""
        for unfinished in self.folder.glob(".*"):
            unfinished.unlink()
        for name in self._names():
            progress = self._progress(name)
            if progress is not None:
                return Checkpoint(progress, load_arrays(self.folder / f"{name}.safetensors"))
            self._remove(name)
        return None

    def aside(self, step: int) -> Path:
        """Return where the weights of a candidate lie: the file, in a folder of its own."""
        return self.folder / f"candidate-{step:07d}" / "adapters.safetensors"

    def _names(self) -> list[str]:
        """Names of all checkpoints, the newest first."""
        return sorted({file.stem for file in self.folder.glob("step-*")}, reverse=True)

    def _progress(self, name: str) -> Progress | None:
        try:
            record = _Record.model_validate_json((self.folder / f"{name}.json").read_bytes())
            files = {self.aside(step): digest for step, (_, digest) in record.progress.candidates.items()}
            files[self.folder / f"{name}.safetensors"] = record.arrays
            sound = all(file_digest(file) == digest for file, digest in files.items())
        except (OSError, ValidationError):
            return None
        return record.progress if sound and (record.run, record.digest) == (self.run, record.own_digest) else None

    def _remove(self, name: str) -> None:
        for suffix in ("json", "safetensors"):  # the record first: without it the arrays count for nothing
            (self.folder / f"{name}.{suffix}").unlink(missing_ok=True)


def write_arrays(file: Path, arrays: Mapping[str, Any]) -> str:
    """
    Write arrays as safetensors, and return the file's SHA-256; the file appears whole or not at all.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    import mlx.core as mx

    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        with scratch.open("wb") as stream:
            mx.save_safetensors(stream, dict(arrays))
            stream.flush()
            os.fsync(stream.fileno())
        digest = file_digest(scratch)
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
    return digest
