from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punie.evaluation.paired import bootstrap, detectable_change, mcnemar

COUNTS = st.integers(0, 60)
DIFFERENCES = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=60)


@given(COUNTS, COUNTS)
def test_mcnemar_adds_up_all_splits_at_least_as_uneven(lost: int, gained: int) -> None:
    total = lost + gained
    uneven = (number for number in range(total + 1) if abs(2 * number - total) >= abs(lost - gained))
    expected = Fraction(sum(comb(total, number) for number in uneven), 2**total)

    assert mcnemar(lost, gained) == pytest.approx(float(expected), rel=1e-12)


@given(COUNTS, COUNTS)
def test_mcnemar_does_not_care_which_result_is_called_the_first(lost: int, gained: int) -> None:
    assert mcnemar(lost, gained) == mcnemar(gained, lost)


@given(COUNTS, COUNTS)
def test_one_more_loss_of_the_worse_is_more_significant(lost: int, gained: int) -> None:
    worse = max(lost, gained)

    assert mcnemar(worse + 1, min(lost, gained)) <= mcnemar(worse, min(lost, gained))


@given(DIFFERENCES)
def test_a_bootstrap_stays_within_what_was_seen_and_holds_the_mean(differences: list[float]) -> None:
    low, high = bootstrap(differences, confidence=0.999)

    assert min(differences) <= low <= high <= max(differences)
    assert low <= sum(differences) / len(differences) <= high


@given(DIFFERENCES)
def test_the_bootstrap_of_the_opposite_is_the_mirror_image(differences: list[float]) -> None:
    low, high = bootstrap(differences)

    assert bootstrap([-difference for difference in differences]) == pytest.approx((-high, -low))


@given(st.floats(0, 1), st.integers(20, 400))
def test_more_queries_show_smaller_changes(rate: float, queries: int) -> None:
    change, finer = detectable_change(rate, queries), detectable_change(rate, 2 * queries)

    assert change is not None
    assert finer is not None
    assert 0 < finer < change <= max(rate, 1 - rate)


@given(st.floats(0, 1), st.integers(1, 400))
def test_a_rise_of_failures_is_as_visible_as_a_drop_of_passes(rate: float, queries: int) -> None:
    assert detectable_change(rate, queries) == pytest.approx(detectable_change(1 - rate, queries))
