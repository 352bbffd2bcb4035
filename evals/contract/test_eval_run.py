from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from punie.evaluation import Query, Suite
from punie.evaluation.run import EvalRun, ModelSource
from punie.testing import ScriptedModel

FIRST = {"tools": [], "mentions": ["blue"]}


def query(name: str, *later: str) -> Query:
    """A query whose later turns show the given texts and want them mentioned."""
    then = [{"tool_response": {"text": text}, "expect": {"tools": [], "mentions": [text]}} for text in later]
    data = {"id": name, "category": "words", "prompt": f"What about {name}?", "expect": FIRST, "then": then}
    return Query.model_validate(data)


def last_turn(turns: Sequence[Mapping[str, str]]) -> str:
    return turns[-1]["content"]


def whole(turns: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns)


QUERIES = (query("sky"), query("sea", "seven"), query("sand", "eight", "nine"))
SCRIPT = {
    "sky": "It is blue.",
    "sea": "Blue as well.",
    "sand": "Not blue.",
    "seven": "There are seven.",
    "eight": "Eight.",
}


def run_of(model: ScriptedModel, render: object = last_turn) -> EvalRun:
    source = ModelSource(model, render)  # type: ignore[arg-type]
    return EvalRun([Suite("words", QUERIES, "")], lambda: source)


def test_each_turn_of_all_queries_is_one_batch() -> None:
    model = ScriptedModel(SCRIPT | {"nine": "Nine."})
    run_of(model).ask({"sky", "sea", "sand"})

    assert model.batches == [
        ("What about sky?", "What about sea?", "What about sand?"),
        ("seven", "eight"),
        ("nine",),
    ]


def test_a_later_prompt_holds_the_replies_and_the_recorded_results() -> None:
    model = ScriptedModel(SCRIPT)
    run_of(model, whole).ask({"sea"})

    assert model.batches[1] == ("user: What about sea?\nassistant: Blue as well.\ntool: seven",)


def test_only_the_wanted_queries_are_asked() -> None:
    model = ScriptedModel(SCRIPT)
    run = run_of(model)
    run.ask({"sky"})

    assert model.batches == [("What about sky?",)]
    assert run.was_asked("sky")
    assert not run.was_asked("sea")


def test_every_turn_is_announced() -> None:
    turns: list[None] = []
    run_of(ScriptedModel(SCRIPT)).ask({"sky", "sea"}, lambda: turns.append(None))

    assert len(turns) == 3


def test_the_model_is_opened_when_the_first_query_is_asked() -> None:
    opened: list[str] = []

    def source() -> ModelSource:
        opened.append("now")
        return ModelSource(ScriptedModel(SCRIPT), last_turn)

    run = EvalRun([Suite("words", QUERIES, "")], source)

    assert not opened
    run.ask({"sky"})
    assert opened == ["now"]


def test_replies_and_their_grade_belong_together() -> None:
    run = run_of(ScriptedModel(SCRIPT))
    run.ask({"sea"})
    graded = run.graded("sea")

    assert graded.replies == ("Blue as well.", "There are seven.")
    assert graded.grade.strict


@pytest.mark.parametrize("reply", ["It is green.", ""])
def test_a_wrong_reply_is_not_passed(reply: str) -> None:
    run = run_of(ScriptedModel({"sky": reply}))
    run.ask({"sky"})

    assert not run.graded("sky").grade.strict
    assert run.graded("sky").grade.gradable
