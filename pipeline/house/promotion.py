"""`artifacts/promoted.json`: which model is in use, and which were before; nothing is ever removed for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import InputError
from pipeline.house.records import Entry, Registry
from pipeline.manifest import damage, read_manifest, write_json

FILE: Final = "promoted.json"


class Promoted(BaseModel):
    """`current`: name of the model in use, empty without one; `former`: those before, oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    version: Literal[1] = Field(default=1, alias="schema")
    current: str = ""
    former: tuple[str, ...] = ()


def read_promoted(artifacts: Path) -> Promoted:
    """
    Return what is promoted.

    Raises:
        InputError: the file is damaged; nothing may be removed then.
    """
    file = artifacts / FILE
    try:
        return Promoted.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Promoted()
    except (OSError, ValidationError):
        message = f"{str(file)!r} cannot be read: write it again with `promote MODEL` after moving it away"
        raise InputError(message) from None


def promote(artifacts: Path, entry: Entry, *, anyway: bool = False) -> Promoted:
    """
    Let `entry` be the model in use.

    Args:
        artifacts: the folder of all artifacts.
        entry: the model.
        anyway: also one that no run of the gate has accepted.

    Raises:
        InputError: it is not accepted, or its files are not those that its manifest lists.
    """
    if not entry.accepted and not anyway:
        message = f"{entry.name!r} is {entry.decision}, not DEPLOY: grade it with `pytest -m eval`, or say --anyway"
        raise InputError(message)
    check_files(artifacts, entry)
    before = read_promoted(artifacts)
    if before.current == entry.name:
        return before
    former = (*(name for name in before.former if name != entry.name), *filter(None, [before.current]))
    return _write(artifacts, Promoted(current=entry.name, former=former))


def roll_back(artifacts: Path, registry: Registry) -> Promoted:
    """
    Return to the model that was in use before.

    Raises:
        InputError: there was none, or it is no longer whole.
    """
    before = read_promoted(artifacts)
    if not before.former:
        message = "there is no model to roll back to: none was promoted before this one"
        raise InputError(message)
    name = before.former[-1]
    entry = registry.entries.get(name)
    if entry is None or not entry.present:
        message = f"the model before, {name!r}, is gone: promote another one"
        raise InputError(message)
    check_files(artifacts, entry)
    return _write(artifacts, Promoted(current=name, former=before.former[:-1]))


def check_files(artifacts: Path, entry: Entry) -> None:
    """
    Check that a model's files are those that its manifest lists, byte for byte.

    Raises:
        InputError: one line on the first that is not.
    """
    folder = artifacts / entry.name
    manifest = read_manifest(folder)
    if manifest is None:
        message = f"{entry.name!r} has no manifest that can be read: build the model again"
        raise InputError(message)
    if fault := damage(folder, manifest):
        message = f"{entry.name!r}: {fault}: build the model again"
        raise InputError(message)


def _write(artifacts: Path, promoted: Promoted) -> Promoted:
    write_json(artifacts / FILE, promoted.model_dump(mode="json", by_alias=True))
    return promoted
