from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punie.training import near_index, twins
from punie.training.contamination import masked, plain, similarity
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.dataset_io import read_dataset
from punie.training.near_index import all_pairs, is_near, near_pairs, pairs_between, pairs_within, sketches_of
from punie.training.spooled_texts import SpooledTexts
from punie.training.twins import twin_groups

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"

# few letters, so that near texts are found at all
texts = st.text("ab c1", min_size=1, max_size=24) | st.text(min_size=1, max_size=8)
lists = st.lists(texts, min_size=1, max_size=12, unique=True)


def candidates(found: list[str]) -> set[tuple[int, int]]:
    batches = pairs_within(sketches_of(found, np.arange(len(found))), 0.0)
    return {pair for ones, others in batches for pair in zip(ones.tolist(), others.tolist(), strict=True)}


def near_ones(found: list[str], threshold: float) -> set[tuple[int, int]]:
    batches = [
        (ones, others, near_pairs(found, found, (ones, others), threshold))
        for ones, others in all_pairs(found, threshold)
    ]
    return {
        (low, high)
        for ones, others, near in batches
        for high, low in zip(ones[near].tolist(), others[near].tolist(), strict=True)
    }


def row(query: str) -> TrainingExample:
    return TrainingExample(messages=(ChatMessage(role="user", content=query),))


@given(st.lists(st.text(), max_size=8))
def test_spooled_texts_come_back_as_they_were(given_texts: list[str]) -> None:
    spooled = SpooledTexts(given_texts)

    assert [spooled[place] for place in range(len(spooled))] == given_texts


@given(texts, texts, st.floats(0, 1))
def test_nearness_does_not_depend_on_the_order(first: str, second: str, threshold: float) -> None:
    assert is_near(first, second, threshold) == is_near(second, first, threshold)


@given(lists, st.sampled_from([0.5, 0.85, 0.9, 1.0]))
def test_the_exact_search_loses_no_near_pair(found: list[str], threshold: float) -> None:
    wanted = {
        (low, high) for low, high in combinations(range(len(found)), 2) if is_near(found[low], found[high], threshold)
    }

    assert near_ones(found, threshold) == wanted


@given(lists)
def test_candidates_are_pairs_of_different_places_lower_first(found: list[str]) -> None:
    assert all(0 <= low < high < len(found) for low, high in candidates(found))


@given(lists, lists)
def test_equal_texts_of_two_lists_are_always_candidates(asked: list[str], others: list[str]) -> None:
    one, other = (sketches_of(each, np.arange(len(each))) for each in (asked, others))
    found = {
        pair for ones, twos in pairs_between(one, other, 0.9) for pair in zip(ones.tolist(), twos.tolist(), strict=True)
    }

    assert {(asked.index(text), others.index(text)) for text in set(asked) & set(others)} <= found


@given(lists)
def test_a_key_depends_on_its_text_alone(found: list[str]) -> None:
    keys = sketches_of(found, np.arange(len(found))).keys

    assert all((sketches_of([text], np.arange(1)).keys[0] == key).all() for text, key in zip(found, keys, strict=True))


def test_texts_of_different_scopes_are_no_candidates() -> None:
    keys = sketches_of(["say a b c"] * 4, np.arange(4), np.array([1, 2, 1, 2], np.uint64))

    assert {
        pair for ones, others in pairs_within(keys, 0.9) for pair in zip(ones.tolist(), others.tolist(), strict=True)
    } == {(0, 2), (1, 3)}


@given(st.lists(st.text("ab c1/._", max_size=20), max_size=8))
def test_twins_of_small_sets_are_those_of_comparing_each_with_each(queries: list[str]) -> None:
    heads = list(range(len(queries)))
    for low, high in combinations(range(len(queries)), 2):
        if similarity(queries[low], queries[high]) >= 0.85:
            heads = [heads[low] if head == heads[high] else head for head in heads]
    wanted = {tuple(place for place, head in enumerate(heads) if head == each) for each in heads}

    assert set(twin_groups([row(query) for query in queries])) == wanted


def test_a_bucket_of_like_texts_costs_a_bounded_number_of_comparisons() -> None:
    found = [f"where is the symbol number {number} defined in this package" for number in range(3_000)]
    pairs = sum(len(ones) for ones, _ in pairs_within(sketches_of(found, np.arange(len(found))), 0.0))

    assert pairs <= near_index.TREES * near_index.WINDOW * len(found)


def test_of_ten_thousand_like_texts_changed_copies_are_found() -> None:
    draw = random.Random(4)  # noqa: S311 - choices, no secrets
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(10_000)]
    seen = [f"where is the {words[place]} of {draw.choice(words)} defined" for place in range(10_000)]
    held = [text.replace("where is the", "where s the") for text in seen[::100]]
    first, second = (sketches_of(each, np.arange(len(each))) for each in (held, seen))
    found = {
        (one, other)
        for ones, others in pairs_between(first, second, 0.9)
        for one, other in zip(ones.tolist(), others.tolist(), strict=True)
    }

    assert sum((place, 100 * place) in found for place in range(len(held))) >= 95


@pytest.mark.parametrize("form", [plain, masked])
@pytest.mark.parametrize("name", ["phase26_merged", "phase27_merged", "phase27_cleaned"])
def test_the_index_finds_the_near_pairs_of_real_sets(name: str, form: Callable[[str], str]) -> None:
    if not (DATASETS / name).is_dir():
        pytest.skip(f"no folder {name} of real training sets here")
    found = sorted({form(each.example.query) for each in read_dataset(DATASETS / name).rows()} - {""})
    random.Random(1).shuffle(found)  # noqa: S311 - an order, no secret
    wanted = near_ones(found, 0.9)

    assert len(wanted) > 50
    assert len(wanted & candidates(found)) >= 0.95 * len(wanted)


@pytest.mark.parametrize("name", ["phase26_merged", "phase27_merged", "phase27_cleaned"])
def test_twins_of_real_sets_through_the_index_are_the_exact_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (DATASETS / name).is_dir():
        pytest.skip(f"no folder {name} of real training sets here")
    rows = [each.example for each in read_dataset(DATASETS / name).rows()]
    exact = twin_groups(rows)
    monkeypatch.setattr(twins, "EXACT", 0)

    assert twin_groups(rows) == exact
