from __future__ import annotations

from pathlib import Path

import pytest

from punie.evaluation.models import MlxModel

PROMPTS = ["Where is the loom that the weavers left?", "Who built it, and when was that?", "Why?"]


@pytest.fixture(scope="module")
def hot(tiny_model: Path) -> MlxModel:
    return MlxModel(tiny_model, max_tokens=12, temperature=1.5)


def drawn(model: MlxModel, prompts: list[str], draw: int) -> list[str]:
    return [answer.text for answer in model.answer(prompts, draws=[draw] * len(prompts))]


def test_a_draw_is_the_same_whatever_else_is_asked(hot: MlxModel) -> None:
    together = drawn(hot, PROMPTS, 0)

    assert [drawn(hot, [prompt], 0)[0] for prompt in PROMPTS] == together


def test_a_draw_is_the_same_whatever_was_asked_before(hot: MlxModel) -> None:
    first = drawn(hot, PROMPTS, 0)

    assert drawn(hot, PROMPTS, 1) != first
    assert drawn(hot, PROMPTS, 0) == first


def test_without_numbers_a_model_counts_its_draws(tiny_model: Path, hot: MlxModel) -> None:
    counting = MlxModel(tiny_model, max_tokens=12, temperature=1.5)
    counted = [[answer.text for answer in counting.answer(PROMPTS)] for _ in range(2)]

    assert counted == [drawn(hot, PROMPTS, draw) for draw in (0, 1)]


def test_a_prompt_that_stands_twice_in_a_batch_is_drawn_twice(tiny_model: Path) -> None:
    one, other = MlxModel(tiny_model, max_tokens=12, temperature=1.5).answer([PROMPTS[0]] * 2)

    assert one.text != other.text
