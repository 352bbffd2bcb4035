"""Statistics of rates and times."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """The bounds of a rate, both between 0 and 1."""

    low: float
    high: float


def wilson(passed: int, asked: int, *, confidence: float = 0.95) -> Interval:
    """
    The Wilson score interval of a rate.

    Args:
        passed: number of successes, 0 to `asked`.
        asked: number of trials, at least 1.
        confidence: of the interval, between 0 and 1.

    Raises:
        ValueError: without trials there is no rate.

    """
    if not (asked >= 1 and 0 <= passed <= asked):
        message = f"no rate of {passed} in {asked}: at least one trial and at most as many successes are wanted"
        raise ValueError(message)
    if not 0 < confidence < 1:
        message = f"confidence must lie between 0 and 1, got {confidence!r}"
        raise ValueError(message)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, spread = passed / asked, z * z / asked
    centre = rate + spread / 2
    half = z * sqrt(rate * (1 - rate) / asked + spread / (4 * asked))
    # Rounding alone would leave a bound of 1e-17 where the rate is exactly 0 or 1.
    low = 0.0 if passed == 0 else (centre - half) / (1 + spread)
    high = 1.0 if passed == asked else (centre + half) / (1 + spread)
    return Interval(low, high)


def queries_needed(passed: int, asked: int, bar: float, *, confidence: float = 0.95) -> int | None:
    """
    How many trials would settle on which side of a bar a rate lies, if the rate stays as it is.

    Args:
        passed: number of successes.
        asked: number of trials, at least 1.
        bar: what the rate is compared with, 0 to 1.
        confidence: of the interval that must not hold the bar any more.

    Returns:
        The number of trials; None when the rate is the bar itself, which no number settles.

    """
    distance = passed / asked - bar
    if not distance:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    # a Wilson interval holds the bar exactly when the rate is at most z standard errors of the bar away from it
    return floor(z * z * bar * (1 - bar) / (distance * distance)) + 1


def quantile(values: Sequence[float], part: float) -> float:
    """A quantile of sorted values, at least one, between two of them where it lies there; `part` is 0 to 1."""
    place = part * (len(values) - 1)
    below, above = values[floor(place)], values[ceil(place)]
    return below + (above - below) * (place - floor(place))
