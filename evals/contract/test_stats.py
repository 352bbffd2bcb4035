from __future__ import annotations

import pytest

from punie.evaluation.stats import quantile, queries_needed, wilson
from punie.evaluation.tally import Tally


@pytest.mark.parametrize(
    ("passed", "asked", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 5, 0.5655, 1),
    ],
)
def test_wilson_gives_the_published_values(passed: int, asked: int, low: float, high: float) -> None:
    found = wilson(passed, asked)

    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(("passed", "asked"), [(0, 0), (1, 0), (3, 2), (-1, 2)])
def test_without_trials_there_is_no_rate(passed: int, asked: int) -> None:
    with pytest.raises(ValueError, match=rf"^no rate of {passed} in {asked}: at least one trial"):
        wilson(passed, asked)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_lies_between_0_and_1(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        wilson(1, 2, confidence=confidence)


@pytest.mark.parametrize(
    ("passed", "asked", "bar", "needed"),
    [(45, 57, 0.8, 5548), (57, 57, 0.8, 16), (30, 57, 0.8, 9), (4, 5, 0.8, None), (4, 5, 1.0, 1)],
)
def test_the_number_of_queries_that_would_settle_a_bar(passed: int, asked: int, bar: float, needed: int | None) -> None:
    assert queries_needed(passed, asked, bar) == needed


def test_a_tally_keeps_the_ungradable_out_of_its_rates() -> None:
    tally = Tally(total=5, asked=4, ungradable=1, passed=2, chosen=3)

    assert (tally.strict, tally.soft) == (2 / 3, 1.0)
    assert not tally.complete


def test_a_tally_of_nothing_has_no_rate_and_reaches_nothing() -> None:
    assert Tally().strict is None
    assert Tally().interval is None
    assert not Tally().reaches(0)


def test_reaching_a_target_is_exact() -> None:
    assert Tally(total=45, asked=45, passed=36).reaches(80)
    assert not Tally(total=57, asked=57, passed=45).reaches(80)


def test_tallies_add_up() -> None:
    rows = [Tally(total=2, asked=2, passed=1, chosen=2), Tally(total=3, asked=1, ungradable=1)]

    assert Tally.sum(rows) == Tally(total=5, asked=3, ungradable=1, passed=1, chosen=2)
    assert Tally.sum([]) == Tally()


def test_quantiles_lie_between_values() -> None:
    assert [quantile([1, 2, 4], part) for part in (0, 0.25, 0.5, 0.75, 1)] == [1, 1.5, 2, 3, 4]
    assert quantile([7], 0.95) == 7
