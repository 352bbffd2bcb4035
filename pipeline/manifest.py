"""The manifest of an artifact: what it is, what it was made from, how, and which files belong to it."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.fingerprint import file_digest, value_digest
from punie.whole_files import write_whole

MANIFEST: Final = "manifest.json"
_TOOLS: Final = ("mlx", "mlx-lm", "punie", "tokenizers", "transformers")


class FileFacts(BaseModel):
    """Size in bytes and SHA-256 of one file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    """
    What stands in `manifest.json`.

    Attributes:
        layout: version of this layout, `schema` in the file.
        stage: name of the stage.
        recipe: name of the recipe.
        digest: of the inputs and the parents; the folder's name ends with its first 12 digits.
        parents: content digest of each artifact that it was made from, by stage.
        inputs: the part of the recipe, and what else decides the outcome.
        system_prompt: name and digest of the system prompt that the model is made for.
        seconds: what the stage took.
        versions: of Python, the platform and the tools.
        command: the command line of mlx-lm that does the same; empty when there is none.
        files: each file of the folder but this one, by its name.
        size_bytes: of these files together.
        losses: last values of the loss curves.
        peak_memory: of mlx during the stage, in bytes.
        facts: what else the stage wants to tell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    layout: int = Field(default=1, alias="schema")
    stage: str
    recipe: str
    digest: str
    parents: Mapping[str, str]
    inputs: Mapping[str, Any]
    system_prompt: Mapping[str, str]
    seconds: float
    versions: Mapping[str, str]
    command: str = ""
    files: Mapping[str, FileFacts]
    size_bytes: int
    losses: Mapping[str, float] = Field(default_factory=dict)
    peak_memory: int | None = None
    facts: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def content(self) -> str:
        """Digest of the files, whatever they were made from."""
        return value_digest({name: facts.sha256 for name, facts in self.files.items()})


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of `folder`, or None when it has none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def damage(folder: Path, manifest: Manifest) -> str:
    """Return what is wrong with the first file of `folder` that is not the manifest's, byte for byte; "" if all are."""
    for name, facts in manifest.files.items():
        file = folder / name
        try:
            found = file.stat()
            same = found.st_size == facts.size and _digest_of(file, found.st_mtime_ns, found.st_ino) == facts.sha256
        except FileNotFoundError:
            return f"{name} is missing"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
        if not same:
            return f"{name} is not what the manifest lists"
    return ""


@lru_cache(maxsize=1024)
def _digest_of(file: Path, changed: int, place: int) -> str:  # noqa: ARG001 - a changed file is another one
    return file_digest(file)


def write_json(file: Path, value: object) -> None:
    """Write `value` as JSON; the file appears whole or not at all."""
    write_whole(file, [json.dumps(value, ensure_ascii=False, indent=2), "\n"])


def tool_versions(tools: Iterable[str] = _TOOLS) -> dict[str, str]:
    """Return the versions of Python, the platform and those `tools` that are installed."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for tool in tools:
        try:
            found[tool] = metadata.version(tool)
        except metadata.PackageNotFoundError:
            continue
    return found
