from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.distribution import Distribution, ToolOnlyOutsideTrain
from punie.training.checks.row import SetRule
from punie.training.checks.scan import Rules, scan
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.finding import Finding

REAL = Path(__file__).parents[3] / "shared" / "datasets"


def row(answer: str, query: str = "How many errors?") -> TrainingExample:
    said = (("system", "S"), ("user", query), ("assistant", answer))
    return TrainingExample(messages=tuple(ChatMessage.model_validate({"role": r, "content": c}) for r, c in said))


def call(tool: str) -> str:
    return emit_call(f"r = {tool}('src')\nprint(r)")


def found_in(rule: SetRule, train: Sequence[TrainingExample], valid: Sequence[TrainingExample] = ()) -> list[Finding]:
    return list(scan(TrainingDataset(name="n", train=tuple(train), valid=tuple(valid)), Rules(sets=[rule])))


def even(calls: int, words: int) -> list[TrainingExample]:
    """Rows over all tools, with many first words."""
    tools = list(CATALOGUE)
    made = [row(call(tools[number % len(tools)]), f"q{number}?") for number in range(calls)]
    return made + [row(f"w{number} is so.", f"q{number}?") for number in range(words)]


def test_a_tool_that_only_valid_calls_is_found_once_with_its_rows() -> None:
    rows = [row(call("hover")), row(call("typecheck")), row(call("hover"))]
    (finding,) = found_in(ToolOnlyOutsideTrain(), [row(call("typecheck"))], rows)

    assert (finding.rule, finding.severity, finding.line) == ("tool_only_outside_train", "error", 0)
    assert finding.message == "'hover' is called in 2 rows outside train, and never in train"
    assert finding.related == ("valid.jsonl:1", "valid.jsonl:3")


@pytest.mark.parametrize(
    "valid",
    [
        emit_call("print(list(map(hover, ['a'])))"),
        "<function=hover>\n<parameter=file_path>\na.py\n</parameter>\n</function>",
        emit_call("hover = hover('a.py', 1, 1, 'x')\nprint(hover)"),
        emit_call("def show(p):\n    return hover(p, 1, 1, 'x')\nprint(show('a.py'))"),
    ],
)
def test_every_use_of_a_tool_outside_train_counts(valid: str) -> None:
    findings = found_in(ToolOnlyOutsideTrain(), [row(call("typecheck"))], [row(valid)])

    assert [finding.message.split("'")[1] for finding in findings] == ["hover"]


@pytest.mark.parametrize(
    "valid",
    [
        "Use hover for that.",
        emit_call("print('hover(')"),
        emit_call("hover = 3\nprint(hover)"),
        emit_call("def hover(p):\n    return p\nprint(hover('a'))"),
        "Like this:\n```python\nhover('a.py', 1, 1, 'x')\n```",
        emit_call("r = typecheck('tests')\nprint(r.errors)"),
    ],
)
def test_a_tool_that_is_only_mentioned_outside_train_is_not_found(valid: str) -> None:
    assert found_in(ToolOnlyOutsideTrain(), [row(call("typecheck"))], [row(valid)]) == []


def test_a_tool_that_only_train_calls_is_not_found() -> None:
    assert found_in(ToolOnlyOutsideTrain(), [row(call("hover"))], [row("No.")]) == []


@pytest.mark.parametrize(("calls", "words"), [(0, 60), (5, 55), (97, 3), (60, 0), (49, 11)])
def test_a_share_of_calls_out_of_bounds_is_one_warning_for_the_set(calls: int, words: int) -> None:
    (finding,) = found_in(Distribution(), even(calls, words))

    assert (finding.rule, finding.severity, finding.line) == ("distribution", "warning", 0)
    assert finding.message.startswith(f"{calls} of {calls + words} rows (")


@pytest.mark.parametrize(("calls", "words"), [(6, 54), (45, 15), (48, 12), (300, 100)])
def test_a_balanced_set_is_not_found(calls: int, words: int) -> None:
    assert found_in(Distribution(), even(calls, words)) == []


def test_one_tool_that_outweighs_all_others_is_found() -> None:
    rows = [row(call("typecheck"), f"q{number}?") for number in range(60)] + even(40, 40)
    (finding,) = found_in(Distribution(), rows)

    assert "of 100 calls use 'typecheck'" in finding.message


def test_a_tool_that_is_nearly_never_called_is_found() -> None:
    rows = [one for one in even(420, 140) if "write_file" not in one.messages[-1].content]
    (finding,) = found_in(Distribution(), rows)

    assert finding.message == "called nearly never in 390 rows with a call: write_file 0"


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        ([row(f"Sure, {n}.", f"q{n}?") for n in range(60)], "60 of 60 answers in words begin with 'sure'"),
        ([row(f"w{n} is.", f"Show {n}") for n in range(60)], "60 of 60 queries begin with 'show'"),
    ],
)
def test_one_first_word_that_dominates_is_found(rows: list[TrainingExample], part: str) -> None:
    (finding,) = found_in(Distribution(), [*rows, *even(60, 0)[:55]])

    assert part in finding.message or part.replace("60 of 60 queries", "60 of 115 queries") in finding.message


def test_one_family_that_dominates_is_found() -> None:
    (finding,) = found_in(Distribution(lambda row: "odd" if row.line % 5 else "rest"), even(40, 20))

    assert "48 of 60 rows are of the family 'odd'" in finding.message


def test_a_tiny_set_is_no_finding_and_says_why() -> None:
    rule = Distribution()

    assert found_in(rule, even(10, 0)) == []
    assert rule.counts.too_few == "10 rows are too few to judge shares: give at least 50"


def test_rows_are_counted_by_tool_category_and_first_word() -> None:
    rule = Distribution()
    both = row(emit_call("print(typecheck('a'), git_status('.'))"), "Compare?")
    found_in(rule, [row(call("typecheck")), both, row("Use `ruff`.", "What?")])

    assert rule.counts.tools == {"typecheck": 2, "git_status": 1}
    assert rule.counts.categories == {"quality": 1, "several": 1, "direct": 1}
    assert (rule.counts.openings, rule.counts.questions) == ({"use": 1}, {"how": 1, "compare": 1, "what": 1})


@pytest.mark.parametrize(
    ("name", "share", "message"),
    [
        ("phase26_merged", 0.759, None),
        ("phase27_merged", 0.783, None),
        ("phase27_cleaned", 0.888, "920 of 1036 rows (88.8%) hold a call, outside 10% to 80%"),
    ],
)
def test_the_shares_of_the_real_sets_are_those_that_were_counted(name: str, share: float, message: str | None) -> None:
    if not (REAL / name).is_dir():
        pytest.skip(f"no set {name} beside the project")
    rule = Distribution()
    findings = list(scan(REAL / name, Rules(sets=[rule, ToolOnlyOutsideTrain()])))

    assert rule.counts.share == pytest.approx(share, rel=0.05)
    assert [message in finding.message for finding in findings if message] == [True] * bool(message)
    assert {finding.rule for finding in findings} <= {"distribution"}
