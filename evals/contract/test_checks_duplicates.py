from __future__ import annotations

from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks.duplicates import DuplicatesInSplit
from punie.training.checks.scan import Rules, scan
from punie.training.dataset import ChatMessage, Role, TrainingDataset, TrainingExample
from punie.training.finding import Finding

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
QUERY = "Which files of the shop package import decimal?"
CODE = "print(grep('import decimal', 'shop'))"


def call(code: str) -> str:
    return emit_call(code)


def row(query: str, *turns: str, system: str | None = "You help.") -> TrainingExample:
    """A row of the turns after the query, of assistant and user in turn."""
    roles: list[Role] = ["assistant", "user"]
    messages = [] if system is None else [ChatMessage(role="system", content=system)]
    messages.append(ChatMessage(role="user", content=query))
    messages += [ChatMessage(role=roles[number % 2], content=text) for number, text in enumerate(turns)]
    return TrainingExample(messages=tuple(messages))


def findings(*train: TrainingExample, valid: tuple[TrainingExample, ...] = ()) -> list[Finding]:
    dataset = TrainingDataset(name="made", train=train, valid=valid)
    return list(scan(dataset, Rules(sets=[DuplicatesInSplit()])))


def places(*train: TrainingExample) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in findings(*train)]


def test_each_later_equal_row_is_found_and_names_the_first() -> None:
    same, other = row(QUERY, call(CODE)), row("What is a fixture?", "A prepared value.")
    found = findings(same, other, same, same)

    assert [(finding.rule, finding.line) for finding in found] == [("duplicate_in_split", 3), ("duplicate_in_split", 4)]
    assert [finding.related for finding in found] == [("train.jsonl:1",)] * 2
    assert "which files of the shop package" in found[0].message
    assert found[0].severity == "error"


def test_duplicates_of_another_split_are_found_there() -> None:
    same = row(QUERY, call(CODE))
    found = findings(row("Hello?", "Hello."), valid=(same, same))

    assert [(finding.file, finding.line, finding.related) for finding in found] == [
        ("valid.jsonl", 2, ("valid.jsonl:1",))
    ]


def test_an_equal_row_of_another_split_is_no_duplicate_in_a_split() -> None:
    assert findings(row(QUERY, call(CODE)), valid=(row(QUERY, call(CODE)),)) == []


@pytest.mark.parametrize(
    "query",
    [
        "which files of the shop package import decimal",
        "Which files of the shop package import  decimal ?",
        "Which file of the shop package import decimal?",
        "Which files in the shop package import decimal?",
        QUERY,
    ],
)
@pytest.mark.parametrize("turns", [[call(CODE)], ["I look.", "Go ahead.", call(CODE)], ["No file does."]])
def test_nearly_the_same_query_with_the_same_answer_adds_nothing(query: str, turns: list[str]) -> None:
    found = findings(row(QUERY, *turns), row(query, *turns, system="You help others."))

    assert [(finding.rule, finding.line) for finding in found] == [("near_duplicate_in_split", 2)]
    assert found[0].related == ("train.jsonl:1",)
    assert found[0].severity == "warning"


def test_case_and_punctuation_of_words_do_not_make_an_answer_another_one() -> None:
    assert places(row("What is a fixture?", "A prepared value."), row("what is a fixture", "a prepared  value")) == [
        ("near_duplicate_in_split", 2)
    ]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("Which files of the shop package import fractions?", call(CODE)),
        (QUERY, call(CODE.replace("decimal", "Decimal"))),
        (QUERY, call(CODE + "  # <")),
        (QUERY, "No file does."),
        ("Show me who uses money.", call(CODE)),
    ],
    ids=["other query", "other case in code", "other signs in code", "words", "quite another query"],
)
def test_a_row_that_adds_something_is_no_near_duplicate(query: str, answer: str) -> None:
    assert places(row(QUERY, call(CODE)), row(query, answer)) == []


def test_code_that_differs_in_a_sign_alone_is_not_the_same() -> None:
    assert places(row("Are there over 3?", call("print(n > 3)")), row("Are there over 3", call("print(n < 3)"))) == []


def test_turns_cut_differently_are_not_the_same_answer() -> None:
    one, other = row("Say a b.", "a b", "and?", "c"), row("Say a b", "a", "and?", "b c")

    assert places(one, other) == []


def test_queries_without_a_word_are_near_to_nothing() -> None:
    assert places(row("?", "Yes."), row("?!", "Yes."), row("?", "Yes.")) == [("duplicate_in_split", 3)]


def test_one_row_has_one_finding_of_duplication() -> None:
    near = row(QUERY.lower(), call(CODE))

    assert places(row(QUERY, call(CODE)), near, near) == [("near_duplicate_in_split", 2), ("duplicate_in_split", 3)]


@pytest.mark.parametrize(
    ("name", "exact", "near"), [("phase26_merged", 76, 0), ("phase27_merged", 115, 1), ("phase27_cleaned", 0, 1)]
)
def test_the_real_sets_have_the_counted_duplicates(name: str, exact: int, near: int) -> None:
    if not (DATASETS / name).is_dir():
        pytest.skip(f"no folder {name} of real training sets here")
    rules = [finding.rule for finding in scan(DATASETS / name, Rules(sets=[DuplicatesInSplit()]))]

    assert rules.count("duplicate_in_split") == exact
    assert rules.count("near_duplicate_in_split") == near
