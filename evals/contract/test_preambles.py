from __future__ import annotations

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.preambles import (
    is_promise,
    preamble,
    preamble_turns,
    promise_turns,
    remove_preambles,
    without_preamble,
)

CALL = emit_call("print(1)")


def row(*turns: str) -> TrainingExample:
    roles = ("user", "assistant")
    return TrainingExample(
        messages=tuple(ChatMessage.model_validate({"role": roles[n % 2], "content": t}) for n, t in enumerate(turns))
    )


def test_only_the_words_before_the_call_go() -> None:
    turn = f"I'll look.\n\n{CALL}\n\nand  {CALL} then. "

    assert preamble(turn) == "I'll look."
    assert without_preamble(turn) == f"{CALL}\n\nand  {CALL} then. "


def test_reasoning_stays() -> None:
    assert without_preamble(f"<think>\nhm\n</think>\nI'll look.\n{CALL}") == f"<think>\nhm\n</think>{CALL}"


@pytest.mark.parametrize(
    "turn",
    [
        CALL,
        f"\n{CALL}",
        f"<think>\nhm\n</think>\n\n{CALL}",
        f"{CALL}\nDone.",
        "No call.",
        "Like this:\n\n```python\nx = 1\n```",
        f"A call is written so:\n\n```text\n{CALL}\n```",
        "",
    ],
    ids=["call", "blank", "reasoning", "behind", "words", "fence", "fenced_call", "nothing"],
)
def test_a_turn_without_words_before_a_call_stays(turn: str) -> None:
    assert preamble(turn) is None
    assert without_preamble(turn) == turn


def test_every_turn_of_the_assistant_is_cleaned_and_no_other() -> None:
    before = row(f"Why {CALL}?", f"Look: {CALL}", "Go on.", f"Again: {CALL}", "Well?", "One.")

    assert preamble_turns(before) == (1, 3)
    assert remove_preambles(before) == row(f"Why {CALL}?", CALL, "Go on.", CALL, "Well?", "One.")


@pytest.mark.parametrize(
    "turn",
    [
        "I'll run the type checker.",
        "I\N{RIGHT SINGLE QUOTATION MARK}ll run ruff",
        "Sure, let me look at src/app.py:",
        "Okay! I will check the diff and review the changed files.",
        "First, I'm going to run the tests...",
        "Let me check\N{HORIZONTAL ELLIPSIS}",
        "Let's search the workspace for 'create_user'.",
    ],
)
def test_a_turn_that_only_promises_is_recognised(turn: str) -> None:
    assert is_promise(turn)


@pytest.mark.parametrize(
    "turn",
    [
        "There are 3 type errors.",
        "I'll explain: a decorator wraps a function.",
        "Sure, I can explain the concept.",
        "I ran the tests. All passed.",
        "I'll run the tests. All 5 passed.",
        "Let me be brief.",
        "I'll look.\n- one",
        "Letters are symbols.",
        "",
        f"I'll look. {CALL}",
        f"I'll look {CALL}",
        "I'll look " + "again and " * 30,
    ],
)
def test_a_turn_that_says_or_does_something_is_no_promise(turn: str) -> None:
    assert not is_promise(turn)


def test_promises_are_reported_and_not_touched() -> None:
    before = row("Type errors?", "I'll run the type checker.", "I'll wait.", CALL)

    assert promise_turns(before) == (1,)
    assert remove_preambles(before) == before
