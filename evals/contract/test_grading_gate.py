from __future__ import annotations

import pytest

from evals.contract.replies import graded_words, outcome, query
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade

CALL = emit_call('print(typecheck("src").error_count)')
ANSWER = "A fixture is a function that prepares what a test needs, and pytest hands its value to the test."
PROMISES = [
    "I'll run the type checker.",
    "I will check the types for you now.",
    "Sure! Let me look at the files first.",
    "Okay, I'm going to run the tests.\nOne moment.",
    "Let me search for that symbol.\n\nI'll use the workspace_symbols tool.",
    "Checking the types now...",
    "I\N{RIGHT SINGLE QUOTATION MARK}ll run the type checker.",
]


def test_a_call_is_right_where_a_tool_is_expected() -> None:
    assert outcome(grade(query("typecheck"), [CALL])) == (None, None)


def test_an_answer_is_right_where_no_tool_is_expected() -> None:
    assert outcome(graded_words(ANSWER)) == (None, None)


def test_words_instead_of_a_call_are_no_call() -> None:
    found = grade(query("typecheck"), ["There are no type errors in the services package."])

    assert outcome(found) == ("gate", "no_call")
    assert not found.soft


def test_a_call_instead_of_words_is_one_too_many() -> None:
    found = graded_words(f"{ANSWER}\n{CALL}")

    assert outcome(found) == ("gate", "called_when_should_not")
    assert not found.soft


@pytest.mark.parametrize("text", PROMISES)
def test_a_promise_is_neither_call_nor_answer(text: str) -> None:
    assert outcome(grade(query("typecheck"), [text])) == ("gate", "promise_only")
    assert outcome(graded_words(text)) == ("gate", "promise_only")


@pytest.mark.parametrize(
    "text",
    [
        "Let me explain: a fixture is a function that prepares what a test needs.",
        "I would use a dataclass, because its fields are typed and have names.",
        "I'll sum it up: there is one error, and it is in the first line of the file.",
        "Running tests in one process each keeps them apart from each other.",
        "Of course. A fixture prepares what a test needs. Let me know if you want an example.",
    ],
)
def test_an_answer_that_begins_like_a_promise_is_an_answer(text: str) -> None:
    assert outcome(graded_words(text)) == (None, None)


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_reply_is_empty_whatever_is_expected(text: str) -> None:
    assert outcome(grade(query("typecheck"), [text])) == ("gate", "empty")
    assert outcome(graded_words(text)) == ("gate", "empty")


@pytest.mark.parametrize("text", ["```python\nprint(typecheck('src'))\n```", "...", "```text\nwords\n```"])
def test_an_answer_without_words_outside_a_fence_is_empty(text: str) -> None:
    assert outcome(graded_words(text)) == ("gate", "empty")


def test_an_example_in_a_fence_is_no_call_where_words_are_expected() -> None:
    text = f"{ANSWER}\n\n```python\n@pytest.fixture\ndef user():\n    return User()\n```"

    assert outcome(graded_words(text)) == (None, None)


def test_a_tag_in_a_sentence_is_no_call() -> None:
    text = "Both are called from code inside a <tool_call> block, and each returns a list of symbols."

    assert outcome(graded_words(text)) == (None, None)


@pytest.mark.parametrize("end", ["", "print(1)", "print(1)\n</parameter>"])
def test_a_call_that_breaks_off_is_still_a_call_where_words_are_expected(end: str) -> None:
    found = graded_words(f"{ANSWER}\n<tool_call>\n<function=execute_code>\n<parameter=code>\n{end}")

    assert outcome(found) == ("gate", "called_when_should_not")


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>\n<function=\n</tool_call>",
        '<tool_call>\n{"name": "execute_code", "arguments": \n</tool_call>',
    ],
)
def test_a_broken_call_is_no_correct_refusal(text: str) -> None:
    found = graded_words(text)

    assert outcome(found) == ("gate", "malformed")
    assert not found.soft
