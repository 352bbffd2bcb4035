"""Rows as tokens, their shared prefix and their batches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import StageError
from pipeline.models import load_model
from pipeline.tokens import Batches, TokenRow, shared_prefix, tokenize
from punie.training.dataset import ChatMessage, TrainingExample


def _example(*contents: str) -> TrainingExample:
    roles = ("system", "user", "assistant")
    messages = (ChatMessage.model_validate({"role": r, "content": c}) for r, c in zip(roles, contents, strict=True))
    return TrainingExample(messages=tuple(messages))


EXAMPLES = (_example("Be brief.", "Which files?", "None."), _example("Be brief.", "Who called?", "total, twice."))


def test_only_the_answer_lies_behind_its_place(tiny_base: Path) -> None:
    tokenizer = load_model(tiny_base).tokenizer
    rows = tokenize(EXAMPLES, tokenizer, 1000)

    assert [tokenizer.decode(row.tokens[row.answer :]) for row in rows] == [
        "None.<|im_end|>\n",
        "total, twice.<|im_end|>\n",
    ]


def test_a_row_that_would_be_cut_off_forbids_training(tiny_base: Path) -> None:
    with pytest.raises(StageError, match=r"^2 rows are longer than max_tokens \(8\), the longest has \d+: "):
        tokenize(EXAMPLES, load_model(tiny_base).tokenizer, 8)


@pytest.mark.parametrize(
    ("rows", "prefix"),
    [
        ([], []),
        ([TokenRow([1, 2, 3, 4], 3), TokenRow([1, 2, 5, 4], 3)], [1, 2]),
        ([TokenRow([1, 2, 3, 4], 3), TokenRow([1, 2, 3, 4], 3)], [1, 2]),
        ([TokenRow([1, 2, 3, 4], 2), TokenRow([1, 2, 3, 5], 3)], [1]),
        ([TokenRow([1, 2], 1), TokenRow([3, 2], 1)], []),
        ([TokenRow([1, 2], 0)], []),
    ],
)
def test_the_shared_prefix_ends_before_the_first_answer(rows: list[TokenRow], prefix: list[int]) -> None:
    assert shared_prefix(rows).tolist() == prefix


def _rows(count: int) -> list[TokenRow]:
    random = np.random.default_rng(1)
    return [TokenRow([place] * int(random.integers(3, 40)), 2) for place in range(1, count + 1)]


def test_one_round_holds_every_row_once_in_order_of_length() -> None:
    rows = _rows(23)
    batches = list(Batches(0)(rows, 5))
    seen = [int(row[0]) for ids, _ in batches for row in ids]
    lengths = [int(length) for _, spans in batches for length in spans[:, 1]]

    assert sorted(seen) == list(range(1, 24))
    assert lengths == sorted(lengths)


def test_a_batch_is_padded_by_one_place_beyond_its_longest_row() -> None:
    ids, spans = next(Batches(0)([TokenRow([5, 6, 7], 1), TokenRow([8, 9], 1)], 2))

    assert ids.tolist() == [[8, 9, 0, 0], [5, 6, 7, 0]]
    assert spans.tolist() == [[1, 2], [1, 3]]


def test_rounds_of_training_hold_every_row_once_and_differ() -> None:
    rows = _rows(20)
    stream = Batches(0)(rows, 5, loop=True)
    rounds = [[int(row[0]) for _ in range(4) for row in next(stream)[0]] for _ in range(2)]

    assert sorted(rounds[0]) == sorted(rounds[1]) == list(range(1, 21))
    assert rounds[0] != rounds[1]


def test_the_same_seed_gives_the_same_batches() -> None:
    streams = [Batches(7)(_rows(20), 5, loop=True) for _ in range(2)]
    first, second = ([next(stream)[0].tolist() for _ in range(8)] for stream in streams)

    assert first == second


@pytest.mark.parametrize("skip", [1, 4, 5, 13])
def test_the_order_can_be_taken_up_at_any_place(skip: int) -> None:
    rows, batches = _rows(18), Batches(7)
    whole, rest = batches(rows, 5, loop=True), batches(rows, 5, loop=True, skip=skip)
    expected = [next(whole)[0].tolist() for _ in range(skip + 6)][skip:]

    assert [next(rest)[0].tolist() for _ in range(6)] == expected


def test_a_round_in_between_does_not_change_the_order() -> None:
    rows, batches = _rows(18), Batches(7)
    quiet, disturbed = Batches(7)(rows, 5, loop=True), batches(rows, 5, loop=True)
    found = []
    for _ in range(6):
        found.append(next(disturbed)[0].tolist())
        list(batches(rows, 5))

    assert found == [next(quiet)[0].tolist() for _ in range(6)]


@pytest.mark.parametrize(("longest", "length"), [(3, 33), (32, 33), (33, 65)])
def test_lengths_can_be_multiples_and_one_place(longest: int, length: int) -> None:
    ids, spans = next(Batches(0, 32)([TokenRow([1] * longest, 1)], 2))

    assert ids.shape == (1, length)
    assert spans.tolist() == [[1, longest]]
