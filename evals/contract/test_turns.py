from __future__ import annotations

import pytest

from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.turns import prefixes, split_dataset, split_turns


def row(letters: str) -> TrainingExample:
    """A row of one message for each letter: upper case for the assistant, `s` for the system."""
    roles = ("assistant" if letter.isupper() else "system" if letter == "s" else "user" for letter in letters)
    return TrainingExample(
        messages=tuple(
            ChatMessage.model_validate({"role": role, "content": letter})
            for role, letter in zip(roles, letters, strict=True)
        )
    )


def test_every_turn_of_the_assistant_ends_a_row() -> None:
    assert prefixes(row("saAbBcC")) == (row("saA"), row("saAbB"), row("saAbBcC"))


def test_a_row_with_one_turn_stays_alone() -> None:
    assert split_turns([row("saA")]) == (row("saA"),)


def test_beginnings_stand_before_their_row() -> None:
    assert split_turns([row("dD"), row("aAbB")]) == (row("dD"), row("aA"), row("aAbB"))


def test_a_beginning_that_is_there_is_not_added_again() -> None:
    rows = [row("aAbB"), row("aA"), row("aAcC"), row("eEfF"), row("eEgG")]

    assert split_turns(rows) == (*rows[:3], row("eE"), *rows[3:])


def test_equal_rows_all_stay() -> None:
    assert split_turns([row("aAbB")] * 2) == (row("aA"), row("aAbB"), row("aAbB"))


def test_splits_of_a_set_do_not_share_rows() -> None:
    dataset = TrainingDataset(name="some", train=(row("aAbB"),), valid=(row("aAcC"),))
    found = split_dataset(dataset)

    assert (found.name, found.train, found.valid) == ("some", (row("aA"), row("aAbB")), (row("aA"), row("aAcC")))


@pytest.mark.parametrize(("letters", "said"), [("aAb", "user"), ("s", "system"), ("", "nothing")])
def test_a_row_whose_end_would_be_lost_names_its_place(letters: str, said: str) -> None:
    dataset = TrainingDataset(name="some", train=(row("aA"),), test=(row("aA"), row(letters)))

    with pytest.raises(ValueError, match=rf"test\.jsonl:2: the row ends with '{said}'"):
        split_dataset(dataset)
