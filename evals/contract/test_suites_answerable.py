from __future__ import annotations

import pytest

from fixtures.gold_replies import gold_replies
from punie.agent.monty_runner import execute_code
from punie.evaluation import Query, grade, load_suite
from punie.evaluation.grading.attempt import read_reply
from punie.testing import SpyTools
from punie.training.contamination import too_near
from punie.training.examples.catalog import GROUPS
from punie.training.examples.grammar import seeded

NAMES = ("25", "40")
QUERIES = [pytest.param(name, query, id=query.id) for name in NAMES for query in load_suite(name).queries]
PROMPTS = tuple(query.prompt for name in NAMES for query in load_suite(name).queries)
FROM_EACH = 12  # prompts of each intent of the generators


@pytest.mark.parametrize("name", NAMES)
def test_there_are_gold_replies_to_each_query_and_no_other(name: str) -> None:
    assert list(gold_replies(name)) == [query.id for query in load_suite(name).queries]


@pytest.mark.parametrize(("name", "query"), QUERIES)
def test_a_query_is_answered_by_its_gold_replies(name: str, query: Query) -> None:
    found = grade(query, gold_replies(name)[query.id])

    assert found.strict, found.reason


@pytest.mark.parametrize("records", ["dirty", "empty"])
def test_all_gold_code_runs_to_its_end(records: str) -> None:
    tools = SpyTools.dirty() if records == "dirty" else SpyTools.empty()
    codes = [code for name in NAMES for turns in gold_replies(name).values() for text in turns for code in calls(text)]
    failed = {code: run.error for code in codes if (run := execute_code(code, tools)).error}

    assert failed == {}
    assert len(codes) > 50


@pytest.mark.slow
def test_no_prompt_is_what_a_generator_writes() -> None:
    draw = seeded("suites")
    intents = [intent for group in GROUPS.values() for intent in group]
    written = {
        turn.content
        for intent in intents
        for _ in range(FROM_EACH)
        for turn in intent.make(draw)
        if turn.role == "user"
    }
    near = {prompt: found for prompt in written if (found := too_near(prompt, PROMPTS))}

    assert near == {}


def calls(text: str) -> tuple[str, ...]:
    return read_reply(text).codes
