"""Is a result as good as another on the same queries? What a difference of two rates may be, at most."""

from __future__ import annotations

from math import inf, sqrt
from statistics import NormalDist
from typing import Final

from punie.evaluation.stats import Interval

_HALVINGS: Final = 60
_MOST_QUERIES: Final = 1 << 24


def paired_interval(lost: float, gained: float, queries: int, *, confidence: float = 0.95) -> Interval:
    """
    The score interval (Tango) of the difference of two rates on the same queries.

    Unlike intervals drawn from the differences themselves, it has a width where no query differs.

    Args:
        lost: queries that only the first result passes; a share of `queries` may be scaled, so it need not be whole.
        gained: queries that only the second result passes.
        queries: in both results, at least 1.
        confidence: of the interval, between 0 and 1.

    Returns:
        The bounds of the second rate less the first, between -1 and 1.

    Raises:
        ValueError: the counts do not go together.

    """
    if not (queries >= 1 and min(lost, gained) >= 0 and lost + gained <= queries):
        message = f"{lost!r} lost and {gained!r} gained of {queries!r} queries do not go together"
        raise ValueError(message)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    # the mirrored lower bound is the upper one
    return Interval(_lowest(lost, gained, queries, z), -_lowest(gained, lost, queries, z))


def queries_to_exclude(
    loss: float, lost: int, gained: int, queries: int, *, confidence: float = 0.95, most: int = _MOST_QUERIES
) -> int | None:
    """
    How many queries would show that a rate is less than `loss` lower, if the shares of lost and gained ones stay.

    Args:
        loss: a difference of rates, between 0 and 1.
        lost: queries that only the first result passes.
        gained: queries that only the second result passes.
        queries: in both results, at least 1.
        confidence: of the interval that must not reach that loss.
        most: what no suite holds.

    Returns:
        The number of queries; None where even `most` would not show it.

    """
    before, after = lost / queries, gained / queries

    def shows(number: int) -> bool:
        return paired_interval(before * number, after * number, number, confidence=confidence).low >= -loss

    if not shows(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def _lowest(lost: float, gained: float, queries: int, z: float) -> float:
    """The lowest difference that the counts do not speak against, by halving."""
    low, high = -1.0, (gained - lost) / queries
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _score(lost, gained, queries, middle) > z:
            low = middle
        else:
            high = middle
    return high


def _score(lost: float, gained: float, queries: int, difference: float) -> float:
    """How many standard errors the counts lie above a difference, as probable as that allows them to be."""
    linear = (2 * queries - gained + lost) * difference - gained - lost
    constant = -lost * difference * (1 - difference)
    # the likeliest share of lost queries under that difference
    share = (sqrt(max(0.0, linear * linear - 8 * queries * constant)) - linear) / (4 * queries)
    variance = queries * (2 * share + difference * (1 - difference))
    distance = gained - lost - queries * difference
    return distance / sqrt(variance) if variance > 0 else inf if distance > 0 else 0.0
