"""The first layer: a call where tools are expected, an answer in words where none is."""

from __future__ import annotations

from punie.evaluation.grading.attempt import Attempt
from punie.evaluation.grading.phrases import is_promise, says_nothing
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect


def gate(expect: Expect, attempt: Attempt) -> LayerVerdict:
    """Whether the reply chose rightly between calling and answering."""
    if not attempt.text.strip():
        return failed("gate", "empty", "the reply is empty")
    return _call_wanted(attempt) if expect.tools else _answer_wanted(attempt)


def _call_wanted(attempt: Attempt) -> LayerVerdict:
    if attempt.attempted or not attempt.complete:
        return passed("gate", "a call was made")
    if is_promise(attempt.words):
        return failed("gate", "promise_only", "announces a call and makes none")
    return failed("gate", "no_call", "answers in words where a call is expected")


def _answer_wanted(attempt: Attempt) -> LayerVerdict:
    if attempt.tagged or (attempt.attempted and not attempt.complete):
        return failed("gate", "called_when_should_not", "calls where an answer in words is expected")
    if attempt.attempted and not attempt.fenced:
        return failed("gate", "malformed", "tries to call where an answer in words is expected")
    if says_nothing(attempt.words):
        return failed("gate", "empty", "says nothing in words")
    if is_promise(attempt.words):
        return failed("gate", "promise_only", "announces something and says nothing else")
    return passed("gate", "answers in words")
