from __future__ import annotations

import tempfile

from hypothesis import given
from hypothesis import strategies as st

from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset, write_dataset
from punie.training.dataset_validation import validate_dataset
from punie.training.row_text import RowError, row_from_text, row_to_text

messages = st.builds(ChatMessage, role=st.sampled_from(["system", "user", "assistant"]), content=st.text(max_size=20))
examples = st.builds(TrainingExample, messages=st.lists(messages, max_size=4).map(tuple))
splits = st.lists(examples, max_size=3).map(tuple)


@given(examples)
def test_a_row_survives_its_text(example: TrainingExample) -> None:
    text = row_to_text(example)

    assert "\n" not in text
    assert row_from_text(text.encode()) == example


@given(splits.filter(bool), splits, splits)
def test_a_set_survives_its_files_whatever_it_holds(
    train: tuple[TrainingExample, ...], valid: tuple[TrainingExample, ...], test: tuple[TrainingExample, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dataset = TrainingDataset(name="some", train=train, valid=valid, test=test)
        write_dataset(dataset, folder)
        again = read_dataset(folder)

        assert again.model_copy(update={"name": "some"}) == dataset
        assert validate_dataset(folder) == validate_dataset(dataset)


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_line_is_a_row_or_a_row_error(line: bytes) -> None:
    found: TrainingExample | RowError
    try:
        found = row_from_text(line)
    except RowError as error:
        found = error

    if isinstance(found, RowError):
        assert found.column >= 1
        assert found.rule in {"bad_json", "bad_structure"}
    else:
        assert row_from_text(row_to_text(found).encode()) == found
