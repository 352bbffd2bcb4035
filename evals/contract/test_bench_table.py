from __future__ import annotations

from datetime import UTC, datetime

from syrupy.assertion import SnapshotAssertion

from evals.contract.bench_runs import TimedModel, measured
from punie.benchmarking.bars import check_bars
from punie.benchmarking.comparison import compare
from punie.benchmarking.records import BenchReport, ModelBench
from punie.benchmarking.table import bench_table
from punie.evaluation.gate import Bench

BARS = Bench(seconds_mean=5, seconds_rise=20, memory_gb=0.05)
HOSTILE = "\x1b[31m[bold]evil\n| model"


def fixed(model: TimedModel) -> ModelBench:
    """A measurement without what differs between machines."""
    found = measured(model)
    return found.model_copy(update={"speed": found.speed.model_copy(update={"peak_rss_bytes": 160_000_000})})


def report(*models: TimedModel, then: TimedModel | None = None, bars: Bench = BARS, **more: object) -> BenchReport:
    found = [fixed(model) for model in models]
    earlier = [] if then is None else [compare(model, fixed(then), "0001_bench_nano") for model in found]
    beside = {each.model: each for each in earlier if each is not None}
    return BenchReport.model_validate(
        {
            "at": datetime(2026, 3, 1, tzinfo=UTC).isoformat(),
            "machine": {"system": "Linux", "machine": "x86_64", "cpu": "A CPU", "cores": 2},
            "suites": {"own": "ab"},
            "models": found,
            "beside": tuple(beside.values()),
            "bars": {model.speed.name: check_bars(model, beside.get(model.speed.name), bars) for model in found},
            **more,
        }
    )


def test_one_model_beside_an_earlier_run(snapshot: SnapshotAssertion) -> None:
    assert bench_table(report(TimedModel(seconds={"sky": 2.0}), then=TimedModel())) == snapshot


def test_two_models_side_by_side(snapshot: SnapshotAssertion) -> None:
    fast_and_wrong = TimedModel("mini", seconds={"types": 0.75}, replies={"types": "Sure, I will."})

    assert bench_table(report(TimedModel(), fast_and_wrong, bars=Bench())) == snapshot


def test_verbose_shows_every_query(snapshot: SnapshotAssertion) -> None:
    wrong = TimedModel(replies={"types": "Sure, I will."})

    assert bench_table(report(wrong, bars=Bench()), verbosity=1) == snapshot


def test_quiet_shows_what_is_missed_and_a_line_on_each_model(snapshot: SnapshotAssertion) -> None:
    found = report(TimedModel(), failed={"mini": "the process that measured it ended with status 1"})

    assert bench_table(found, verbosity=-1) == snapshot


def test_no_name_steers_the_terminal() -> None:
    text = bench_table(report(TimedModel(HOSTILE), then=TimedModel("other")), verbosity=1)

    assert "\x1b" not in text
    assert "[bold]evil" in text


def test_colours_are_for_terminals_alone() -> None:
    assert "\x1b[32mreached" in bench_table(report(TimedModel()), colour=True)
    assert "\x1b" not in bench_table(report(TimedModel()))


def test_nothing_measured_is_told() -> None:
    text = bench_table(report(failed={"mini": "no memory"}))

    assert text == "mini could not be measured: no memory\n"
