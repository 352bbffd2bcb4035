from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from punie.evaluation import Query, Suite
from punie.evaluation.live import LiveSource
from punie.evaluation.measuring import measure
from punie.evaluation.models.protocol import Answer, Fact, OnReply
from punie.evaluation.repeated import RepeatedSource
from punie.evaluation.run import ModelSource


class Unreliable:
    """A model whose server is gone as often as it is told, whenever the end of a prompt is asked."""

    name = "unreliable"
    identity: Mapping[str, str] = {}
    facts: Mapping[str, Fact] = {}

    def __init__(self, end: str, failures: int = 1000) -> None:
        self.prompts: list[str] = []
        self._end = end
        self._failures = failures

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        del draws, on_reply
        self.prompts += prompts
        return [self._answer(prompt) for prompt in prompts]

    def _answer(self, prompt: str) -> Answer:
        if prompt.endswith(self._end) and self._failures:
            self._failures -= 1
            return Answer("", failure="the server is gone")
        return Answer("The sky is blue, of course.", 2.0)


def asked(name: str, *, turns: int = 1) -> Query:
    expect = {"tools": [], "mentions": ["blue"]}
    then = [{"tool_response": {"text": "sent"}, "expect": expect}] * (turns - 1)
    return Query.model_validate({"id": name, "category": "sky", "prompt": name, "expect": expect, "then": then})


def last(turns: Sequence[Mapping[str, str]]) -> str:
    return turns[-1]["content"]


def suites(*queries: Query) -> tuple[Suite, ...]:
    return (Suite("rows", queries, "digest"),)


def test_a_query_without_reply_has_no_verdict_and_the_others_have_theirs() -> None:
    source = ModelSource(Unreliable("gone"), last)
    found = measure(suites(asked("here"), asked("gone")), {"here", "gone"}, lambda: source).results

    assert found["here"].strict is True
    assert (found["gone"].strict, found["gone"].soft, found["gone"].label) == (None, None, None)
    assert found["gone"].reason == "the server is gone"
    assert found["gone"].seconds is None


def test_no_turn_is_asked_after_one_without_reply_and_earlier_replies_stay() -> None:
    model = Unreliable("sent")
    source = ModelSource(model, last)
    found = measure(suites(asked("q", turns=3)), {"q"}, lambda: source).results["q"]

    assert model.prompts == ["q", "sent"]
    assert found.replies == ("The sky is blue, of course.",)
    assert found.strict is None


def test_one_sample_without_reply_leaves_the_query_without_verdict() -> None:
    source = RepeatedSource(ModelSource(Unreliable("q", failures=1), last), 3)
    found = measure(suites(asked("q")), {"q"}, lambda: source).results["q"]

    assert found.strict is None
    assert [sample.strict for sample in found.samples] == [None, True, True]


@pytest.mark.parametrize("turns", [1, 2])
def test_an_agent_loop_ends_without_verdict_when_no_reply_comes(tmp_path: Path, turns: int) -> None:
    model = Unreliable("q")
    found = measure(suites(asked("q", turns=turns)), {"q"}, lambda: LiveSource(model, last, tmp_path)).results["q"]

    assert model.prompts == ["q"]
    assert found.strict is None
    assert found.reason == "the server is gone"
