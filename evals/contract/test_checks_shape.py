from __future__ import annotations

import json

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks.row import CheckedRow
from punie.training.checks.shape import call_shape
from punie.training.checks.untrained import CallNotTrained
from punie.training.dataset import TrainingExample
from punie.training.finding import Finding

CODE = 'result = typecheck("src")\nprint(result.error_count)'
CALL = emit_call(CODE)
JSON = json.dumps({"name": "execute_code", "arguments": {"code": CODE}})
SINGLE = json.dumps({"name": "typecheck", "arguments": {"path": "src"}})
RESPONSE = "<tool_response>\n0\n</tool_response>"


def row(*said: str) -> CheckedRow:
    """A row with a system prompt in which the user begins."""
    roles = ("user", "assistant") * len(said)
    messages = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    first = {"role": "system", "content": "You write Python."}
    return CheckedRow("train", "train.jsonl", 3, TrainingExample.model_validate({"messages": [first, *messages]}))


def untrained(*rows: CheckedRow) -> list[Finding]:
    rule = CallNotTrained()
    for each in rows:
        assert not list(rule.see(each))
    return list(rule.end())


def rules(text: str, query: str = "Type check src") -> list[str]:
    return [finding.rule for finding in call_shape(row(query, text))]


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        f"{CALL}\n",
        f"{CALL}\n{CALL}",
        f"<think>hm</think>\n{CALL}",
        f"<tool_call>\n<function=execute_code>\n<parameter=code>\n{CODE}\n</parameter>\n</function>\n</tool_call>",
        f"<tool_call><function=execute_code><parameter=code>{CODE}</parameter></function></tool_call>",
        emit_call("# a </parameter> in a comment\nprint(1)"),
        emit_call('print("</tool_call>")'),
        "The `<tool_call>` tag opens a call.",
        "Qwen wraps calls in <tool_call> tags, then stops.",
        "Write <function=foo> to call foo.",
        'Use `typecheck("src")` in code.',
        '{"debug": true}',
        '```json\n{"name": "shop", "version": "1.0"}\n```',
        "```python\nnames = {}\nprint(names)\n```",
        "```html\n<function>\n```",
        "No errors.",
    ],
)
def test_a_well_written_turn_has_no_fault(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize("words", ["Let me check.\n\n", "Sure. ", "<think>hm</think>\nChecking:\n", "# Plan\n", "1. "])
def test_words_before_a_call_are_a_preamble_and_nothing_else(words: str) -> None:
    assert rules(words + CALL) == ["preamble"]


@pytest.mark.parametrize(
    "call",
    [
        f"<tool_call>\n{CODE}\n</tool_call>",
        f"<tool_call>\n```python\n{CODE}\n```\n</tool_call>",
        '<tool_call>print(typecheck("src"))</tool_call>',
        f"<tool_call>{JSON}</tool_call>",
        f"<tool_call>\n{SINGLE}\n</tool_call>",
        '<tool_call>{"tool": "typecheck", "args": {"path": "src"}}</tool_call>',
        JSON,
        SINGLE,
        CODE,
        f"[TOOL_CALLS] [{SINGLE}]",
        f"<function_call>{SINGLE}</function_call>",
        f"<|python_tag|>{CODE}",
        f"<|tool_call|>{SINGLE}",
        '<invoke name="typecheck">\n<parameter name="path">src</parameter>\n</invoke>',
        'functions.typecheck("src")',
    ],
)
def test_another_dialect_is_format_b_with_and_without_words_before_it(call: str) -> None:
    assert rules(call) == ["format_B"]
    assert rules(f"Let me check.\n{call}") == ["format_B"]


@pytest.mark.parametrize(
    "fence",
    [
        f"```json\n{JSON}\n```",
        f"```json\n{SINGLE}```",
        f"```\n{SINGLE}\n```",
        f"```json\n[{SINGLE}]\n```",
        f"~~~json\n{SINGLE}\n~~~",
        f"```json\n{SINGLE[:-1]}",
        '```json\n{"tool": "typecheck", "path": "src"}\n```',
        f"```python\n{CODE}\n```",
        f"```tool_call\n{CODE}\n```",
        f"```xml\n{CALL}\n```",
    ],
)
def test_a_fenced_call_is_found_with_and_without_an_invented_result(fence: str) -> None:
    assert rules(fence) == ["format_json_fence"]
    assert rules(f"I'll run it.\n\n{fence}\n\nThere are 3 errors.") == ["format_json_fence"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("What does a tool call look like?", f"```json\n{SINGLE}\n```"),
        ("How do I type check in code?", f"```python\n{CODE}\n```"),
        ("Explain code mode", f"So:\n```xml\n{CALL}\n```"),
    ],
)
def test_who_asks_for_a_call_is_shown_one(query: str, text: str) -> None:
    assert rules(text, query) == []


@pytest.mark.parametrize("length", range(2, len(CALL)))
def test_a_call_cut_off_anywhere_is_unparsable(length: int) -> None:
    assert rules(CALL[:length]) == ["unparsable_call"]


@pytest.mark.parametrize(
    "tag", ["<tool_call>", "</tool_call>", "</function>", "</parameter>", "<parameter=code>", "<function=execute_code>"]
)
def test_a_call_that_lacks_a_tag_is_unparsable(tag: str) -> None:
    assert rules(CALL.replace(tag, "")) == ["unparsable_call"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("execute_code", "typecheck"),
        ("=code", "=script"),
        ("<function=", "<function:"),
        ("=execute_code", '="execute_code"'),
        ("<tool_call>", "<tool_cal>"),
        ("<tool_call>", "<TOOL_CALL>"),
        ("<tool_call>", "<tool_call><tool_call>"),
        ("</tool_call>", "</tool_call></tool_call>"),
        ("</tool_call>", "<tool_call>"),
        ("</parameter>", "</param>"),
        ("</function>", "</function> and so on"),
        ("<parameter=code>", "<parameter=path>\nsrc\n</parameter>\n<parameter=code>"),
        (CODE, ""),
    ],
)
def test_a_call_with_a_wrong_name_or_tag_is_unparsable(old: str, new: str) -> None:
    assert rules(CALL.replace(old, new)) == ["unparsable_call"]


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>\n{CODE}",
        f"<tool_call>{JSON[:-5]}",
        f"<tool_call>{JSON[:-5]}</tool_call>",
        "<tool_call></tool_call>",
        f"{CALL}\n{CALL[:60]}",
        "Let me check.\n<tool_call>",
    ],
)
def test_a_part_of_a_call_in_any_dialect_is_unparsable(text: str) -> None:
    assert rules(text) == ["unparsable_call"]


def test_a_row_has_one_finding_of_a_rule() -> None:
    said = row("Type check src", f"Sure.\n{CALL}", RESPONSE, f"Once more.\n{CALL}")

    (finding,) = call_shape(said)

    assert (finding.file, finding.line, finding.message[:9]) == ("train.jsonl", 3, "message 3")


def test_faults_of_different_turns_are_found_each() -> None:
    said = row("Type check src", f"Sure.\n{CALL}", RESPONSE, JSON)

    assert [finding.rule for finding in call_shape(said)] == ["preamble", "format_B"]


def test_a_call_outside_the_last_turn_is_found_once() -> None:
    said = row("Type check src", CALL, RESPONSE, CALL, RESPONSE, "No errors.")

    (finding,) = untrained(said)

    assert "message 3, 5" in finding.message


@pytest.mark.parametrize("call", [JSON, f"```json\n{SINGLE}\n```", CALL[:80]])
def test_a_badly_written_call_outside_the_last_turn_is_found(call: str) -> None:
    assert untrained(row("Type check src", call, RESPONSE, "No errors."))


def test_a_call_in_the_last_turn_alone_is_trained() -> None:
    assert not untrained(row("What is ty?", "A type checker.", "Run it", CALL))
    assert not untrained(row("How?", "```python\nx = 1\n```", "And?", "Fine."))


def test_a_conversation_with_a_row_for_each_turn_trains_all_its_calls() -> None:
    turns = ("Type check src", CALL, RESPONSE, CALL, RESPONSE, "No errors.")

    assert not untrained(row(*turns), row(*turns[:4]), row(*turns[:2]))
    assert [finding.message for finding in untrained(row(*turns), row(*turns[:2]))] == [
        "a call stands in message 5: only the last message of a row is trained"
    ]
