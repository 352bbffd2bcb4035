from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from evals.contract.acceptances import GATE, bad, good, query, suite
from punie.evaluation import Acceptance, Graded, Query, RunFacts
from punie.evaluation.acceptance import put_on_record, query_result
from punie.evaluation.models import Answer, MlxModel
from punie.evaluation.models.protocol import Fact
from punie.evaluation.repeated import RepeatedSource
from punie.evaluation.run import OnTurn, Sample

MISS = bad("gate", "no_call", "answers in words")


class Counting:
    """A source whose reply to a query is the number of the round."""

    name = "counting"
    identity: Mapping[str, str] = {"weights": "ab"}
    facts: Mapping[str, Fact] = {"temperature": 0.7}

    def __init__(self) -> None:
        self.rounds = 0

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        self.rounds += 1
        for _ in queries:
            on_turn()
        return {own.id: ((Answer(str(self.rounds)),),) for own in queries}


def record(*verdicts: str) -> Acceptance:
    """The record of the suite's queries, each with samples of which + passes."""
    samples: dict[str, list[Graded]] = {
        own.id: [good() if one == "+" else MISS for one in drawn]
        for own, drawn in zip(suite().queries, verdicts, strict=True)
    }
    results = {own.id: query_result(own, samples[own.id]) for own in suite().queries}
    return put_on_record([suite()], results, GATE, RunFacts())


def test_every_query_is_asked_as_often_as_wanted() -> None:
    turns: list[None] = []
    found = RepeatedSource(Counting(), 3).samples([query("a", "c"), query("b", "c")], lambda: turns.append(None))

    assert [sample[0].text for sample in found["b"]] == ["1", "2", "3"]
    assert len(turns) == 6


def test_the_number_of_samples_is_a_fact_of_the_source() -> None:
    assert RepeatedSource(Counting(), 3).facts == {"temperature": 0.7, "samples": 3}


def test_a_query_passes_when_all_of_its_samples_do() -> None:
    found = record("+++", "++-", "+++", "---", "+++")

    assert [result.strict for result in found.queries.values()] == [True, False, True, False, True]
    assert found.overall.strict == 0.6
    assert found.queries["words-2"].label == "no_call"


def test_every_sample_is_kept() -> None:
    samples = record("++-", "+++", "+++", "+++", "+++").queries["words-1"].samples

    assert [sample.strict for sample in samples] == [True, True, False]
    assert all(sample.replies == ("reply",) for sample in samples)


def test_pass_at_k_and_pass_all_k_are_means_over_the_queries() -> None:
    sampling = record("+++", "++-", "+++", "---", "+++").sampling

    assert sampling is not None
    assert sampling.samples == 3
    assert sampling.pass_at == pytest.approx({1: 11 / 15, 2: 0.8, 3: 0.8})
    assert sampling.pass_all == pytest.approx({1: 11 / 15, 2: (3 + 1 / 3) / 5, 3: 0.6})


def test_flaky_queries_are_listed_with_their_rate() -> None:
    sampling = record("+++", "++-", "+++", "---", "+++").sampling

    assert sampling is not None
    assert sampling.flips == pytest.approx({"words-2": 2 / 3})
    assert sampling.flip_rate == pytest.approx(2 / 15)


def test_the_estimates_go_as_far_as_the_query_with_the_fewest_samples() -> None:
    sampling = record("+++++", "++", "+++", "+++", "+++").sampling

    assert sampling is not None
    assert list(sampling.pass_at) == [1, 2]


def test_one_sample_of_each_query_repeats_nothing() -> None:
    found = record("+", "+", "-", "+", "+")

    assert found.sampling is None
    assert found.queries["words-1"].samples == ()


def test_a_model_draws_other_replies_above_temperature_0(tiny_model: Path) -> None:
    prompts = ["Where is the loom that the weavers left?"]
    hot = MlxModel(tiny_model, max_tokens=12, temperature=1.5)
    drawn = [hot.answer(prompts)[0].text for _ in range(3)]
    again = MlxModel(tiny_model, max_tokens=12, temperature=1.5)

    assert len(set(drawn)) > 1
    assert [again.answer(prompts)[0].text for _ in range(3)] == drawn
    assert (hot.facts["temperature"], hot.facts["seed"]) == (1.5, 42)


def test_a_greedy_model_repeats_itself(tiny_model: Path) -> None:
    cold = MlxModel(tiny_model, max_tokens=12)
    prompts = ["Where is the loom that the weavers left?"]

    assert cold.answer(prompts)[0].text == cold.answer(prompts)[0].text
    assert (cold.facts["temperature"], cold.facts["seed"]) == (0.0, None)
