from __future__ import annotations

import pytest

from punie.evaluation.repeats import flip_rate, pass_all_k, pass_at_k


def test_the_estimators_give_the_values_of_their_papers() -> None:
    assert pass_at_k(2, 10, 1) == pytest.approx(0.2)
    assert pass_at_k(2, 10, 5) == pytest.approx(1 - 56 / 252)
    assert pass_all_k(8, 10, 2) == pytest.approx(28 / 45)
    assert flip_rate(5, 10) == pytest.approx(25 / 45)


def test_a_rate_to_the_power_of_k_would_be_another_number() -> None:
    assert pass_all_k(8, 10, 2) != pytest.approx(0.8**2)


@pytest.mark.parametrize("passed", [0, 4])
def test_a_stable_query_never_flips(passed: int) -> None:
    assert flip_rate(passed, 4) == 0


def test_one_sample_cannot_flip() -> None:
    assert flip_rate(1, 1) == 0


@pytest.mark.parametrize(("passed", "samples", "k"), [(1, 2, 3), (3, 2, 1), (-1, 2, 1), (1, 2, 0)])
def test_fewer_samples_than_tries_are_refused(passed: int, samples: int, k: int) -> None:
    with pytest.raises(ValueError, match=rf"^no estimate for {k} tries from {passed} of {samples} samples"):
        pass_at_k(passed, samples, k)
    with pytest.raises(ValueError, match="no estimate"):
        pass_all_k(passed, samples, k)
