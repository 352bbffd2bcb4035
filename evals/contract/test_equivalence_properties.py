from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punie.evaluation.equivalence import paired_interval, queries_to_exclude

COUNTS = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 300)).map(
    lambda found: (found[0], found[1], found[0] + found[1] + found[2])
)


def score(lost: int, gained: int, queries: int, difference: float) -> float:
    """The score of a difference; the likeliest share of lost queries under it is searched for, not computed."""
    low, high = max(0.0, -difference), (1 - difference) / 2
    for _ in range(200):
        first, second = low + (high - low) / 3, high - (high - low) / 3
        if likelihood(first, lost, gained, queries, difference) < likelihood(second, lost, gained, queries, difference):
            low = first
        else:
            high = second
    variance = queries * (2 * low + difference * (1 - difference))
    return (gained - lost - queries * difference) / sqrt(variance)


def likelihood(share: float, lost: int, gained: int, queries: int, difference: float) -> float:
    found = 1.0
    parts = ((lost, share), (gained, share + difference), (queries - lost - gained, 1 - 2 * share - difference))
    # a geometric mean, so that nothing underflows
    for count, probability in parts:
        found *= max(probability, 0.0) ** (count / queries)
    return found


@given(COUNTS)
def test_the_bounds_are_where_the_counts_begin_to_speak_against_the_difference(counts: tuple[int, int, int]) -> None:
    low, high = paired_interval(*counts)
    wanted = NormalDist().inv_cdf(0.975)

    assert score(*counts, low) == pytest.approx(wanted, rel=1e-3)
    assert score(*counts, high) == pytest.approx(-wanted, rel=1e-3)


@given(COUNTS)
def test_the_interval_holds_what_was_seen_and_turns_with_the_results(counts: tuple[int, int, int]) -> None:
    lost, gained, queries = counts
    low, high = paired_interval(lost, gained, queries)

    assert -1 <= low < (gained - lost) / queries < high <= 1
    assert paired_interval(gained, lost, queries) == (-high, -low)


@given(st.integers(1, 10_000))
def test_where_no_query_differs_the_interval_still_has_a_width(queries: int) -> None:
    squared = NormalDist().inv_cdf(0.975) ** 2

    assert paired_interval(0, 0, queries).low == pytest.approx(-squared / (queries + squared), rel=1e-6)


@given(COUNTS, st.sampled_from([0.01, 0.05, 0.1]))
def test_so_many_queries_exclude_a_loss_and_one_less_does_not(counts: tuple[int, int, int], loss: float) -> None:
    lost, gained, queries = counts
    needed = queries_to_exclude(loss, lost, gained, queries)
    if needed is None:
        assert (gained - lost) / queries <= -loss + 0.001
        return
    scaled = [(lost * number / queries, gained * number / queries, number) for number in (needed, needed - 1)]

    assert paired_interval(*scaled[0]).low >= -loss
    assert needed == 1 or paired_interval(*scaled[1]).low < -loss


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 0, 5), (3, 3, 5)])
def test_counts_that_do_not_go_together_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="do not go together"):
        paired_interval(*counts)
