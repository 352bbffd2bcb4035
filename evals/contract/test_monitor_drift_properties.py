from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punie.monitoring.drift import Pattern, drift, shares

NAMES = st.sampled_from(["typecheck", "git_log", "hover", "(words)"])
PATTERNS: st.SearchStrategy[Pattern] = st.sets(NAMES, min_size=1).map(lambda names: tuple(sorted(names)))
WINDOWS = st.dictionaries(PATTERNS, st.integers(1, 50), min_size=1)


@given(WINDOWS)
def test_shares_add_up_to_one(window: dict[Pattern, int]) -> None:
    assert sum(shares(window).values()) == pytest.approx(1)


@given(WINDOWS, WINDOWS)
def test_the_distance_is_between_nothing_and_everything_and_has_no_direction(
    before: dict[Pattern, int], after: dict[Pattern, int]
) -> None:
    there, back = drift(before, after), drift(after, before)

    assert there.distance == pytest.approx(back.distance)
    assert -1e-9 <= there.distance <= 1 + 1e-9
    assert 0 < there.p_value <= 1


@given(WINDOWS, st.integers(1, 5))
def test_more_of_the_same_is_no_drift(window: dict[Pattern, int], times: int) -> None:
    found = drift(window, {pattern: times * count for pattern, count in window.items()})

    assert found.distance == pytest.approx(0, abs=1e-9)
    assert found.p_value == pytest.approx(1)


def test_small_windows_of_one_distribution_rarely_look_as_if_they_moved() -> None:
    random = np.random.default_rng(1)
    windows: list[Counter[Pattern]] = [Counter((str(tool),) for tool in random.integers(0, 12, 30)) for _ in range(120)]
    alarms = [
        found.distance >= 0.2 and found.p_value < 0.01
        for found in (drift(one, other) for one, other in zip(windows[::2], windows[1::2], strict=True))
    ]

    assert sum(alarms) <= 3
