"""Statistics of two results on the same queries: whether their difference is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import sqrt
from random import Random
from statistics import NormalDist
from typing import Final

from punie.evaluation.stats import Interval

_SEED: Final = 20260
_ROUNDS: Final = 10_000
_FEWEST_ROUNDS: Final = 500
_DRAWS: Final = 4_000_000  # of single queries: what a second or two allows
_HALVINGS: Final = 50


def mcnemar(lost: int, gained: int) -> float:
    """
    The exact two-sided McNemar test.

    Args:
        lost: queries that only the first result passes.
        gained: queries that only the second result passes.

    Returns:
        How probable a split at least as uneven is when both results are equally good; 1 where no query differs.

    Raises:
        ValueError: a count is negative.

    """
    if lost < 0 or gained < 0:
        message = f"counts of queries cannot be negative, got {lost!r} and {gained!r}"
        raise ValueError(message)
    total = lost + gained
    tail = splits = 1  # of the binomial coefficients, from `total` over 0 on
    for number in range(min(lost, gained)):
        splits = splits * (total - number) // (number + 1)
        tail += splits
    return min(1.0, tail / (1 << total) * 2)


def fewest_discordant(significance: float) -> int:
    """The number of discordant queries below which `mcnemar` reaches no significance, whatever the split."""
    if not 0 < significance < 1:
        message = f"a significance must lie between 0 and 1, got {significance!r}"
        raise ValueError(message)
    return next(number for number in count() if mcnemar(0, number) < significance)


def bootstrap(differences: Sequence[float], *, confidence: float = 0.95, seed: int = _SEED) -> Interval:
    """
    The percentile interval of a mean difference, drawn from whole queries with replacement.

    Args:
        differences: one number for each query, so that repeated samples of a query stay together.
        confidence: of the interval, between 0 and 1.
        seed: of the draws; the same seed gives the same interval.

    Raises:
        ValueError: there are no differences.

    """
    if not differences:
        message = "no differences to draw from: at least one query is wanted in both results"
        raise ValueError(message)
    size = len(differences)
    rounds = max(_FEWEST_ROUNDS, min(_ROUNDS, _DRAWS // size))
    draw = Random(seed)  # noqa: S311 - statistics, not secrets
    means = sorted(sum(draw.choices(differences, k=size)) / size for _ in range(rounds))
    cut = int((1 - confidence) / 2 * rounds)
    return Interval(means[cut], means[rounds - 1 - cut])


def detectable_change(rate: float, queries: int, *, confidence: float = 0.95, power: float = 0.8) -> float | None:
    """
    The smallest change of a rate that two runs of a suite can be expected to show.

    Args:
        rate: of one run, 0 to 1; the change is a drop of a rate of one half or more, and a rise of a lower one.
        queries: asked in each run, at least 1.
        confidence: of the two-sided comparison of two rates.
        power: how often such a change should be found.

    Returns:
        A difference of rates; None where even the largest would not be found.

    """
    if queries < 1 or not 0 <= rate <= 1:
        message = f"no change of a rate of {rate!r} in {queries!r} queries: 0 to 1 of at least one query is wanted"
        raise ValueError(message)
    normal = NormalDist()
    error, chance = normal.inv_cdf((1 + confidence) / 2), normal.inv_cdf(power)
    start = max(rate, 1 - rate)
    if start < _needed(start, 0.0, queries, error, chance):
        return None
    low, high = 0.0, start
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle >= _needed(start, start - middle, queries, error, chance):
            high = middle
        else:
            low = middle
    return high


def _needed(before: float, after: float, queries: int, error: float, chance: float) -> float:
    """The difference that is found with the wanted power when these are the true rates."""
    pooled = (before + after) / 2
    spread = sqrt(2 * pooled * (1 - pooled))
    return (error * spread + chance * sqrt(before * (1 - before) + after * (1 - after))) / sqrt(queries)
