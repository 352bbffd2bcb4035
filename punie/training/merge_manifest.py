"""Manifests of merges: which sources a set is made of, how many rows of each, which seed and which sizes."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from punie.training.splits import SplitSizes

# A name is one folder below the sources, never a way out of them.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
_PRESETS: Final = files("punie.training").joinpath("merges")


class MergeError(ValueError):
    """A merge that cannot be made as its manifest asks; the message is one line."""


class MergeSource(BaseModel):
    """
    A set that gives rows.

    Attributes:
        name: of the set's folder.
        rows: how many it gives; of a larger set they are drawn in proportion to its tools.
        sha256: digest of the set's files; without one any content will do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name
    rows: int = Field(ge=1)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class MergeManifest(BaseModel):
    """
    A merge as data.

    Attributes:
        name: of the merged set.
        seed: decides which rows are drawn and how they are split.
        sizes: rows of each split; they add up to the rows of the sources.
        clean: whether words before calls, rows that only promise a call and exact duplicates are then removed.
        left: rows of each split after the cleaning; a merge that leaves others is refused.
        sources: in the order in which their rows enter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    seed: int = Field(ge=0, strict=True)
    sizes: SplitSizes
    clean: bool = Field(default=False, strict=True)
    left: SplitSizes | None = None
    sources: tuple[MergeSource, ...] = Field(min_length=1)

    @property
    def shares(self) -> dict[str, float]:
        """The part of the merged rows that each source gives, from 0 to 1."""
        return {source.name: source.rows / self.sizes.total for source in self.sources}

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        rows = sum(source.rows for source in self.sources)
        if rows != self.sizes.total:
            message = f"the sources give {rows} rows and the sizes want {self.sizes.total}: make them equal"
            raise ValueError(message)
        if len({source.name for source in self.sources}) != len(self.sources):
            message = "a source stands twice: name each once"
            raise ValueError(message)
        if self.left is not None and not self.clean:
            message = "rows are left only after a cleaning: set clean, or leave left out"
            raise ValueError(message)
        return self


def preset_names() -> tuple[str, ...]:
    """Return the names of the manifests that come with the library."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _PRESETS.iterdir() if file.name.endswith(".toml")))


def load_merge(name_or_path: Path | str) -> MergeManifest:
    """
    Read a manifest.

    Args:
        name_or_path: one of `preset_names()`, or a TOML file.

    Raises:
        MergeError: there is no such manifest, or the file is none.
    """
    if name_or_path in preset_names():
        return _parse(_PRESETS.joinpath(f"{name_or_path}.toml").read_bytes(), str(name_or_path))
    try:
        return _parse(Path(name_or_path).read_bytes(), str(name_or_path))
    except OSError as error:
        message = (
            f"no manifest {str(name_or_path)!r} ({error.strerror}): give a TOML file or one of "
            f"{', '.join(preset_names())}"
        )
        raise MergeError(message) from None


def manifest_text(manifest: MergeManifest) -> str:
    """Return the TOML text of `manifest`; `load_merge` reads it back. No value in it needs escaping."""
    lines = [f'name = "{manifest.name}"', f"seed = {manifest.seed}"]
    lines += ["clean = true"] if manifest.clean else []
    for table, sizes in (("sizes", manifest.sizes), ("left", manifest.left)):
        if sizes is not None:
            lines += ["", f"[{table}]", *(f"{split} = {rows}" for split, rows in sizes.model_dump().items())]
    for source in manifest.sources:
        lines += ["", "[[sources]]", f'name = "{source.name}"', f"rows = {source.rows}"]
        lines += [f'sha256 = "{source.sha256}"'] if source.sha256 else []
    return "\n".join(lines) + "\n"


def _parse(data: bytes, place: str) -> MergeManifest:
    try:
        return MergeManifest.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the manifest"
        message = f"{place}: {where}: {first['msg']}"
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"{place}: no TOML in UTF-8: {error}"
    raise MergeError(message.replace("\n", " "))
