from __future__ import annotations

import pytest

from evals.contract.replies import graded_words, outcome, query, then
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade

SENTENCE = "A fixture is a function that prepares what a test needs"
RESPONSE = "3 files\nmodified staged src/agent/config.py\nuntracked not staged docs/notes.md"
CALL = emit_call('print(git_status(".").file_count)')


@pytest.mark.parametrize(
    "text",
    [
        "asdf qwer zxcv uiop hjkl test",
        "fixture fixture test test setup setup",
        "ribbon zephyr quartz onyx fixture bramble test sphinx",
        "def return import class lambda test fixture yield raise",
    ],
)
def test_gibberish_is_no_answer_even_with_the_right_words(text: str) -> None:
    assert outcome(graded_words(text, "test", "fixture|setup")) in {
        ("sanity", "empty"),
        ("mentions", "wrong_fact"),
    }


@pytest.mark.parametrize(
    "text",
    [
        f"{SENTENCE}. {'It is good. ' * 5}",
        f"{SENTENCE} {'test ' * 8}",
        f"{SENTENCE}\n" * 5,
        f"{SENTENCE} {'and so on and ' * 40}",
    ],
)
def test_an_endless_reply_is_a_repetition(text: str) -> None:
    assert outcome(graded_words(text)) == ("sanity", "repetition")


@pytest.mark.parametrize(
    "text",
    [
        "The test calls the fixture, the fixture calls the setup, and the setup calls the test. So the test is ready.",
        "The codes of the fixture are E501, E501, E501, E501, E501, F401 and W291.",
    ],
)
def test_a_word_that_comes_often_is_no_repetition(text: str) -> None:
    assert outcome(graded_words(text)) == (None, None)


def test_the_same_call_again_and_again_is_a_repetition() -> None:
    assert outcome(grade(query("git_status"), [CALL * 3])) == (None, None)
    assert outcome(grade(query("git_status"), [CALL * 4])) == ("sanity", "repetition")


@pytest.mark.parametrize("end", [" and the", ", because", " (", " of a", ","])
def test_an_answer_that_breaks_off_is_truncated(end: str) -> None:
    assert outcome(graded_words(SENTENCE + end)) == ("sanity", "truncated")


def test_an_answer_that_breaks_off_in_a_fence_is_truncated() -> None:
    assert outcome(graded_words(f"{SENTENCE}:\n\n```python\n@pytest.fixture\ndef us")) == ("sanity", "truncated")


@pytest.mark.parametrize("end", ["", ".", ":\n\n```python\nx = 1\n```", "\n- one\n- two"])
def test_an_answer_may_end_without_a_full_stop(end: str) -> None:
    assert outcome(graded_words(SENTENCE + end)) == (None, None)


@pytest.mark.parametrize(
    "text", ["Fixtures prepare tests; fixture functions yield values.", "A fixture prepares tests."]
)
def test_a_short_answer_needs_few_little_words(text: str) -> None:
    assert outcome(graded_words(text)) == (None, None)


@pytest.mark.parametrize("text", ["What is a fixture?", "what is a fixture", "What is a fixture? "])
def test_an_echo_of_the_prompt_is_no_answer(text: str) -> None:
    found = graded_words(text, "fixture")

    assert outcome(found) == ("sanity", "repetition")
    assert found.reason == "repeats the prompt"


def test_an_echo_of_the_prompt_is_no_call() -> None:
    asked = query("git_status", prompt="What is the state of my working copy?")

    assert outcome(grade(asked, [asked.prompt])) == ("gate", "no_call")


@pytest.mark.parametrize("text", [RESPONSE, RESPONSE.replace("\n", " "), f"{RESPONSE}."])
def test_an_echo_of_the_tool_response_is_no_summary(text: str) -> None:
    asked = then(query("git_status"), RESPONSE, mentions=["3", "docs/notes.md"])

    found = grade(asked, [CALL, text])

    assert outcome(found) == ("sanity", "repetition")
    assert found.reason == "turn 2: repeats the tool response instead of summing it up"


def test_a_summary_in_few_words_is_sound() -> None:
    asked = then(query("git_status"), RESPONSE, mentions=["3", "docs/notes.md"])

    found = grade(asked, [CALL, "Files: 3. Staged: src/agent/config.py. Untracked: docs/notes.md"])

    assert outcome(found) == (None, None)


def test_gibberish_after_a_response_without_mentions_is_no_answer() -> None:
    asked = then(query("git_status"), RESPONSE)

    assert outcome(grade(asked, [CALL, "ribbon zephyr quartz onyx bramble sphinx"])) == ("sanity", "empty")
