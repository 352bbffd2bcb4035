from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from punie.agent.typed_tools import CATALOGUE, Result
from punie.training.dataset import TrainingDataset, TrainingExample
from punie.training.examples import PRESETS, generate

CODE = re.compile(r"<parameter=code>\n(.*)\n</parameter>", re.DOTALL)
METHODS = {"append", "find", "format", "get", "items", "join", "replace", "rstrip", "split", "splitlines"}
METHODS |= {"endswith", "startswith"}
PATH_TOOLS = {name for name, tool in CATALOGUE.items() if tool.parameters[0].name in {"path", "file_path"}}
POSITION_TOOLS = {"find_references", "goto_definition", "hover"}


@cache
def dataset() -> TrainingDataset:
    return generate("nano", 11, "You are Punie.", size=2400)


def answer(row: TrainingExample) -> str:
    return row.messages[-1].content


def code(row: TrainingExample) -> str:
    found = CODE.search(answer(row))
    return found[1] if found else ""


def coded() -> list[TrainingExample]:
    return [row for row in dataset().train if code(row)]


def context(row: TrainingExample) -> str:
    return "\n".join(message.content for message in row.messages[1:-1])


def calls(source: str) -> list[tuple[str, ast.Call]]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [(node.func.id, node) for node in nodes if isinstance(node.func, ast.Name) and node.func.id in CATALOGUE]


def binds(name: str, node: ast.Call) -> bool:
    try:
        CATALOGUE[name].bind(node.args, {str(item.arg): item.value for item in node.keywords})
    except TypeError:
        return False
    return True


def literals(node: ast.Call) -> list[Any]:
    return [item.value for item in node.args if isinstance(item, ast.Constant)]


def field_names() -> set[str]:
    models = list(Result.__subclasses__())
    return {name for model in models for name in model.model_fields}


def test_same_arguments_give_the_same_rows() -> None:
    first, second = (generate("nano", 5, "s", size=300) for _ in range(2))

    assert first == second


def test_another_seed_gives_other_rows() -> None:
    first, second = (generate("nano", seed, "s", size=100) for seed in (1, 2))

    assert first.train != second.train


def test_no_context_comes_twice_in_any_split() -> None:
    counts = Counter(context(row) for row in (*dataset().train, *dataset().valid))

    assert [text for text, count in counts.items() if count > 1] == []


def test_size_is_met() -> None:
    assert (len(dataset().train), len(dataset().valid)) == (2400, 120)


def test_rows_end_with_one_whole_call_or_with_plain_words() -> None:
    wrong = [
        answer(row)
        for row in dataset().train
        if row.messages[-1].role != "assistant"
        or (answer(row).count("<tool_call>") != bool(code(row)))
        or (code(row) and not answer(row).startswith("<tool_call>"))
    ]

    assert wrong == []


def test_every_call_compiles_and_binds_to_its_tool() -> None:
    wrong = [ast.unparse(node) for row in coded() for name, node in calls(code(row)) if not binds(name, node)]

    assert wrong == []


def test_every_answer_with_code_calls_a_tool_and_prints() -> None:
    silent = [code(row) for row in coded() if not calls(code(row)) or "print(" not in code(row)]

    assert silent == []


def test_code_reads_only_fields_that_exist() -> None:
    known = field_names() | METHODS
    read = {
        (node.attr, code(row))
        for row in coded()
        for node in ast.walk(ast.parse(code(row)))
        if isinstance(node, ast.Attribute) and node.attr not in known
    }

    assert read == set()


def test_every_tool_is_called() -> None:
    called = Counter(name for row in coded() for name, _ in calls(code(row)))

    assert {name for name in CATALOGUE if called[name] < 30} == set()


def test_paths_of_calls_are_named_before() -> None:
    unnamed = [
        (path, context(row))
        for row in coded()
        for name, node in calls(code(row))
        if name in PATH_TOOLS
        for path in literals(node)[:1]
        if isinstance(path, str) and path != "." and not named(path, context(row))
    ]

    assert unnamed == []


def named(path: str, text: str) -> bool:
    # "the billing package" stands for src/billing/
    return path.rstrip("/") in text or f"{path.removeprefix('src/').rstrip('/')} package" in text or (
        f"package {path.removeprefix('src/').rstrip('/')}" in text
    )  # fmt: skip


def test_positions_of_calls_are_named_before() -> None:
    invented = [
        (number, context(row))
        for row in coded()
        for name, node in calls(code(row))
        if name in POSITION_TOOLS
        for number in literals(node)[1:3]
        # column 1 is where a line starts
        if isinstance(number, int) and number != 1 and not re.search(rf"(?<!\d){number}(?!\d)", context(row))
    ]

    assert invented == []


def test_shares_of_calls_and_conversations_are_kept() -> None:
    rows = dataset().train
    multi = sum(sum(message.role == "assistant" for message in row.messages) > 1 for row in rows) / len(rows)

    assert (0.2 <= multi <= 0.24, 0.6 <= len(coded()) / len(rows) <= 0.75) == (True, True)


def test_prompts_stay_short() -> None:
    long = [row.query for row in dataset().train if len(row.query.split()) > 60]

    assert long == []


def test_rows_stay_short() -> None:
    assert max(sum(len(message.content) for message in row.messages[1:]) for row in dataset().train) <= 1150


def test_validation_asks_nothing_that_training_asks() -> None:
    asked = {context(row) for row in dataset().train}

    assert [row.query for row in dataset().valid if context(row) in asked] == []


def test_prompts_near_the_avoided_ones_are_left_out() -> None:
    prompt = "Run the type checker on src/billing/"
    rows = generate("nano", 11, "s", size=2400, avoid=(prompt,)).train

    assert [row.query for row in rows if re.fullmatch(r"Run the type checker on \S+", row.query)] == []


def test_an_unknown_preset_is_one_clear_error() -> None:
    with pytest.raises(ValueError, match=r"^unknown preset 'giant': choose one of nano$"):
        generate("giant", 1, "s")


def test_the_system_prompt_opens_every_row() -> None:
    assert {row.system for row in dataset().train} == {"You are Punie."}


def test_shares_of_every_preset_sum_to_one() -> None:
    assert {name: round(sum(preset.shares.values()), 9) for name, preset in PRESETS.items()} == {"nano": 1.0}
