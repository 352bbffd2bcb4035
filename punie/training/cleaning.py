"""Removal of what a set must not teach: words before a call, turns that only promise one, the same row twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from punie.training.dataset import SPLITS, TrainingDataset, TrainingExample
from punie.training.preambles import promise_turns, remove_preambles


def cleaned(dataset: TrainingDataset) -> TrainingDataset:
    """
    Return the set without words before calls, without rows that only promise a call, and with each row once.

    Of equal rows the first stays; training comes before validation and validation before test, so that no row of
    training is measured. Everything else stays as it is and in its order.
    """
    seen: set[tuple[tuple[str, str], ...]] = set()
    return TrainingDataset(name=dataset.name, **{split: tuple(_kept(dataset.split(split), seen)) for split in SPLITS})


def _kept(rows: Iterable[TrainingExample], seen: set[tuple[tuple[str, str], ...]]) -> Iterator[TrainingExample]:
    for row in rows:
        if promise_turns(row):
            continue
        clean = remove_preambles(row)
        key = tuple((message.role, message.content) for message in clean.messages)
        if key not in seen:
            seen.add(key)
            yield clean
