"""Named sources: how many rows of which kind, and what running their code shows."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import product

import pytest

from punie.agent.monty_runner import Execution, execute_code
from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import TestResult
from punie.testing.made_record import Record
from punie.testing.records import dirty_records, empty_records
from punie.testing.spies import SpyTools
from punie.training.dataset import TrainingExample
from punie.training.examples.field_access import PATTERNS, TOOLS
from punie.training.examples.sources import SOURCES, assistant_turns, make_source, part_rows
from punie.training.preambles import preamble_turns, promise_turns
from punie.training.strata import called_tools

SIZES = {
    "workflows": 683,
    "ty": 50,
    "ruff": 50,
    "pytest": 50,
    "field-access": 120,
    "lsp": 84,
    "git": 84,
    "rebalance": 96,
    "direct-answers": 40,
    "summaries": 60,
}
ELEMENTS = {"typecheck": "errors", "ruff_check": "violations", "pytest_run": "tests"}
GREEN = TestResult(success=True, passed=3, failed=0, errors=0, skipped=0, duration=0.2, tests=[])
SEED = 5


@cache
def rows(name: str) -> tuple[TrainingExample, ...]:
    return make_source(name, SEED, "You are Punie.").train


@cache
def cell(pattern: str, tool: str) -> tuple[TrainingExample, ...]:
    return part_rows("field-access", f"{pattern}: {tool}", SEED, "s")


def codes(row: TrainingExample) -> list[str]:
    said = (message.content for message in row.messages if message.role == "assistant")
    return [str(call.arguments["code"]) for text in said for call in parse_reply(text).calls]


def run(row: TrainingExample, records: Mapping[str, Record]) -> tuple[Execution, SpyTools]:
    spies = SpyTools(records)
    return execute_code(codes(row)[-1], spies, observed=False), spies


def texts(code: str, kind: type[ast.AST]) -> list[str]:
    return [ast.unparse(node) for node in ast.walk(ast.parse(code)) if isinstance(node, kind)]


def test_every_source_has_its_number_of_rows() -> None:
    assert {name: len(rows(name)) for name in SOURCES} == SIZES
    assert {name: sum(part.rows for part in parts) for name, parts in SOURCES.items()} == SIZES


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_drawn_by_its_seed(name: str) -> None:
    first, again, other = (make_source(name, seed, "s") for seed in (1, 1, 2))

    assert first == again
    assert first.train != other.train


@pytest.mark.parametrize("name", SOURCES)
def test_rows_open_with_the_system_prompt_and_differ(name: str) -> None:
    contexts = ["\n".join(message.content for message in row.messages[:-1]) for row in rows(name)]

    assert {row.system for row in rows(name)} == {"You are Punie."}
    assert len(set(contexts)) == len(contexts)


@pytest.mark.parametrize("name", SOURCES)
def test_no_row_has_words_before_a_call_or_only_a_promise(name: str) -> None:
    assert [row.query for row in rows(name) if preamble_turns(row) or promise_turns(row)] == []


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^unknown source 'mypy': choose one of direct-answers, .*, workflows$"):
        make_source("mypy", 1, "s")


def test_prompts_near_the_avoided_ones_are_left_out() -> None:
    prompt = rows("git")[0].query

    assert prompt not in {row.query for row in make_source("git", SEED, "s", avoid=(prompt,)).train}


@pytest.mark.parametrize("name", ["ty", "ruff", "pytest"])
def test_a_quality_source_has_forty_calls_of_its_tool_and_ten_answers(name: str) -> None:
    tool = {"ty": "typecheck", "ruff": "ruff_check", "pytest": "pytest_run"}[name]

    assert Counter(map(called_tools, rows(name))) == {(tool,): 40, (): 10}


@pytest.mark.parametrize("name", ["lsp", "git"])
def test_sixty_single_turns_and_twenty_four_conversations(name: str) -> None:
    assert Counter(assistant_turns(row) for row in rows(name)) == {1: 60, 2: 24}


@pytest.mark.parametrize(("name", "categories"), [("lsp", 6), ("git", 3)])
def test_categories_have_the_same_number_of_rows(name: str, categories: int) -> None:
    counts: Counter[str] = Counter()
    for part in SOURCES[name]:
        counts[part.name.split(":")[0]] += part.rows

    assert list(counts.values()) == [84 // categories] * categories


def test_no_direct_answer_calls_a_tool() -> None:
    assert [part.rows for part in SOURCES["direct-answers"]] == [10, 10, 10, 10]
    assert [row.query for row in rows("direct-answers") if called_tools(row) or codes(row)] == []


def test_workflows_call_no_quality_tool_and_all_the_others() -> None:
    called = Counter(tool for row in rows("workflows") for tool in called_tools(row))

    assert set(called) & set(TOOLS) == set()
    assert (len(called), min(called.values()) >= 20) == (11, True)


@pytest.mark.parametrize(("pattern", "tool"), list(product(PATTERNS, TOOLS)))
def test_a_cell_has_ten_rows_that_begin_with_its_tool(pattern: str, tool: str) -> None:
    assert [called_tools(row)[0] for row in cell(pattern, tool)] == [tool] * 10


@pytest.mark.parametrize("tool", TOOLS)
def test_conditional_rows_decide_by_a_field(tool: str) -> None:
    for row in cell("conditional", tool):
        tests = [
            ast.unparse(node.test)
            for node in ast.walk(ast.parse(codes(row)[-1]))
            if isinstance(node, ast.If | ast.IfExp)
        ]
        dirty, empty = (run(row, records)[0] for records in (dirty_records(), empty_records()))

        assert any("result." in test for test in tests), codes(row)
        assert (dirty.error, empty.error, dirty.output != empty.output) == (None, None, True)


@pytest.mark.parametrize("tool", TOOLS)
def test_formatting_rows_print_what_the_field_says(tool: str) -> None:
    for row in cell("formatting", tool):
        code = codes(row)[-1]
        fields = {text.removeprefix("result.") for text in texts(code, ast.Attribute) if text.startswith("result.")}
        before, spies = run(row, {})
        record = spies.records[tool]
        assert not isinstance(record, str)
        for field in fields:
            changed = record.model_copy(update={field: getattr(record, field) + 7})

            assert "JoinedStr" in ast.dump(ast.parse(code))
            assert run(row, {tool: changed})[0].output != before.output, (field, code)


@pytest.mark.parametrize("tool", TOOLS)
def test_iteration_rows_loop_over_two_elements_and_over_none(tool: str) -> None:
    record = dirty_records()[tool]
    assert not isinstance(record, str)
    for row in cell("iteration", tool):
        two, none = (
            record.model_copy(update={ELEMENTS[tool]: getattr(record, ELEMENTS[tool])[:size]}) for size in (2, 0)
        )
        lines = [run(row, {tool: each})[0].output.splitlines() for each in (two, none)]

        assert [len(printed) for printed in lines] == [2, 0], codes(row)


@pytest.mark.parametrize("tool", TOOLS)
def test_multi_step_rows_call_the_second_tool_when_the_first_finds_something(tool: str) -> None:
    for row in cell("multi-step", tool):
        green = {**empty_records(), "pytest_run": GREEN}
        (dirty, called), (clean, quiet) = (run(row, records) for records in (dirty_records(), green))

        assert (dirty.error, clean.error) == (None, None)
        assert set(called.called()) == set(called_tools(row)), codes(row)
        assert quiet.called() == (tool,), codes(row)


def failures(row: TrainingExample) -> list[str]:
    """The codes of a row that fail on dirty or on empty results."""
    return [
        f"{code}\n{error}"
        for code in codes(row)
        for spies in (SpyTools.dirty(), SpyTools.empty())
        if (error := execute_code(code, spies, observed=False).error)
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_some_calls_of_every_source_run_on_dirty_and_on_empty_results(name: str) -> None:
    assert [failure for row in rows(name)[:10] for failure in failures(row)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_every_call_of_every_source_runs_on_dirty_and_on_empty_results(name: str) -> None:
    assert [failure for row in rows(name) for failure in failures(row)] == []
