from __future__ import annotations

from itertools import combinations
from math import comb
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punie.evaluation.repeats import flip_rate, pass_all_k, pass_at_k

VERDICTS = st.lists(st.booleans(), min_size=1, max_size=8)


@given(VERDICTS, st.data())
def test_the_estimates_are_what_all_subsets_of_the_samples_say(verdicts: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(verdicts)))
    subsets = list(combinations(verdicts, k))
    passed, samples = sum(verdicts), len(verdicts)

    assert pass_at_k(passed, samples, k) == pytest.approx(fmean(map(any, subsets)))
    assert pass_all_k(passed, samples, k) == pytest.approx(fmean(map(all, subsets)))


@given(st.floats(0, 1), st.integers(1, 7), st.data())
def test_the_estimates_are_unbiased(chance: float, samples: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, samples))
    likely = [
        comb(samples, passed) * chance**passed * (1 - chance) ** (samples - passed) for passed in range(samples + 1)
    ]
    at = sum(weight * pass_at_k(passed, samples, k) for passed, weight in enumerate(likely))
    every = sum(weight * pass_all_k(passed, samples, k) for passed, weight in enumerate(likely))

    assert at == pytest.approx(1 - (1 - chance) ** k)
    assert every == pytest.approx(chance**k)


@given(VERDICTS)
def test_more_tries_raise_the_one_and_lower_the_other(verdicts: list[bool]) -> None:
    passed, samples = sum(verdicts), len(verdicts)
    at = [pass_at_k(passed, samples, k) for k in range(1, samples + 1)]
    every = [pass_all_k(passed, samples, k) for k in range(1, samples + 1)]

    assert at == sorted(at)
    assert every == sorted(every, reverse=True)
    assert at[0] == pytest.approx(every[0])


@given(VERDICTS)
def test_the_flip_rate_is_the_share_of_pairs_that_differ(verdicts: list[bool]) -> None:
    pairs = [one != other for one, other in combinations(verdicts, 2)]

    assert flip_rate(sum(verdicts), len(verdicts)) == pytest.approx(fmean(pairs) if pairs else 0)
