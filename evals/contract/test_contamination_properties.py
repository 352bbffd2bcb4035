from __future__ import annotations

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from punie.training.contamination import THRESHOLD, masked, plain, similarity, too_near

# few letters, so that near texts are found at all
texts = st.text("ab c1/._", max_size=24) | st.text(max_size=12)


@given(texts, texts)
def test_similarity_does_not_depend_on_the_order(first: str, second: str) -> None:
    assert similarity(first, second) == similarity(second, first)


@given(texts, texts)
def test_similarity_is_never_below_difflibs_ratio_of_either_form(first: str, second: str) -> None:
    forms = [(plain(first), plain(second)), (masked(first), masked(second))]
    ratios = [SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in forms]

    assert max(ratios) <= similarity(first, second) <= 1


@given(texts)
def test_a_prompt_is_near_itself(prompt: str) -> None:
    assert similarity(prompt, prompt) == 1
    assert too_near(prompt, [prompt]) == prompt


@given(texts, st.lists(texts, max_size=5))
def test_the_bounds_never_change_the_answer(prompt: str, others: list[str]) -> None:
    wanted = next((other for other in others if similarity(prompt, other) >= THRESHOLD), None)

    assert too_near(prompt, others) == wanted
