"""`artifacts/registry.json`: read, brought up to date and written by one process at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.house.records import Entry, Registry, Verdict
from pipeline.house.scan import scan, verdicts
from pipeline.manifest import write_json

FILE: Final = "registry.json"
_LOCK: Final = ".house.lock"
_PATIENCE: Final = 60.0  # seconds

Say = Callable[[str], None]


@contextlib.contextmanager
def alone(artifacts: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """
    Hold the lock of house keeping while the context lasts.

    Raises:
        InputError: another process keeps it for longer than `patience` seconds, or the folder cannot be written.
    """
    lock = FileLock(artifacts / _LOCK, timeout=patience)
    try:
        artifacts.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        message = f"another process keeps house in {str(artifacts)!r}: try again when it has ended"
        raise InputError(message) from None
    except OSError as error:
        message = f"house cannot be kept in {str(artifacts)!r} ({error.strerror}): make it a folder that you may write"
        raise InputError(message) from None
    try:
        yield
    finally:
        lock.release()


def refresh(artifacts: Path, say: Say) -> Registry:
    """
    Bring the registry up to date with the disk, write it when it changed, and return it; the lock is held.

    What is gone stays on record as not present, with the verdicts on it.

    Args:
        artifacts: the folder of all artifacts.
        say: is told, in one line, of a registry that cannot be read.
    """
    before = _read(artifacts / FILE, say)
    found = scan(artifacts, before.entries)
    gone = {
        name: entry.model_copy(update={"present": False}) for name, entry in before.entries.items() if name not in found
    }
    entries = {name: _judged(entry, before.entries.get(name)) for name, entry in (gone | found).items()}
    for facts, verdict in verdicts(artifacts):
        for name, entry in entries.items():
            if entry.identity and all(facts.get(key) == value for key, value in entry.identity.items()):
                entries[name] = _with_verdict(entry, verdict)
    registry = Registry(entries=dict(sorted(entries.items())))
    if registry != before or not (artifacts / FILE).is_file():
        write_json(artifacts / FILE, registry.model_dump(mode="json", by_alias=True))
    return registry


def find_model(registry: Registry, name: str) -> Entry:
    """
    Return the artifact called `name`; the start of the folder's digest is enough.

    Raises:
        InputError: there is none, several, or it is gone.
    """
    models = registry.present("quantized")
    found = [entry for entry in models if name == entry.name or entry.name.rpartition("-")[2].startswith(name)]
    found = [entry for entry in found if entry.name == name] or found
    if len(found) != 1 or not name:
        names = ", ".join(entry.name for entry in (found or models)) or "there is none"
        message = f"{len(found)} models are called {name!r}: name one of these: {names}"
        raise InputError(message)
    return found[0]


def _read(file: Path, say: Say) -> Registry:
    try:
        return Registry.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Registry()
    except (OSError, ValidationError):
        say(f"{file} cannot be read: it is rebuilt from the manifests and the records of eval runs")
        return Registry()


def _judged(entry: Entry, before: Entry | None) -> Entry:
    """Return `entry` with the earlier verdicts on the same files, whose runs may be gone."""
    if before is None or before.content != entry.content:
        return entry
    return entry.model_copy(update={"verdicts": before.verdicts})


def _with_verdict(entry: Entry, verdict: Verdict) -> Entry:
    others = (known for known in entry.verdicts if known.run != verdict.run)
    return entry.model_copy(update={"verdicts": tuple(sorted((*others, verdict), key=lambda each: each.at))})
