from __future__ import annotations

from pathlib import Path

import pytest

from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset, write_dataset

ROW = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}'


def _example(*contents: str) -> TrainingExample:
    roles = ("user", "assistant") * len(contents)
    pairs = zip(roles, contents, strict=False)
    return TrainingExample(messages=tuple(ChatMessage.model_validate({"role": r, "content": c}) for r, c in pairs))


def _folder(tmp_path: Path, train: str | bytes) -> Path:
    data = train if isinstance(train, bytes) else train.encode()
    (tmp_path / "train.jsonl").write_bytes(data)
    return tmp_path


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    dataset = TrainingDataset(name="some", train=(_example("a", "é\u2028\n😀"),), valid=(_example("b", "c"),))
    write_dataset(dataset, tmp_path / "some")

    assert read_dataset(tmp_path / "some") == dataset
    assert sorted(file.name for file in (tmp_path / "some").iterdir()) == ["test.jsonl", "train.jsonl", "valid.jsonl"]


def test_each_line_has_the_one_key_messages(tmp_path: Path) -> None:
    write_dataset(TrainingDataset(name="some", train=(_example("hi", "hello"),)), tmp_path)

    assert (tmp_path / "train.jsonl").read_text(encoding="utf-8") == f"{ROW}\n"


def test_writing_again_replaces_the_old_rows(tmp_path: Path) -> None:
    for text in ("first", "second"):
        write_dataset(TrainingDataset(name="some", train=(_example("a", text),)), tmp_path)

    assert read_dataset(tmp_path).train == (_example("a", "second"),)


def test_a_set_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    write_dataset(TrainingDataset(name="some", train=(_example("a", "old"),)), tmp_path)
    odd = ChatMessage.model_construct(role="user", content="\ud800")
    broken = TrainingExample.model_construct(messages=(odd,))
    with pytest.raises(UnicodeEncodeError):
        write_dataset(TrainingDataset.model_construct(name="some", train=(broken,)), tmp_path)

    assert read_dataset(tmp_path).train == (_example("a", "old"),)
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("text", [ROW, f"{ROW}\n", f"{ROW}\r\n"])
def test_line_ends_do_not_matter(text: str, tmp_path: Path) -> None:
    assert read_dataset(_folder(tmp_path, text)).train == (_example("hi", "hello"),)


def test_missing_valid_and_test_files_are_empty_splits(tmp_path: Path) -> None:
    dataset = read_dataset(_folder(tmp_path, ROW))

    assert (dataset.valid, dataset.test) == ((), ())


@pytest.mark.parametrize(
    ("line", "place", "reason"),
    [
        ("", "1", "not JSON: Expecting value"),
        ("{", "2", "not JSON: Expecting property name"),
        (f"\ufeff{ROW}", "1", "not JSON: "),
        (ROW.replace('"hi"', "hi"), "43", "not JSON: Expecting value"),
        ("[]", "1", "the row: Input should be"),
        ("NaN", "1", "not JSON that can be read: NaN is not JSON"),
        ('{"messages": [], "messages": []}', "1", "not JSON that can be read: the key 'messages' stands twice"),
        ("[" * 100_000, "1", "not JSON that can be read: nested too deeply"),
        ("1" * 5_000, "1", "not JSON that can be read: "),
        ('{"text": "hi"}', "1", r"messages: Field required \(and 1 more\)"),
        (ROW.replace('"user"', '"tool"'), "1", "messages.0.role: Input should be 'system', 'user' or 'assistant'"),
        (ROW.replace('"hi"', "5"), "1", "messages.0.content: Input should be a valid string"),
        (ROW.replace('"hi"', r'"\ud800"'), "1", "messages.0.content: Value error, holds half of a surrogate pair"),
        (ROW.replace("]}", '], "tools": []}'), "1", "tools: Extra inputs are not permitted"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_column(line: str, place: str, reason: str, tmp_path: Path) -> None:
    folder = _folder(tmp_path, f"{ROW}\n{line}\n{ROW}\n")

    with pytest.raises(ValueError, match=rf"^{folder / 'train.jsonl'}:2:{place}: {reason}"):
        read_dataset(folder)


def test_bytes_that_are_no_text_are_named_with_their_column(tmp_path: Path) -> None:
    folder = _folder(tmp_path, ROW.encode() + b"\n" + '{"é'.encode() + b'\xff"}')

    with pytest.raises(ValueError, match=r":2:4: not UTF-8: byte 0xff$"):
        read_dataset(folder)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_a_dataset_says_what_to_give(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(FileNotFoundError, match=r"^no dataset in '.*': give a folder that holds train.jsonl, "):
        read_dataset(tmp_path / name)


def test_a_row_knows_its_query_and_its_system_prompt() -> None:
    system = ChatMessage(role="system", content="Be brief.")
    example = TrainingExample(messages=(system, *_example("hi", "hello", "and", "so").messages))

    assert (example.query, example.system) == ("hi", "Be brief.")
    assert (_example().query, _example("a", "b").system) == ("", None)
