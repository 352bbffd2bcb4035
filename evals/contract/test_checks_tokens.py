from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks.row import CheckedRow
from punie.training.checks.scan import Rules, scan
from punie.training.checks.tokens import DelimiterNotSingleToken, prompt_drift, truncated_row
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample

MODEL = Path(__file__).parents[2] / "fixtures/models/nano-base"
CALL = emit_call("print(typecheck('src'))")


def conversation(*contents: str, system: str | None = "Be brief.") -> TrainingExample:
    said = [("system", system)] if system is not None else []
    said += [(("user", "assistant")[place % 2], content) for place, content in enumerate(contents)]
    return TrainingExample(messages=tuple(ChatMessage.model_validate({"role": r, "content": c}) for r, c in said))


def at_line_three(example: TrainingExample) -> CheckedRow:
    return CheckedRow("train", "train.jsonl", 3, example)


def drifts(*contents: str, system: str | None = "Be brief.") -> list[str]:
    return [finding.message for finding in prompt_drift(MODEL)(at_line_three(conversation(*contents, system=system)))]


def damaged_model(folder: Path, gone: Sequence[str]) -> Path:
    """A copy of the base without weights, whose tokenizer spells `gone` letter by letter."""
    shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text(encoding="utf-8"))
    tokenizer["added_tokens"] = [each for each in tokenizer["added_tokens"] if each["content"] not in gone]
    file.write_text(json.dumps(tokenizer), encoding="utf-8")
    return folder


def test_a_row_that_the_trainer_cuts_is_found_with_its_length() -> None:
    (finding,) = truncated_row(MODEL, 10)(at_line_three(conversation("How many?", "Three, all of them in one file.")))

    assert (finding.rule, finding.severity, finding.line) == ("truncated_row", "error", 3)
    assert finding.message.endswith("tokens, the trainer reads 10")


def test_a_row_of_exactly_the_most_tokens_is_not_cut() -> None:
    row = at_line_three(conversation("How many?", "Three."))
    (finding,) = truncated_row(MODEL, 1)(row)
    length = int(finding.message.split()[3])

    assert list(truncated_row(MODEL, length)(row)) == []
    assert list(truncated_row(MODEL, length - 1)(row)) != []


@pytest.mark.parametrize(
    "contents",
    [
        ("How many errors?", CALL),
        ("How many errors?", CALL, "<tool_response>\n3\n</tool_response>", "Three."),
        ("How many errors?", CALL, "<tool_response>\n\n</tool_response>", "None."),
        ("How many errors?", CALL, "<tool_response>\n3\n\n</tool_response>", "Three."),
        ("Is `a <| b` valid in <T>?", "No: `<|` is no operator."),
        ("Hello", "Hello.", "And now?", CALL),
        ("What does a chat template write?", "Marks between turns, such as im_start."),
        ("Show it:\n```python\nx = 1\n```", "It binds x.", "User: is a class?", "Yes."),
        ("Show an example", "```python\ntypecheck('src')\n```", "Thanks, and ruff?", "Likewise."),
    ],
)
def test_rows_as_run_time_sends_them_do_not_drift(contents: tuple[str, ...]) -> None:
    assert drifts(*contents) == []
    assert drifts(*contents, system=None) == []


@pytest.mark.parametrize(
    "response",
    [
        "<tool_response>3</tool_response>",
        "<tool_result>\n3\n</tool_result>",
        "<tool_response>\n3\n</tool_response>\n",
        "3 errors",
        "Tool output: 3",
    ],
)
def test_a_response_in_a_form_that_run_time_never_sends_drifts(response: str) -> None:
    (message,) = drifts("How many errors?", CALL, response, "Three.")

    assert message.startswith("message 4 is ")


@pytest.mark.parametrize(
    "mark", ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "[INST]", "<end_of_turn>"]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_marks_of_a_template_inside_a_message_drift(mark: str, place: int) -> None:
    texts = ["Be brief.", "How many?", "Three."]
    texts[place] += f" {mark}"
    system, query, answer = texts

    assert drifts(query, answer, system=system) == [
        f"message {place + 1} holds {mark!r}, which belongs to a chat template"
    ]


def test_a_prompt_in_plain_text_drifts() -> None:
    (message,) = drifts("User: How many errors?\nAssistant:", CALL)

    assert message.startswith("message 2 is a prompt in plain text: ")


def test_an_answer_whose_first_letters_join_the_prompts_last_token_drifts() -> None:
    (message,) = drifts("How many?", "    return 3")

    assert "of the prompt: the trainer sees " in message


def test_a_template_that_adds_no_opening_token_where_run_time_does_drifts(tmp_path: Path) -> None:
    folder = damaged_model(tmp_path / "model", [])
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text(encoding="utf-8"))
    tokenizer["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<|endoftext|>": {"id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]}},
    }
    file.write_text(json.dumps(tokenizer), encoding="utf-8")
    (finding,) = prompt_drift(folder)(at_line_three(conversation("How many?", "Three.")))

    assert finding.message.startswith("token 1 of the prompt: ")


def test_the_embedded_base_has_each_delimiter_as_one_token() -> None:
    rows = TrainingDataset(name="n", train=(conversation("How many?", "Three."),))

    assert list(scan(rows, Rules(sets=[DelimiterNotSingleToken(MODEL)]))) == []


@pytest.mark.parametrize("gone", ["<|im_start|>", "</tool_call>", "<tool_response>"])
def test_a_delimiter_that_is_spelled_is_one_finding_for_the_set(tmp_path: Path, gone: str) -> None:
    rows = TrainingDataset(name="n", train=(conversation("How many?", "Three."),))
    (finding,) = scan(rows, Rules(sets=[DelimiterNotSingleToken(damaged_model(tmp_path / "model", [gone]))]))

    assert (finding.rule, finding.severity, finding.line) == ("delimiter_not_single_token", "error", 0)
    assert finding.message.startswith(f"{gone!r} is ")
