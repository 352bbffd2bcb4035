"""Every set that has a name: mixtures, sources, and merges whose sources are generated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from punie.training.dataset import TrainingDataset
from punie.training.dataset_io import write_dataset
from punie.training.examples.presets import PRESETS, generate
from punie.training.examples.rows import RowMaker, wanted_rows
from punie.training.examples.sources import SOURCES, drawn_source, make_source
from punie.training.merge import Merged, merge_datasets
from punie.training.merge_manifest import load_merge, preset_names
from punie.training.splits import SplitSizes, split_rows

_VALID_SHARE: Final = 0.1


def dataset_names() -> tuple[str, ...]:
    """Return the names that `make_dataset` knows."""
    return tuple(sorted({*PRESETS, *SOURCES, *preset_names()}))


def make_merge(name: str, seed: int, system: str, *, avoid: Sequence[str] = ()) -> Merged:
    """
    Generate the sources of a merge and merge them; the same arguments give the same rows.

    Args:
        name: one of `punie.training.merge_manifest.preset_names()`.
        seed: of the sources' rows; the manifest has its own seed for what is drawn of them and how it is split.
        system: system prompt of every row.
        avoid: prompts that no row's prompt may come near.

    Returns:
        The set, and its manifest with the digest of every source.

    Raises:
        MergeError: there is no such merge, or its rows cannot be split.
        ValueError: a source cannot give that many different rows.

    """
    with TemporaryDirectory(prefix="punie-merge-") as scratch:
        return _merged(name, seed, RowMaker(system, avoid), Path(scratch))


def make_dataset(
    name: str,
    seed: int,
    system: str,
    *,
    size: int | None = None,
    avoid: Sequence[str] = (),
    targets: Mapping[str, int] = MappingProxyType({}),
) -> TrainingDataset:
    """
    Make a set by its name; the same arguments give the same rows.

    Args:
        name: one of `dataset_names()`.
        seed: of all choices.
        system: system prompt of every row.
        size: number of training rows; only mixtures can be given one.
        avoid: prompts that no row's prompt may come near.
        targets: rows to add to the training split, by tool or "words", as `read_targets` gives them.

    Returns:
        The set; a source or merge that names no validation split has a tenth of its rows there.

    Raises:
        ValueError: there is no such set, it cannot have that size, or it cannot give that many different rows.

    """
    if name in PRESETS:
        return generate(name, seed, system, size=size, avoid=avoid, targets=targets)
    if name not in dataset_names():
        message = f"unknown data set {name!r}: choose one of {', '.join(dataset_names())}"
        raise ValueError(message)
    if size is not None:
        message = f"the data set {name!r} has its own number of rows, got size={size}: leave size out"
        raise ValueError(message)
    made = _validated(
        make_merge(name, seed, system, avoid=avoid).dataset
        if name in preset_names()
        else make_source(name, seed, system, avoid=avoid),
        seed,
    )
    held = (row.query for row in (*made.valid, *made.test))
    more = wanted_rows(RowMaker(system, (*avoid, *held)), seed, targets) if targets else ()
    return made.model_copy(update={"train": made.train + more})


def _merged(name: str, seed: int, maker: RowMaker, root: Path) -> Merged:
    manifest = load_merge(name)
    for source in manifest.sources:
        rows = (
            _merged(source.name, seed, maker, root).dataset
            if source.name in preset_names()
            else drawn_source(source.name, seed, maker)
        )
        write_dataset(rows, root / source.name)
    return merge_datasets(manifest, root)


def _validated(dataset: TrainingDataset, seed: int) -> TrainingDataset:
    if dataset.valid:
        return dataset
    sizes = SplitSizes.from_shares(len(dataset.train), _VALID_SHARE)
    return split_rows(dataset.train, sizes, seed=seed, name=dataset.name)
