from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from punie.evaluation.stats import queries_needed, wilson

COUNTS = st.integers(1, 500).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked)))
BARS = st.integers(5, 95).map(lambda percent: percent / 100)


@given(COUNTS)
def test_an_interval_holds_its_rate_and_narrows_with_more_trials(counts: tuple[int, int]) -> None:
    passed, asked = counts

    narrow, wide = wilson(passed, asked), wilson(passed, asked, confidence=0.99)
    ten_times = wilson(10 * passed, 10 * asked)

    assert 0 <= wide.low <= narrow.low <= passed / asked <= narrow.high <= wide.high <= 1
    assert ten_times.high - ten_times.low < narrow.high - narrow.low


@given(COUNTS, BARS)
def test_the_queries_needed_are_the_fewest_whose_interval_leaves_the_bar_out(
    counts: tuple[int, int], bar: float
) -> None:
    passed, asked = counts
    rate = passed / asked
    assume(abs(rate - bar) > 0.02)
    needed = queries_needed(passed, asked, bar)

    assert needed is not None
    # as many whole copies of the evidence as are needed settle it, half as many queries do not
    copies = -(-needed // asked)
    narrow = wilson(copies * passed, copies * asked)
    assert not narrow.low < bar < narrow.high
    if copies > 2:
        wide = wilson(copies // 2 * passed, copies // 2 * asked)
        assert wide.low < bar < wide.high
