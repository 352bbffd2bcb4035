from __future__ import annotations

from collections.abc import Sequence

import pytest

from punie.evaluation.grading import LABELS, Label
from punie.evaluation.hypotheses import HYPOTHESES, findings
from punie.evaluation.records import QueryResult


def missed(label: Label | None) -> QueryResult:
    return QueryResult(category="c", strict=label is None, soft=False, label=label, reason="")


def confirmed(labels: Sequence[Label]) -> set[str]:
    return {finding.hypothesis.claim for finding in findings(map(missed, labels)) if finding.confirmed}


def test_every_label_speaks_for_exactly_one_hypothesis() -> None:
    spoken_for = [label for hypothesis in HYPOTHESES for label in hypothesis.labels]

    assert sorted(spoken_for) == sorted(LABELS)


@pytest.mark.parametrize(
    ("label", "claim"),
    [
        ("promise_only", "It promises a call and stops"),
        ("no_call", "It does not see when a tool is needed"),
        ("invented_field", "It does not know the fields of results"),
        ("truncated", "It runs out of tokens or loops"),
    ],
)
def test_a_label_of_many_misses_confirms_its_hypothesis(label: Label, claim: str) -> None:
    assert confirmed([label] * 3) == {claim}


def test_a_single_miss_confirms_nothing() -> None:
    assert confirmed(["no_call"]) == set()


def test_a_small_part_of_the_misses_confirms_nothing() -> None:
    few: list[Label] = ["no_call"] * 2
    many: list[Label] = ["wrong_tool"] * 9

    assert confirmed(few + many) == {"It takes the wrong tool"}


def test_labels_of_one_hypothesis_add_up() -> None:
    assert confirmed(["malformed", "no_output", "wrong_tool"]) == {"Its calls do not run"}


def test_every_hypothesis_gets_an_answer_when_something_was_missed() -> None:
    found = findings([missed("no_call"), missed(None)])

    assert [finding.hypothesis for finding in found] == list(HYPOTHESES)
    assert sum(finding.count for finding in found) == 1


def test_without_misses_there_is_nothing_to_explain() -> None:
    assert findings([missed(None)]) == ()
