"""Seeded, stratified splits in which no row, query or near twin of a query stands on both sides."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from punie.training.dataset import SPLITS, SplitName, TrainingDataset, TrainingExample
from punie.training.strata import called_tools, quotas, stratum
from punie.training.twins import twin_groups

_HELD_OUT: Final[tuple[SplitName, ...]] = ("valid", "test")


class SplitSizes(BaseModel):
    """How many rows each split has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    train: int = Field(ge=1)
    valid: int = Field(default=0, ge=0)
    test: int = Field(default=0, ge=0)

    @property
    def total(self) -> int:
        """Rows in all splits."""
        return self.train + self.valid + self.test

    @classmethod
    def from_shares(cls, rows: int, valid: float, test: float = 0.0) -> Self:
        """
        Return the sizes for so many rows in all.

        Args:
            rows: rows to divide.
            valid: the share of the validation split, from 0 to 1.
            test: the share of the test split, from 0 to 1.
        """
        held_out = {"valid": int(rows * valid), "test": int(rows * test)}
        return cls(train=rows - sum(held_out.values()), **held_out)


class _Group(NamedTuple):
    """Rows that stay together: their places, and how many of them each stratum has."""

    places: tuple[int, ...]
    strata: Counter[str]


def split_rows(
    rows: Sequence[TrainingExample], sizes: SplitSizes, *, seed: int, name: str = "split"
) -> TrainingDataset:
    """
    Divide `rows` into a set of the given sizes.

    Each split holds the tools in proportion as far as groups of twins allow; every tool and the direct answers occur in
    train. Within a split the rows are shuffled. The same rows and seed give the same set.

    Args:
        rows: all rows.
        sizes: rows of each split; they add up to the number of `rows`.
        seed: decides which rows go where.
        name: of the set.

    Raises:
        ValueError: the sizes do not add up, or no choice of whole groups gives them.
    """
    if sizes.total != len(rows):
        message = f"the splits want {sizes.total} rows in all and there are {len(rows)}: make the sizes add up"
        raise ValueError(message)
    draw = random.Random(seed)  # noqa: S311 - choices, no secrets
    free = _free_groups(rows, draw)
    strata = Counter(map(stratum, rows))
    chosen: dict[SplitName, list[int]] = {}
    for split in _HELD_OUT:
        taken = _choose(free, quotas(strata, getattr(sizes, split)), split)
        free = [group for group in free if group not in taken]
        chosen[split] = [place for group in taken for place in group.places]
    held = {place for places in chosen.values() for place in places}
    chosen["train"] = [place for place in range(len(rows)) if place not in held]
    for split in SPLITS:
        draw.shuffle(chosen[split])
    return TrainingDataset(name=name, **{split: tuple(rows[place] for place in chosen[split]) for split in SPLITS})


def _free_groups(rows: Sequence[TrainingExample], draw: random.Random) -> list[_Group]:
    """Return, in drawn order, the groups that train may miss: it keeps the largest of each tool and of each stratum."""
    kinds = [{stratum(row), *called_tools(row)} for row in rows]
    groups = [_Group(places, Counter(stratum(rows[place]) for place in places)) for places in twin_groups(rows)]
    draw.shuffle(groups)
    kept: dict[str, _Group] = {}
    for group in groups:
        for kind in set().union(*(kinds[place] for place in group.places)):
            if kind not in kept or len(group.places) > len(kept[kind].places):
                kept[kind] = group
    stay = {group.places for group in kept.values()}
    return [group for group in groups if group.places not in stay]


def _choose(groups: Sequence[_Group], wanted: dict[str, int], split: SplitName) -> list[_Group]:
    """Return groups with exactly as many rows as `wanted` has in all, as near to it by stratum as they allow."""
    total = sum(wanted.values())
    chosen = _within(groups, wanted)
    while True:
        missing = total - sum(len(group.places) for group in chosen)
        rest = _exactly([group for group in groups if group not in chosen], missing)
        if rest is not None:
            return chosen + rest
        if not chosen:
            largest = max((len(group.places) for group in groups), default=0)
            message = (
                f"no choice of twins that stay together gives {split} exactly {total} rows "
                f"(groups that train can spare: {len(groups)}, the largest of {largest}): ask for another size"
            )
            raise ValueError(message)
        chosen.pop()


def _within(groups: Sequence[_Group], wanted: dict[str, int]) -> list[_Group]:
    """Take each group that no stratum has too many rows of."""
    left = Counter(wanted)
    chosen = []
    for group in groups:
        if group.strata <= left:
            left -= group.strata
            chosen.append(group)
    return chosen


def _exactly(groups: Sequence[_Group], wanted: int) -> list[_Group] | None:
    """Return groups with `wanted` rows in all, or None; earlier groups are preferred."""
    ways: dict[int, tuple[int, ...]] = {0: ()}
    for number, group in enumerate(groups):
        if wanted in ways:
            break
        for size, way in list(ways.items()):
            more = size + len(group.places)
            if more <= wanted and more not in ways:
                ways[more] = (*way, number)
    return [groups[number] for number in ways[wanted]] if wanted in ways else None
