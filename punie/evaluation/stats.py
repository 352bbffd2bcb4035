"""Statistics of rates."""

from __future__ import annotations

from math import sqrt
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
