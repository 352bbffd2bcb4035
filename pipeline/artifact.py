"""
Artifacts: one folder for each stage and digest, `artifacts/<recipe>/<stage>-<first 12 digits>/`.

A folder is complete when its manifest exists and its files are those listed there, byte for byte. It is made under
another name and moved to its place as the last step, so that a stage that fails or is killed leaves nothing that looks
finished, and touches no other artifact. What a long stage wants to keep for the case that it is killed lies beside it
in a work folder of the same digest; that is removed when the stage is complete. One run at a time builds the artifacts
of a recipe.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from pipeline.errors import InputError, StageError
from pipeline.fingerprint import file_digest, value_digest
from pipeline.manifest import MANIFEST, FileFacts, Manifest, damage, read_manifest, tool_versions, write_json
from pipeline.places import shown

LATEST: Final = "latest.json"
OUT: Final = "@out@"  # stands for the artifact's own folder in a command
_SHORT: Final = 12
_RESERVE_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Artifact:
    """What a stage made: its folder and its manifest; `reused` when an earlier run had made it."""

    folder: Path
    manifest: Manifest
    reused: bool = False


@dataclass(frozen=True)
class Made:
    """What a stage tells about its work; it enters the manifest. `OUT` in the command stands for its folder."""

    command: str = ""
    losses: Mapping[str, float] = field(default_factory=dict)
    peak_memory: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """
    A stage with everything that decides its outcome.

    Attributes:
        name: name of what it makes, such as `adapter`.
        inputs: recipe part and other decisive values; JSON must be able to hold them.
        parents: the artifacts that it is made from.
        make: writes the files into the given empty folder.
        needs_bytes: free space that `make` wants.
    """

    name: str
    inputs: Mapping[str, Any]
    parents: Sequence[Artifact]
    make: Callable[[Path], Made]
    needs_bytes: int = 0

    @property
    def digest(self) -> str:
        """Digest of name, inputs and parents' content: a parent that is made again in the same way rebuilds nothing."""
        return value_digest({"stage": self.name, "inputs": dict(self.inputs), "parents": self.parents_content})

    @property
    def work_name(self) -> str:
        """Name of the folder, beside that of the artifact, in which `make` may keep what a killed run goes on from."""
        return f".work-{self.name}-{self.digest[:_SHORT]}"

    @property
    def parents_content(self) -> dict[str, str]:
        """Content digest of each parent, by stage."""
        return {parent.manifest.stage: parent.manifest.content for parent in self.parents}


@dataclass(frozen=True)
class Store:
    """
    The artifacts of one recipe.

    Attributes:
        folder: `artifacts/<recipe>`.
        recipe: name of the recipe.
        system_prompt: name and digest, for every manifest.
    """

    folder: Path
    recipe: str
    system_prompt: Mapping[str, str]

    def place(self, stage: Stage) -> Path:
        """Return the folder of `stage`, whether it exists or not."""
        return self.folder / f"{stage.name}-{stage.digest[:_SHORT]}"

    def find(self, stage: Stage) -> Artifact | None:
        """Return the artifact of `stage` when it is complete and up to date."""
        folder = self.place(stage)
        manifest = read_manifest(folder)
        if manifest is None or manifest.digest != stage.digest or damage(folder, manifest):
            return None
        return Artifact(folder, manifest, reused=True)

    def fault(self, stage: Stage) -> str:
        """Return why the folder of `stage` does not count; "" when it does, or when there is none."""
        folder = self.place(stage)
        manifest = read_manifest(folder)
        if not folder.exists():
            return ""
        if manifest is None:
            return f"{MANIFEST} is missing or cannot be read"
        return damage(folder, manifest) or ("" if manifest.digest == stage.digest else f"{MANIFEST} is another one's")

    def build(self, stage: Stage, on_wait: Callable[[], None] = lambda: None) -> Artifact:
        """
        Return the artifact of `stage`, made now unless it is up to date.

        Args:
            stage: what to make.
            on_wait: called when another run is building this recipe; it is waited for.

        Raises:
            InputError: there is too little free space.
            StageError: the disk became full.
        """
        found = self.find(stage)
        if found is None:
            with self._alone(on_wait), _full_disk(stage):
                found = self.find(stage) or self._made(stage)
        shutil.rmtree(self.folder / stage.work_name, ignore_errors=True)
        return found

    def _made(self, stage: Stage) -> Artifact:
        self.folder.mkdir(parents=True, exist_ok=True)
        require_space(self.folder, stage.needs_bytes)
        _remove_leftovers(self.folder, stage)
        scratch = self.folder / f".{stage.name}-{stage.digest[:_SHORT]}-{os.getpid()}"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            self._fill(scratch, stage)
            return self._move(scratch, stage)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def publish(self, model: Artifact) -> None:
        """Name `model` as the recipe's newest: `latest.json` is what grading looks for."""
        write_json(self.folder / LATEST, {"model": model.folder.name, "digest": model.manifest.digest})

    @contextlib.contextmanager
    def _alone(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Hold the recipe's lock; the system gives it back when this process ends, in whatever way."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # the same lock for all stores of this process, so that a stage may build another
        lock = FileLock(self.folder.parent / f".{self.folder.name}.lock", is_singleton=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait()
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _fill(self, scratch: Path, stage: Stage) -> None:
        started = time.perf_counter()
        made = stage.make(scratch)
        files = _file_facts(scratch)
        manifest = Manifest(
            stage=stage.name,
            recipe=self.recipe,
            digest=stage.digest,
            parents=stage.parents_content,
            inputs=stage.inputs,
            system_prompt=self.system_prompt,
            seconds=round(time.perf_counter() - started, 3),
            versions=tool_versions(),
            command=made.command.replace(OUT, shown(self.place(stage))),
            files=files,
            size_bytes=sum(facts.size for facts in files.values()),
            losses=made.losses,
            peak_memory=made.peak_memory,
            facts=made.facts,
        )
        write_json(scratch / MANIFEST, manifest.model_dump(mode="json", by_alias=True))

    def _move(self, scratch: Path, stage: Stage) -> Artifact:
        """Move a finished folder to its place; another run may have been faster, its folder then counts."""
        place = self.place(stage)
        found = self.find(stage)
        if found is not None:
            return found
        if place.exists():
            shutil.rmtree(place)
        scratch.rename(place)
        manifest = Manifest.model_validate_json((place / MANIFEST).read_bytes())
        return Artifact(place, manifest)


def require_space(folder: Path, needed: int) -> None:
    """
    Check that `needed` bytes and a reserve are free where `folder` lies.

    Raises:
        InputError: they are not.
    """
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed + _RESERVE_BYTES:
        wanted = (needed + _RESERVE_BYTES) // 1_000_000
        message = f"too little disk space in {str(folder)!r}: {wanted} MB needed, {free // 1_000_000} MB free"
        raise InputError(message)


@contextlib.contextmanager
def _full_disk(stage: Stage) -> Iterator[None]:
    """Say in one line that the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        message = (
            f"the disk is full, stage {stage.name!r} stopped: free some space and run again; "
            "finished stages and the last checkpoint are kept"
        )
        raise StageError(message) from error


def _file_facts(folder: Path) -> dict[str, FileFacts]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        file.relative_to(folder).as_posix(): FileFacts(size=file.stat().st_size, sha256=file_digest(file))
        for file in files
    }


def _remove_leftovers(folder: Path, stage: Stage) -> None:
    """Remove what killed runs left of this very stage; a run that still works on it keeps its folder."""
    for scratch in folder.glob(f".{stage.name}-{stage.digest[:_SHORT]}-*"):
        owner = scratch.name.rpartition("-")[2]
        if owner.isdecimal() and not is_running(int(owner)):
            shutil.rmtree(scratch, ignore_errors=True)


def is_running(process: int) -> bool:
    """Whether there is a process of that number on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
