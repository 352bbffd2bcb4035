from __future__ import annotations

import pytest

from evals.contract.replies import outcome, query, then
from punie.agent.tool_calls import emit_call
from punie.evaluation import grade
from punie.evaluation.grading.claims import contradiction

TESTS = "8 passed, 2 failed\ntests/test_config.py::test_load\ntests/test_app.py::test_start"
RECORD = "TestResult(success=False, passed=8, failed=2, errors=0, skipped=1, duration=0.4, tests=[], parse_error=None)"
TYPES = "TypeCheckResult(success=False, error_count=3, warning_count=1, errors=[], parse_error=None)"
LINT = "RuffResult(success=False, violation_count=4, fixable_count=3, violations=[], parse_error=None)"
CLEAN = "TypeCheckResult(success=True, error_count=0, warning_count=0, errors=[], parse_error=None)"
DIFF = "GitDiffResult(success=True, file_count=2, additions=27, deletions=4, files=[], parse_error=None)"


@pytest.mark.parametrize("response", [TESTS, RECORD])
@pytest.mark.parametrize(
    "text",
    [
        "8 tests passed and 2 failed.",
        "Two tests failed, the other eight passed.",
        "2 of the 10 tests failed.",
        "Not all tests passed: 2 failed.",
        "There are 10 tests; 2 failures.",
        "Of ten tests, 8 passed. Failing: test_load and test_start, i.e. two.",
    ],
)
def test_an_answer_that_agrees_is_no_contradiction(text: str, response: str) -> None:
    assert contradiction(text, response) is None


@pytest.mark.parametrize("response", [TESTS, RECORD])
@pytest.mark.parametrize(
    "text",
    [
        "10 tests passed, 2 were slow.",
        "2 tests passed, 8 failed.",
        "All 10 tests passed, 2 of them slowly.",
        "All tests pass.",
        "There were no failures.",
        "Five tests failed.",
        "8 passed, none skipped, zero failed.",
    ],
)
def test_an_answer_with_other_counts_is_a_contradiction(text: str, response: str) -> None:
    assert contradiction(text, response) is not None


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("There are three type errors and one warning.", TYPES),
        ("Two errors are in a.py and one error in b.py, 3 in all.", TYPES),
        ("3 errors; no errors in tests.", TYPES),
        ("error on line 31, errors on lines 40 and 58: three", TYPES),
        ("ruff found 4 violations; 3 fixable violations can be repaired.", LINT),
        ("3 of the 4 violations are fixable.", LINT),
        ("No errors, no warnings.", CLEAN),
        ("It adds 27 lines and removes 4 lines in 2 files.", DIFF),
        ("27 insertions, 4 deletions", DIFF),
        ("It defines the class on line 5.", "class SlotMap"),
    ],
)
def test_parts_and_places_are_no_contradiction(text: str, response: str) -> None:
    assert contradiction(text, response) is None


@pytest.mark.parametrize(
    ("text", "response", "reason"),
    [
        ("There are 5 errors in 3 files.", TYPES, "says 5 errors, the tool response 3"),
        ("There is one error.", TYPES, "says 1 errors, the tool response 3"),
        ("It is fine, no type errors.", TYPES, "says 0 errors, the tool response 3"),
        ("Thirteen errors, 3 of them new.", TYPES, "says 13 errors, the tool response 3"),
        ("2 errors were found.", CLEAN, "says 2 errors, the tool response 0"),
        ("4 lines added, 27 lines deleted", DIFF, "says 27 deletions, the tool response 4"),
        ("All 4 are fixable, so 4 fixable, 0 left.", LINT, "says 4 fixable, the tool response 3"),
    ],
)
def test_the_reason_says_both_counts(text: str, response: str, reason: str) -> None:
    assert contradiction(text, response) == reason


def test_a_contradiction_is_a_wrong_fact_even_with_every_mention() -> None:
    call = emit_call('print(typecheck("src"))')
    asked = then(query("typecheck"), TYPES, mentions=["3", "error"])

    found = grade(asked, [call, "There are 5 errors in 3 files."])

    assert outcome(found) == ("mentions", "wrong_fact")
    assert found.reason == "turn 2: says 5 errors, the tool response 3"
    assert found.soft


@pytest.mark.parametrize(
    "frame", ["{}", "Here is the result: {}", "{}\n\nThat is all.", "```\n{0}\n```\nThe output is: {0}"]
)
def test_a_raw_echo_of_a_record_is_no_summary(frame: str) -> None:
    asked = then(query("typecheck"), TYPES, mentions=["3", "error"])

    found = grade(asked, [emit_call('print(typecheck("src"))'), frame.format(TYPES)])

    assert found.label == "repetition"


def test_a_summary_that_quotes_the_record_is_one() -> None:
    text = f"The type checker says {TYPES}. So there are three errors and one warning, and the code is not clean yet."
    asked = then(query("typecheck"), TYPES, mentions=["3", "error"])

    assert outcome(grade(asked, [emit_call('print(typecheck("src"))'), text])) == (None, None)


@pytest.mark.parametrize("text", ["There are 5 errors, not 3.", "Earlier there were 3 errors, now there are 5 errors."])
def test_a_count_beyond_the_whole_is_a_contradiction_even_beside_the_right_one(text: str) -> None:
    assert contradiction(text, TYPES) == "says 5 errors, the tool response 3"


@pytest.mark.parametrize("text", ["There are 3 errors, not 5 errors.", "3 errors, fewer than 10 errors."])
def test_a_count_that_is_denied_or_compared_with_is_no_claim(text: str) -> None:
    assert contradiction(text, TYPES) is None
