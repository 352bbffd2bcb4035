from __future__ import annotations

import pytest

from evals.contract.bench_runs import FACTS, SUITE, TimedModel, measured
from punie.benchmarking.bars import check_bars
from punie.benchmarking.comparison import compare, counterpart, figures
from punie.benchmarking.records import Beside, FigureName, ModelBench
from punie.evaluation import Suite
from punie.evaluation.gate import Bench

SLOW = {"sky": 2.0, "grass": 4.0, "types": 12.0}
WRONG = "Nobody has ever found that out, although many people have tried to."


def beside(now: ModelBench, then: ModelBench) -> Beside:
    found = compare(now, then, "0001_bench_nano")
    assert found is not None
    return found


def part(*names: str) -> Suite:
    return Suite("part", tuple(query for query in SUITE.queries if query.id in names), digest="ef" * 32)


def state(bars: Bench, figure: FigureName, then: ModelBench | None = None) -> bool | None:
    model = measured()
    return check_bars(model, None if then is None else beside(model, then), bars)[figure].met


def test_queries_are_compared_one_with_itself() -> None:
    found = beside(measured(TimedModel(seconds=SLOW)), measured())

    assert found.queries == 3
    assert found.ratio == pytest.approx(2)
    assert found.interval == pytest.approx((2, 2))
    assert found.changes["seconds"].percent == pytest.approx(100)


def test_a_single_slow_query_widens_the_interval() -> None:
    found = beside(measured(TimedModel(seconds={"sky": 4.0})), measured())

    assert found.ratio == pytest.approx(4 ** (1 / 3))
    assert found.interval.low == pytest.approx(1)
    assert found.interval.high > 2


def test_only_queries_of_both_runs_are_compared() -> None:
    found = beside(measured(suite=part("sky", "grass")), measured(TimedModel(seconds={"types": 60.0})))

    assert found.queries == 2
    assert found.changes["seconds"].percent == pytest.approx(0)
    assert "1 queries that only one of the two was asked are left out" in found.notes


def test_runs_without_a_common_query_are_not_compared() -> None:
    assert compare(measured(suite=part("sky")), measured(suite=part("types")), "other.json") is None


def test_verdicts_that_changed_are_named() -> None:
    worse = measured(TimedModel(replies={"sky": WRONG}))

    assert beside(worse, measured()).lost == ("sky",)
    assert beside(measured(), worse).gained == ("sky",)


def test_another_engine_is_told() -> None:
    now = measured(TimedModel(facts={**FACTS, "mlx": "0.33.0"}))

    assert beside(now, measured()).notes == ("mlx: 0.32.4 then, 0.33.0 now",)
    assert beside(now, now).notes == ()


def test_the_same_model_is_compared_before_one_of_its_name() -> None:
    retrained, other = measured(TimedModel(replies={"sky": WRONG})), measured(TimedModel("other"))

    assert counterpart(measured(), [other, retrained, measured()]) == measured()
    assert counterpart(measured(), [other, retrained]) == retrained
    assert counterpart(measured(), [other]) is None
    assert counterpart(measured(), [other], only=True) == other


def test_figures_that_were_not_measured_are_left_out() -> None:
    assert set(figures(measured())) == {"load", "seconds", "tokens", "memory", "size"}
    assert "size" not in figures(measured(TimedModel(facts={})))


@pytest.mark.parametrize(
    ("bars", "figure", "met"),
    [
        (Bench(load_seconds=0.25), "load", True),
        (Bench(load_seconds=0.24), "load", False),
        (Bench(seconds_mean=3.001), "seconds", True),
        (Bench(seconds_mean=2.9), "seconds", False),
        (Bench(tokens_per_second=9.9), "tokens", True),
        (Bench(tokens_per_second=11), "tokens", False),
        (Bench(memory_gb=0.09), "memory", True),
        (Bench(memory_gb=0.08), "memory", False),
        (Bench(size_gb=0.0035), "size", True),
        (Bench(size_gb=0.003), "size", False),
    ],
)
def test_a_figure_beyond_its_bar_is_missed(bars: Bench, figure: FigureName, *, met: bool) -> None:
    lines = check_bars(measured(), None, bars)

    assert lines[figure].met is met
    assert {line.met for name, line in lines.items() if name != figure} == {None}


@pytest.mark.parametrize(
    ("bars", "figure", "met"),
    [
        (Bench(seconds_rise=20), "seconds", True),
        (Bench(seconds_rise=9), "seconds", False),
        (Bench(tokens_per_second_drop=1), "tokens", True),
        (Bench(memory_rise=60), "memory", True),
        (Bench(memory_rise=40), "memory", False),
    ],
)
def test_a_change_beyond_its_bar_is_missed(bars: Bench, figure: FigureName, *, met: bool) -> None:
    faster = TimedModel(seconds={"types": 5.1}, facts={**FACTS, "peak_memory_bytes": 60_000_000})

    assert state(bars, figure, measured(faster)) is met


def test_a_drop_in_the_pace_is_missed() -> None:
    now = measured()
    then = now.model_copy(update={"speed": now.speed.model_copy(update={"tokens_per_second": 12.0})})

    assert state(Bench(tokens_per_second_drop=10), "tokens", then) is False
    assert state(Bench(tokens_per_second_drop=20), "tokens", then) is True


def test_without_a_stored_run_a_change_is_not_measured() -> None:
    line = check_bars(measured(), None, Bench(seconds_rise=10))["seconds"]

    assert (line.met, line.reason) == (None, "not compared: no stored run of this model tells it")


def test_a_miss_says_both_figures() -> None:
    model = measured()
    found = check_bars(model, beside(model, measured(TimedModel(seconds={"types": 3.0}))), Bench(seconds_rise=10))

    assert found["seconds"].reason == (
        "3 s after 2 s (+50 %, 0001_bench_nano): less than 10 % above the stored run wanted"
    )
