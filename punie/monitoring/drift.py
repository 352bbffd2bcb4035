"""Whether tools are used otherwise than before: the total variation of two distributions, and what chance explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

# What one row calls: each of its tools has an equal share of the row.
Pattern = tuple[str, ...]
_DRAWS: Final = 1999
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Drift:
    """
    Two distributions of tool use beside each other.

    Attributes:
        distance: their total variation, 0 (equal) to 1 (nothing in common): the share of use that moved.
        p_value: how often a random division of the same rows gives such a distance.
        most: the tool whose share changed most.
        before: its share earlier.
        after: its share now.

    """

    distance: float
    p_value: float
    most: str
    before: float
    after: float


def shares(patterns: Mapping[Pattern, int]) -> dict[str, float]:
    """The share of each tool, the largest first; together 1."""
    total = sum(patterns.values())
    found: Counter[str] = Counter()
    for pattern, count in patterns.items():
        for tool in pattern:
            found[tool] += count / len(pattern) / total  # type: ignore[assignment]  # shares, not counts
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def drift(before: Mapping[Pattern, int], after: Mapping[Pattern, int]) -> Drift:
    """
    Compare two windows by a permutation test with a fixed seed.

    Args:
        before: number of rows by pattern, at least one row.
        after: the same of the later window.

    """
    patterns = sorted({*before, *after})
    tools = sorted({tool for pattern in patterns for tool in pattern})
    weights = np.array([[(tool in pattern) / len(pattern) for tool in tools] for pattern in patterns])
    earlier = np.array([before.get(pattern, 0) for pattern in patterns])
    later = np.array([after.get(pattern, 0) for pattern in patterns])
    moved = later @ weights / later.sum() - earlier @ weights / earlier.sum()
    distance = float(np.abs(moved).sum() / 2)
    draws = np.random.default_rng(_SEED).multivariate_hypergeometric(earlier + later, int(later.sum()), size=_DRAWS)
    random = draws @ weights / later.sum() - (earlier + later - draws) @ weights / earlier.sum()
    # the observed division is one of the possible ones; rounding must not make it rarer than it is
    as_far = int((np.abs(random).sum(axis=1) / 2 >= distance - 1e-12).sum())
    most = int(np.abs(moved).argmax())
    return Drift(
        distance=distance,
        p_value=(as_far + 1) / (_DRAWS + 1),
        most=tools[most],
        before=float((earlier @ weights)[most] / earlier.sum()),
        after=float((later @ weights)[most] / later.sum()),
    )
