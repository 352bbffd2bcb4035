from __future__ import annotations

import pytest

from evals.contract.replies import outcome, query, then
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade
from punie.evaluation.grading.mentions import states
from punie.evaluation.grading.numbers import numbers_in

CALL = emit_call('r = pytest_run("tests")\nprint(f"{r.passed} passed, {r.failed} failed")')


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("There are 3 errors.", "3"),
        ("There are three errors.", "3"),
        ("Three errors.", "3"),
        ("+15 lines", "15"),
        ("-8 lines", "8"),
        ("\N{MINUS SIGN}8 lines", "8"),
        ("at src/a.py:31:7", "31"),
        ("1,204 lines", "1204"),
        ("twenty-seven lines", "27"),
        ("twenty seven lines", "27"),
        ("a hundred and four", "104"),
        ("three hundred twelve", "312"),
        ("It took 2.37 seconds.", "2.37"),
        ("(4)", "4"),
        ("**4**", "4"),
        ("lines 31-58", "58"),
        ("none of them", "0"),
        ("no errors", "0"),
        ("zero errors", "0"),
        ("4.", "4"),
    ],
)
def test_a_number_counts_in_digits_and_in_words(text: str, number: str) -> None:
    assert states(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("There are 13 errors.", "3"),
        ("There are 30 errors.", "3"),
        ("It took 3.7 seconds.", "3"),
        ("Version 3.11.7", "11"),
        ("thirteen errors", "3"),
        ("twenty-seven lines", "7"),
        ("twenty-seven lines", "20"),
        ("test_3 fails", "3"),
        ("v3", "3"),
        ("on 2025-11-03", "3"),
        ("3. Next, open the file", "3"),
        ("threefold", "3"),
        ("8c41f0e", "8"),
        ("no errors", "1"),
    ],
)
def test_a_number_is_no_part_of_another(text: str, number: str) -> None:
    assert not states(text, number)


def test_numbers_in_words_end_where_the_next_begins() -> None:
    assert sorted(numbers_in("two and three, forty five, one two")) == [1, 2, 2, 3, 45]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Two Errors were found", "error"),
        ("The tests failed", "fail"),
        ("a failing test", "fail"),
        ("it is isolated", "isolat"),
        ("she adds it", "add"),
        ("adding it", "add"),
        ("it was running", "run"),
        ("src/agent/config.py is staged", "src/agent/config.py"),
        ("see `src/agent/config.py`.", "config.py"),
        ("postroom/franking.py", "franking.py"),
        ("the rule F401", "f401"),
        ("it is  never\nused", "never used"),
        ("def blend(ratio: float)", "ratio"),
        ("by Ines Okafor.", "Ines Okafor"),
        ("__enter__ and __exit__", "__exit__"),
    ],
)
def test_a_word_counts_with_its_endings_and_in_any_case(text: str, fact: str) -> None:
    assert states(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("terror", "error"),
        ("now and nothing", "no"),
        ("the owner", "own"),
        ("without it", "with"),
        ("test_config.py", "config.py"),
        ("config.pyc", "config.py"),
        ("F4011", "F401"),
        ("never was it used", "never used"),
        ("set_up", "set up"),
        ("address", "add"),
    ],
)
def test_a_word_is_no_part_of_another(text: str, fact: str) -> None:
    assert not states(text, fact)


def summary(text: str, *mentions: str, response: str = "8 passed, 2 failed") -> tuple[str | None, str | None]:
    asked = then(query("pytest_run"), response, mentions=mentions)
    return outcome(grade(asked, [CALL, text]))


def test_each_mention_must_be_stated() -> None:
    assert summary("Two tests failed.", "2", "fail") == (None, None)
    assert summary("Two tests.", "2", "fail") == ("mentions", "wrong_fact")
    assert summary("Some tests failed.", "2", "fail") == ("mentions", "wrong_fact")


def test_either_of_two_mentions_serves() -> None:
    assert summary("Two of them broke.", "2", "fail|broke") == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "2 tests ran without failure.",
        "All 10 tests passed, 2 of them slowly; there is no failure at all.",
        "2 tests passed, 0 failed.",
        "2 tests did not fail.",
    ],
)
def test_a_fact_that_is_denied_is_not_stated(text: str) -> None:
    assert summary(text, "2", "fail") == ("mentions", "wrong_fact")


@pytest.mark.parametrize(
    "text",
    [
        "8 passed 0 skipped 2 failed",
        "No test was skipped, 2 failed.",
        "Not only 2 failures, but slow ones.",
        "2 failed; none passed",
    ],
)
def test_denying_something_else_is_no_denial(text: str) -> None:
    assert summary(text, "2", "fail") == (None, None)


def test_denying_is_stating_where_nothing_was_found() -> None:
    assert summary("There are no errors.", "no|0|zero", "error", response="0 errors") == (None, None)


def test_the_reason_names_what_is_missing() -> None:
    asked = then(query("pytest_run"), "2 failed", mentions=["2", "fail|broke"])

    found = grade(asked, [CALL, "Two tests are fine."])

    assert found.reason == "turn 2: does not state fail|broke"
    assert found.soft
