from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from evals.contract.bench_runs import SUITE, TimedModel, measured
from punie.benchmarking.measuring import measure, turns
from punie.benchmarking.memory import peak_rss
from punie.evaluation import Suite
from punie.evaluation.run import ModelSource, OnTurn, Sample
from punie.evaluation.speed import Spread
from punie.evaluation.suite import Query
from punie.testing import ScriptedModel


def test_the_first_query_is_reported_apart_and_counts_in_no_other_figure() -> None:
    speed = measured(TimedModel(warm_up=100)).speed

    assert speed.warm_up_seconds == 100
    assert (speed.alone.count, speed.alone.mean, speed.alone.maximum) == pytest.approx((3, 3, 6))
    assert speed.batch.maximum == 6


def test_every_round_asks_each_query_alone_before_all_are_asked_together() -> None:
    model = TimedModel()
    found = measured(model, rounds=2)
    one_by_one = [("sky",), ("grass",), ("types",)]

    assert model.asked == [("sky",), *one_by_one, *one_by_one, *2 * [("sky", "grass", "types")]]
    assert found.speed.rounds == 2
    assert found.queries["grass"].alone == pytest.approx((2, 2))
    assert found.speed.alone.count == 6


def test_times_are_told_by_category_too() -> None:
    speed = measured().speed

    assert {name: own.mean for name, own in speed.categories.items()} == pytest.approx({"words": 1.5, "calls": 6})
    assert {name: own.count for name, own in speed.batch_categories.items()} == {"words": 2, "calls": 1}


def test_a_batch_counts_as_a_whole() -> None:
    speed = measured(rounds=2).speed

    assert speed.batch_seconds == pytest.approx(4.5)
    assert speed.batch_tokens_per_second == pytest.approx((6 + 16 + 56) / 4.5)


def test_reading_and_writing_have_a_pace_each() -> None:
    speed = measured().speed

    assert speed.first_token is not None
    assert speed.first_token.median == 0.5
    assert speed.prompt_tokens_per_second == pytest.approx(300 / 1.5)
    assert speed.tokens_per_second == pytest.approx(10)


def test_what_the_model_tells_of_itself_is_taken_over() -> None:
    speed = measured().speed

    assert (speed.load_seconds, speed.size_bytes) == (0.25, 3_400_000)
    assert speed.peak_memory_bytes == {"load": 90_000_000, "alone": 90_000_000, "batch": 90_000_000}
    assert speed.facts == {"device": "cpu", "evaluated_as": "float32", "mlx": "0.32.4"}


def test_a_model_that_tells_nothing_is_measured_all_the_same() -> None:
    model = TimedModel(facts={})

    def load() -> TimedModel:
        model.now += 3
        return model

    speed = measure(load, [SUITE], clock=model.clock).speed

    assert speed.load_seconds == 3
    assert (speed.size_bytes, speed.peak_memory_bytes) == (None, {})
    assert speed.memory_bytes == speed.peak_rss_bytes


def test_a_fast_wrong_model_shows() -> None:
    found = measured(TimedModel(seconds={"types": 0.6}, replies={"types": "Sure, I will."}))

    assert (found.speed.passed, found.speed.passed_in_batch, found.speed.graded) == (2, 2, 3)
    assert (found.queries["types"].strict, found.queries["types"].label) == (False, "no_call")


def test_replies_that_a_batch_changes_are_named() -> None:
    class Fickle(TimedModel):
        def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
            if len(queries) > 1:
                self._replies = self._replies | {"grass": "It is red."}
            return super().samples(queries, on_turn)

    speed = measured(Fickle()).speed

    assert speed.differing == ("grass",)
    assert (speed.passed, speed.passed_in_batch) == (3, 2)


def test_every_reply_is_announced() -> None:
    rows = [
        {"id": "a", "category": "c", "prompt": "First", "expect": {"tools": []}},
        {
            "id": "b",
            "category": "c",
            "prompt": "Second",
            "expect": {"tools": []},
            "then": [{"tool_response": {"text": "done"}, "expect": {"tools": []}}],
        },
    ]
    suite = Suite("two", tuple(map(Query.model_validate, rows)), digest="ab" * 32)
    source = ModelSource(ScriptedModel(lambda _prompt: "Yes, indeed."), lambda turns: turns[-1]["content"])
    announced = []
    measure(lambda: source, [suite], rounds=2, on_turn=lambda: announced.append(1))

    assert len(announced) == turns([suite], 2) == 13


def test_the_identity_is_that_of_the_model_and_the_queries() -> None:
    other = Suite("own", SUITE.queries, digest="cd" * 32)

    assert measured().identity == measured(TimedModel(seconds={"sky": 9})).identity
    assert measured().identity != measured(TimedModel("other")).identity
    assert measured().identity != measured(suite=other).identity


def test_a_spread_tells_how_times_are_distributed() -> None:
    spread = Spread.of(range(101))

    assert (spread.minimum, spread.p25, spread.median, spread.p75, spread.p90, spread.p95) == (0, 25, 50, 75, 90, 95)
    with pytest.raises(ValueError, match="at least one is wanted"):
        Spread.of([])


def test_the_peak_of_the_process_is_at_least_what_it_holds_now() -> None:
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        pytest.skip("this system tells no memory in use to compare with")
    held = int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    peak = peak_rss()

    assert peak is not None
    assert held <= peak < 100 * held
