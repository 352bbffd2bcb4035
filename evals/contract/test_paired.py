from __future__ import annotations

import pytest

from punie.evaluation.paired import bootstrap, detectable_change, fewest_discordant, mcnemar


@pytest.mark.parametrize(
    ("lost", "gained", "p_value"),
    [(0, 0, 1.0), (0, 5, 0.0625), (0, 6, 0.03125), (1, 8, 0.0390625), (5, 1, 0.21875), (7, 7, 1.0), (2, 12, 0.012939)],
)
def test_mcnemar_is_the_exact_binomial_test(lost: int, gained: int, p_value: float) -> None:
    assert mcnemar(lost, gained) == pytest.approx(p_value, abs=1e-6)


def test_mcnemar_stands_large_counts() -> None:
    assert mcnemar(5_000, 5_000) == 1.0
    assert mcnemar(4_000, 6_000) < 1e-80


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="counts of queries cannot be negative, got -1 and 2"):
        mcnemar(-1, 2)


@pytest.mark.parametrize(("significance", "fewest"), [(0.05, 6), (0.01, 8), (0.5, 3)])
def test_a_claim_needs_some_discordant_queries(significance: float, fewest: int) -> None:
    assert fewest_discordant(significance) == fewest
    assert mcnemar(0, fewest) < significance <= mcnemar(0, fewest - 1)


@pytest.mark.parametrize("significance", [0, 1, 5])
def test_a_significance_is_a_probability(significance: float) -> None:
    with pytest.raises(ValueError, match="a significance must lie between 0 and 1"):
        fewest_discordant(significance)


def test_the_bootstrap_repeats_itself_and_holds_the_mean() -> None:
    differences = [1.0] * 3 + [-1.0] * 9 + [0.0] * 45
    low, high = bootstrap(differences)

    assert (low, high) == bootstrap(differences)
    assert low < -6 / 57 < high


def test_equal_results_leave_no_doubt() -> None:
    assert bootstrap([0.0] * 20) == (0, 0)


def test_without_common_queries_there_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="no differences to draw from: at least one query is wanted"):
        bootstrap([])


@pytest.mark.parametrize(
    ("rate", "queries", "change"),
    [(0.9, 57, 0.210), (0.8, 57, 0.243), (0.95, 57, 0.180), (0.8, 200, 0.123), (0.9, 200, 0.100), (0.1, 57, 0.210)],
)
def test_the_detectable_change_has_the_size_that_tables_of_power_give(rate: float, queries: int, change: float) -> None:
    assert detectable_change(rate, queries) == pytest.approx(change, abs=0.001)


@pytest.mark.parametrize(("rate", "queries"), [(0.5, 0), (-0.1, 5), (1.1, 5)])
def test_no_change_without_a_rate(rate: float, queries: int) -> None:
    with pytest.raises(ValueError, match="no change of a rate of"):
        detectable_change(rate, queries)


def test_a_single_query_shows_no_change_at_all() -> None:
    assert detectable_change(1, 1) is None
