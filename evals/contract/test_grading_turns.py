from __future__ import annotations

import pytest

from evals.contract.replies import graded_code, outcome, query, then
from punie.agent.tool_calls import emit_call
from punie.evaluation import LABELS, Grade, grade
from punie.evaluation.grading import LAYERS

STATUS = emit_call('for f in git_status("carillon").files:\n    print(f.file)')
DIFF = emit_call('print(git_diff("carillon/bells.py").additions)')
CHAIN = then(query("git_status", fields=["files"]), "carillon/bells.py", "git_diff", fields=["additions"])
SUMMARY = then(query("git_status"), "carillon/bells.py", mentions=["bells.py", "one|1"])


def test_a_chain_passes_when_both_calls_do() -> None:
    assert grade(CHAIN, [STATUS, DIFF]).strict
    assert grade(CHAIN, [STATUS, DIFF]).soft


def test_a_summary_passes_when_call_and_words_do() -> None:
    assert grade(SUMMARY, [STATUS, "One file is modified, bells.py."]).strict


def test_the_reason_names_the_turn_that_failed() -> None:
    found = grade(CHAIN, [STATUS, "It adds nine lines."])

    assert outcome(found) == ("gate", "no_call")
    assert found.reason == "turn 2: answers in words where a call is expected"
    assert not found.soft


def test_the_first_turn_that_failed_gives_the_label() -> None:
    found = grade(CHAIN, [emit_call("print(ruff_check('.').success)"), "nothing to see"])

    assert outcome(found) == ("tools", "wrong_tool")


@pytest.mark.parametrize("replies", [[], [STATUS], ["no call"]])
def test_a_missing_reply_is_empty(replies: list[str]) -> None:
    found = grade(CHAIN, replies)

    assert outcome(found) == ("gate", "empty")
    assert found.reason == f"turn {len(replies) + 1} of 2 has no reply"
    assert (found.strict, found.soft, found.gradable) == (False, False, True)


def test_more_replies_than_turns_cannot_be_graded() -> None:
    found = grade(query("git_status"), [STATUS, DIFF])

    assert not found.gradable
    assert (found.strict, found.soft, found.label) == (False, False, None)
    assert found.reason == "2 replies for 1 turn"


def test_softness_needs_every_turn() -> None:
    found = grade(SUMMARY, [STATUS, emit_call("print(git_diff('.').additions)")])

    assert outcome(found) == ("gate", "called_when_should_not")
    assert not found.soft


def test_a_turn_that_is_only_soft_makes_the_grade_soft() -> None:
    found = grade(SUMMARY, [STATUS, "It is clean."])

    assert outcome(found) == ("mentions", "wrong_fact")
    assert found.soft


def test_the_first_layer_in_order_gives_the_label() -> None:
    code = "r = git_diff('elsewhere')\nprint('done')"

    found = graded_code(code, "git_diff", fields=["additions"], arguments={"git_diff": {"path": "here"}})

    failed = [verdict.layer for verdict in found.layers if not verdict.passed]
    assert failed == ["arguments", "fields", "output"]
    assert outcome(found) == ("arguments", "wrong_arguments")


def test_every_layer_has_a_reason_and_only_failed_ones_a_label() -> None:
    grades: list[Grade] = [grade(CHAIN, [STATUS, DIFF]), grade(SUMMARY, [STATUS, "Clean."]), grade(CHAIN, ["", ""])]
    verdicts = [verdict for found in grades for verdict in found.layers]

    assert all(verdict.reason and "\n" not in verdict.reason for verdict in verdicts)
    assert all((verdict.label is None) is verdict.passed for verdict in verdicts)


def test_the_layers_of_a_call_come_in_the_listed_order() -> None:
    found = graded_code("print(typecheck('src').success)", "typecheck")

    assert [verdict.layer for verdict in found.layers] == [layer for layer in LAYERS if layer != "mentions"]


def test_the_labels_are_a_closed_list() -> None:
    assert LABELS == (
        "no_call",
        "promise_only",
        "called_when_should_not",
        "malformed",
        "wrong_tool",
        "wrong_arguments",
        "invented_field",
        "not_executed",
        "failed_at_run_time",
        "no_output",
        "incomplete_chain",
        "wrong_fact",
        "truncated",
        "repetition",
        "empty",
    )
