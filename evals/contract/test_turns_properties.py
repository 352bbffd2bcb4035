from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.turns import prefixes, split_turns

REPLY = ChatMessage(role="assistant", content="yes")
messages = st.builds(ChatMessage, role=st.sampled_from(["user", "assistant"]), content=st.sampled_from("ab"))
rows = st.lists(messages, max_size=4).map(lambda found: TrainingExample(messages=(*found, REPLY)))
sets = st.lists(rows, max_size=5)


@given(sets)
def test_every_turn_of_the_assistant_is_the_last_of_a_row(given_rows: list[TrainingExample]) -> None:
    found = set(split_turns(given_rows))

    assert all(set(prefixes(row)) <= found for row in given_rows)


@given(sets)
def test_given_rows_stay_in_their_order_and_number(given_rows: list[TrainingExample]) -> None:
    found = split_turns(given_rows)
    kept = Counter(given_rows)

    assert all(found.count(row) == times for row, times in kept.items())
    assert [row for row in found if row in kept] == given_rows


@given(sets)
def test_what_is_added_is_a_beginning_and_stands_once(given_rows: list[TrainingExample]) -> None:
    added = Counter(row for row in split_turns(given_rows) if row not in set(given_rows))
    beginnings = {beginning for row in given_rows for beginning in prefixes(row)}

    assert set(added) <= beginnings
    assert set(added.values()) <= {1}


@given(sets)
def test_splitting_twice_changes_nothing(given_rows: list[TrainingExample]) -> None:
    once = split_turns(given_rows)

    assert split_turns(once) == once
