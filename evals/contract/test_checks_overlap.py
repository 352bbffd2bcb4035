from __future__ import annotations

from pathlib import Path

import pytest

from punie.training.checks.overlap import EvalOverlap, TrainOverlap
from punie.training.checks.scan import Rules, scan
from punie.training.dataset import ChatMessage, Role, TrainingDataset, TrainingExample
from punie.training.finding import Finding

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
QUERY = "Which files of the shop package import decimal?"
PROMPTS = ["Which lines of src/app/models.py does ruff complain about?", "What is a fixture for?"]


def row(*turns: str, system: str | None = "You help.") -> TrainingExample:
    """A row of turns of user and assistant."""
    roles: list[Role] = ["user", "assistant"]
    messages = [] if system is None else [ChatMessage(role="system", content=system)]
    messages += [ChatMessage(role=roles[number % 2], content=text) for number, text in enumerate(turns)]
    return TrainingExample(messages=tuple(messages))


def overlaps(
    train: list[TrainingExample], valid: list[TrainingExample], test: list[TrainingExample] | None = None
) -> list[Finding]:
    dataset = TrainingDataset(name="made", train=tuple(train), valid=tuple(valid), test=tuple(test or ()))
    return list(scan(dataset, Rules(sets=[TrainOverlap()])))


def rules_of(train: list[TrainingExample], valid: list[TrainingExample]) -> list[str]:
    return [finding.rule for finding in overlaps(train, valid)]


def asked(*users: str) -> list[Finding]:
    turns = [text for user in users for text in (user, "Yes.")]
    dataset = TrainingDataset(name="made", train=(row(*turns),))
    return list(scan(dataset, Rules(sets=[EvalOverlap(PROMPTS)])))


def test_rows_of_valid_and_test_that_train_has_are_found_where_they_stand() -> None:
    same, other = row(QUERY, "None."), row("Hello there, who are you?", "Punie.")
    found = overlaps([other, same], [same], [row("Run it.", "No."), same])

    assert [(each.rule, each.file, each.line) for each in found] == [
        ("train_overlap_exact", "valid.jsonl", 1),
        ("train_overlap_exact", "test.jsonl", 2),
    ]
    assert {each.related for each in found} == {("train.jsonl:2",)}


@pytest.mark.parametrize("query", [QUERY, QUERY.upper(), "which files of the shop package import decimal"])
@pytest.mark.parametrize("turns", [["Two."], ["I look.", "Go ahead.", "Two."]])
def test_the_same_query_leaks_whatever_follows_it(query: str, turns: list[str]) -> None:
    assert rules_of([row(QUERY, "None.")], [row(query, *turns)]) == ["train_overlap_query"]


def test_an_equal_row_under_another_system_prompt_has_the_same_query() -> None:
    assert rules_of([row(QUERY, "None.")], [row(QUERY, "None.", system="Be kind.")]) == ["train_overlap_query"]


@pytest.mark.parametrize(
    "query",
    ["Which file of the shop package import decimal?", "Which files in the shop package import decimals?"],
)
def test_a_nearly_equal_query_is_found_and_both_are_named(query: str) -> None:
    found = overlaps([row("Hello?", "Hello."), row(QUERY, "None.")], [row(query, "Two.")])

    assert [(each.rule, each.severity, each.related) for each in found] == [
        ("train_overlap_near", "warning", ("train.jsonl:2",))
    ]
    assert "import decimal'" in found[0].message


@pytest.mark.parametrize(
    "query",
    ["Which files of the bank package import fractions?", "Which tests of the shop package fail?", "Hello?", "?"],
)
def test_another_query_does_not_leak(query: str) -> None:
    assert rules_of([row(QUERY, "None."), row("?!", "What?")], [row(query, "Two.")]) == []


def test_later_turns_may_be_the_same() -> None:
    assert rules_of([row("List the tests.", "Sure.", "Go ahead.", "Two.")], [row("Go ahead.", "Two.")]) == []


def test_the_gravest_rule_is_the_only_one_of_a_row() -> None:
    train = [row(QUERY, "None."), row(QUERY, "Two."), row(QUERY.replace("files", "file"), "None.")]

    assert rules_of(train, [row(QUERY, "Two."), row(QUERY, "Four.")]) == ["train_overlap_exact", "train_overlap_query"]


def test_rows_of_valid_and_test_may_have_queries_in_common() -> None:
    assert overlaps([row("Hello?", "Hello.")], [row(QUERY, "None.")], [row(QUERY, "None.")]) == []


def test_a_set_of_train_alone_has_no_overlap() -> None:
    assert rules_of([row(QUERY, "None."), row(QUERY, "None.")], []) == []


@pytest.mark.parametrize("prompt", [PROMPTS[1], "what is a  FIXTURE for", "What is a `fixture` for?!"])
def test_a_prompt_of_a_suite_is_found_but_for_case_and_punctuation(prompt: str) -> None:
    found = asked("Hello?", prompt)

    assert [(each.rule, each.line, each.severity) for each in found] == [("eval_overlap_exact", 1, "error")]
    assert repr(PROMPTS[1]) in found[0].message


@pytest.mark.parametrize(
    "prompt",
    [
        "Which lines in src/app/models.py does ruff complain about?",
        "Which lines of tests/test_rules.py does ruff complain about?",
    ],
)
def test_nearly_a_prompt_of_a_suite_is_found(prompt: str) -> None:
    assert [each.rule for each in asked(prompt)] == ["eval_overlap_near"]


def test_an_exact_prompt_goes_before_a_near_one_of_the_same_row() -> None:
    found = asked("Which lines in src/app/models.py does ruff complain about?", PROMPTS[1])

    assert [each.rule for each in found] == ["eval_overlap_exact"]


@pytest.mark.parametrize(
    "prompt", ["What is a decorator in Python?", "?", f"<tool_response>{PROMPTS[1]}</tool_response>"]
)
def test_other_prompts_and_results_are_no_overlap_with_a_suite(prompt: str) -> None:
    assert asked(prompt) == []


def test_what_the_assistant_says_is_no_prompt() -> None:
    dataset = TrainingDataset(name="made", train=(row("Ask me.", PROMPTS[1]),))

    assert list(scan(dataset, Rules(sets=[EvalOverlap(PROMPTS)]))) == []


@pytest.mark.parametrize("prompts", [[], ["", "?!"]])
def test_without_prompts_nothing_overlaps_with_a_suite(prompts: list[str]) -> None:
    dataset = TrainingDataset(name="made", train=(row("?", "What?"), row(QUERY, "None.")))

    assert list(scan(dataset, Rules(sets=[EvalOverlap(prompts)]))) == []


# Counted elsewhere: 19/13/0 equal, 36/22/22 with the same query, 24/17/17 nearly. There queries count as written,
# here case and punctuation do not count. Their counts of the suites are of the original suites, which are not ours.
@pytest.mark.parametrize(
    ("name", "exact", "query", "near"),
    [("phase26_merged", 19, 37, 26), ("phase27_merged", 13, 22, 18), ("phase27_cleaned", 0, 22, 18)],
)
def test_the_real_sets_have_the_counted_overlaps(name: str, exact: int, query: int, near: int) -> None:
    if not (DATASETS / name).is_dir():
        pytest.skip(f"no folder {name} of real training sets here")
    rules = [finding.rule for finding in scan(DATASETS / name, Rules(sets=[TrainOverlap()]))]

    assert [rules.count(f"train_overlap_{kind}") for kind in ("exact", "query", "near")] == [exact, query, near]
