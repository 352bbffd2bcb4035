"""What a dataset must pass before a model is trained on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from punie.agent.tool_calls import parse_reply
from punie.training.contamination import plain, too_near
from punie.training.dataset import NumberedRow, TrainingDataset
from punie.training.dataset_io import FILE_NAMES
from punie.training.finding import Finding

_CALL_SIGNS: Final = ("<tool_call>", "<function", "</function>", "<parameter", "</parameter>", "</tool_call>")
_TOOL: Final = "execute_code"


def unparsable_calls(dataset: TrainingDataset) -> list[Finding]:
    """Return a finding for each assistant turn that looks like a call and is not exactly whole calls of our tool."""
    return [
        _finding("unparsable_call", row, f"message {number}: {fault}")
        for row in dataset.rows()
        for number, message in enumerate(row.example.messages, 1)
        if message.role == "assistant" and (fault := _call_fault(message.content))
    ]


def near_prompts(dataset: TrainingDataset, prompts: Sequence[str]) -> list[Finding]:
    """Return a finding for each user turn that says what one of `prompts`, those of the suites, says."""
    return [finding for row in dataset.rows() for finding in _near(row, tuple(prompts))]


def system_prompts(dataset: TrainingDataset, expected: str) -> list[Finding]:
    """Return a finding for each row that has no system prompt or another one than `expected`."""
    found = []
    for row in dataset.rows():
        if row.example.system is None:
            found.append(_finding("no_system", row, "the row has no system prompt"))
        elif row.example.system != expected:
            found.append(_finding("several_system_prompts", row, "the row has another system prompt than the recipe's"))
    return found


def _call_fault(text: str) -> str:
    """Return what is wrong with the calls in an assistant's turn, "" when nothing is."""
    reply = parse_reply(text)
    if not any(sign in text for sign in _CALL_SIGNS):
        return ""
    if not reply.complete:
        return "the call is cut off"
    if reply.problems:
        return f"the call does not parse: {reply.problems[0].message}"
    if not reply.calls:
        return "tags of a call, but no call"
    names = {call.name for call in reply.calls} - {_TOOL}
    return f"a call of {min(names)!r}, not of {_TOOL}" if names else ""


def _near(row: NumberedRow, prompts: tuple[str, ...]) -> Iterator[Finding]:
    for message in row.example.messages:
        near = too_near(message.content, prompts) if message.role == "user" else None
        if near is not None:
            rule = "eval_overlap_exact" if plain(near) == plain(message.content) else "eval_overlap_near"
            yield _finding(rule, row, f"{message.content!r} is near the suite's {near!r}")


def _finding(rule: str, row: NumberedRow, message: str) -> Finding:
    return Finding(rule=rule, file=FILE_NAMES[row.split], line=row.line, message=message)
