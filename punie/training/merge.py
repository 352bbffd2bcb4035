"""Merging of data sets as a manifest asks: counted, seeded, checked against digests, split without twins."""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from punie.training.cleaning import cleaned
from punie.training.dataset import SPLITS, TrainingDataset, TrainingExample
from punie.training.dataset_io import FILE_NAMES, dataset_folder, read_dataset, write_dataset
from punie.training.merge_manifest import MergeError, MergeManifest, MergeSource, manifest_text
from punie.training.splits import SplitSizes, split_rows
from punie.training.strata import quotas, stratum
from punie.whole_files import write_whole

MANIFEST_FILE: Final = "merge.toml"


class Merged(NamedTuple):
    """A merged set, and its manifest with the digest of every source: the same merge again, or an error."""

    dataset: TrainingDataset
    manifest: MergeManifest


def merge_datasets(manifest: MergeManifest, sources: Path | str) -> Merged:
    """
    Merge the sets that `manifest` names.

    Args:
        manifest: which sets, and how many rows of each.
        sources: the folder that holds a folder for each source; the rows of all its splits count.

    Raises:
        MergeError: a source is missing, cannot be read, has changed or has too few rows, the rows cannot be split, or
            the cleaning leaves other rows than the manifest says.
    """
    rows: list[TrainingExample] = []
    pinned = []
    for source in manifest.sources:
        taken, digest = _take(source, Path(sources), manifest.seed)
        rows += taken
        pinned.append(source.model_copy(update={"sha256": digest}))
    try:
        dataset = split_rows(rows, manifest.sizes, seed=manifest.seed, name=manifest.name)
    except ValueError as error:
        message = f"merge {manifest.name!r}: {error}"
        raise MergeError(message) from None
    manifest = manifest.model_copy(update={"sources": tuple(pinned)})
    return _cleaned(Merged(dataset, manifest)) if manifest.clean else Merged(dataset, manifest)


def write_merged(merged: Merged, folder: Path | str) -> Path:
    """
    Write the set and its `merge.toml` into `folder`, and return it.

    The folder appears whole or not at all. A folder with an older merge is replaced.

    Raises:
        MergeError: the folder holds something else than a merge.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / MANIFEST_FILE).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{str(folder)!r} holds something else than a merge: give a new folder"
        raise MergeError(message)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".merging-", dir=folder.parent) as scratch:
        new, old = Path(scratch, "new"), Path(scratch, "old")
        write_dataset(merged.dataset, new)
        write_whole(new / MANIFEST_FILE, [manifest_text(merged.manifest)])
        _swap(new, folder, old)
    return folder


def source_digest(folder: Path | str) -> str:
    """Return the SHA-256 over the names and contents of the set's files, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for name in FILE_NAMES.values():
        file = Path(folder, name)
        content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "-"
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


def _cleaned(merged: Merged) -> Merged:
    """Clean the rows, and let the manifest say how many are left."""
    dataset, manifest = cleaned(merged.dataset), merged.manifest
    counts = {split: len(dataset.split(split)) for split in SPLITS}
    if not counts["train"] or (manifest.left is not None and manifest.left.model_dump() != counts):
        said = manifest.left.model_dump() if manifest.left else "some for train"
        message = (
            f"merge {manifest.name!r}: the cleaning leaves {counts} and {said} were wanted: "
            "restore the sources or correct `left`"
        )
        raise MergeError(message)
    return Merged(dataset, manifest.model_copy(update={"left": SplitSizes.model_validate(counts)}))


def _take(source: MergeSource, root: Path, seed: int) -> tuple[list[TrainingExample], str]:
    try:
        folder = dataset_folder(root / source.name)
        digest = source_digest(folder)
        _refuse_change(source, digest)
        rows = [each.example for each in read_dataset(folder).rows()]
    except MergeError:
        raise
    except (OSError, ValueError) as error:
        message = f"source {source.name!r} cannot be read: {error}"
        raise MergeError(message) from None
    if len(rows) < source.rows:
        message = f"source {source.name!r} has {len(rows)} rows, {source.rows} are asked for: generate more or ask less"
        raise MergeError(message)
    return _drawn(rows, source, seed), digest


def _refuse_change(source: MergeSource, digest: str) -> None:
    if source.sha256 not in (None, digest):
        message = (
            f"source {source.name!r} has changed: its digest is {digest} and the manifest names {source.sha256}: "
            "restore the source or correct the manifest"
        )
        raise MergeError(message)


def _drawn(rows: Sequence[TrainingExample], source: MergeSource, seed: int) -> list[TrainingExample]:
    """Draw the asked number in proportion to the tools; the source's order stays."""
    if len(rows) == source.rows:
        return list(rows)
    draw = random.Random(f"{seed}/{source.name}")  # noqa: S311 - choices, no secrets
    strata = [stratum(row) for row in rows]
    chosen: set[int] = set()
    for name, wanted in sorted(quotas(Counter(strata), source.rows).items()):
        chosen.update(draw.sample([place for place, each in enumerate(strata) if each == name], wanted))
    return [rows[place] for place in sorted(chosen)]


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Move `new` to `folder`; what stood there goes to `old`, and back again if the move fails."""
    stood = folder.exists()
    if stood:
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if stood:
            old.rename(folder)
        raise
