from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from punie.evaluation.targets import apportion

WEIGHTS = st.dictionaries(st.text(max_size=3), st.integers(1, 50), min_size=1, max_size=15)


@given(WEIGHTS, st.integers(0, 200))
def test_shares_add_up_and_are_off_by_less_than_one(weights: dict[str, int], total: int) -> None:
    shares = apportion(weights, total)
    whole = sum(weights.values())

    assert sum(shares.values()) == total
    assert all(abs(shares[name] - total * weight / whole) < 1 for name, weight in weights.items())


@given(WEIGHTS, st.integers(0, 200))
def test_a_larger_weight_never_gets_less(weights: dict[str, int], total: int) -> None:
    shares = apportion(weights, total)
    ranked = sorted(weights, key=lambda name: weights[name])

    assert all(shares[less] <= shares[more] for less, more in pairwise(ranked) if weights[less] < weights[more])
