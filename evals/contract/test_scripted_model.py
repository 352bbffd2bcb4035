from __future__ import annotations

import pytest

from punie.testing import ScriptedModel


def test_the_text_that_occurs_last_in_the_prompt_decides() -> None:
    model = ScriptedModel({"hello": "one", "world": "two", "the world": "three"})

    assert [answer.text for answer in model.answer(["hello", "world hello", "hello the world"])] == [
        "one",
        "one",
        "three",
    ]


def test_a_function_sees_the_whole_prompt() -> None:
    assert ScriptedModel(str.upper).answer(["ab", "cd"])[1].text == "CD"


def test_each_reply_is_announced_with_its_index() -> None:
    seen: list[tuple[int, str]] = []
    ScriptedModel(str.upper).answer(["a", "b"], on_reply=lambda index, answer: seen.append((index, answer.text)))

    assert seen == [(0, "A"), (1, "B")]


def test_the_batches_are_kept() -> None:
    model = ScriptedModel(str.upper)
    model.answer(["a", "b"])
    model.answer(["c"])

    assert model.batches == [("a", "b"), ("c",)]


def test_a_prompt_outside_of_the_script_is_an_error() -> None:
    with pytest.raises(LookupError, match="no scripted reply to the prompt 'zz'"):
        ScriptedModel({"a": "b"}).answer(["zz"])
