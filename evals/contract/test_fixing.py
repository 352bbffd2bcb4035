from __future__ import annotations

import json
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks.scan import Rules
from punie.training.dataset import SPLITS
from punie.training.dataset_io import FILE_NAMES
from punie.training.fixing import Fixed, fix_dataset

CALL = emit_call("print(git_status().clean)")
OTHER = emit_call('print(typecheck("src").error_count)')
RESPONSE = "<tool_response>\nTrue\n</tool_response>"
HERMES = '<tool_call>\n{"name": "execute_code", "arguments": {"code": "print(git_status().clean)"}}\n</tool_call>'
FENCE = '```json\n{"name": "execute_code", "arguments": {"code": "print(1)"}}\n```'
REAL = Path(__file__).parents[3] / "shared" / "datasets"
# Equal rows of one split, and rows that train has, too. The sets' own notes count 76 and 115 of the former: they count
# rows twice that are equal to one of their split and to one of train.
REMOVED = {"phase26_merged": (69, 19), "phase27_merged": (111, 13), "phase27_cleaned": (0, 0)}


def row(*turns: str, **extra: str) -> str:
    """A row of a system prompt and turns of the user and the assistant."""
    roles = ["system", *("user" if place % 2 == 0 else "assistant" for place in range(len(turns)))]
    messages = [{"role": role, "content": text} for role, text in zip(roles, ("Help.", *turns), strict=True)]
    return json.dumps({"messages": messages, **extra}, ensure_ascii=True)


def fix(folder: Path, train: list[str], valid: list[str] | None = None) -> Fixed:
    source = folder / "set"
    source.mkdir()
    for name, lines in {"train.jsonl": train, "valid.jsonl": valid or []}.items():
        (source / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return fix_dataset(source, folder / "fixed", Rules)


def rows_of(folder: Path, split: str = "train") -> list[str]:
    lines = (folder / "fixed" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.dumps(json.loads(line), ensure_ascii=True) for line in lines]


def test_a_sound_set_is_copied_byte_for_byte(tmp_path: Path) -> None:
    train = [row("What is a tuple?", "A f\N{LATIN SMALL LETTER U WITH DIAERESIS}nf-tuple."), row("Clean?", CALL)]
    fixed = fix(tmp_path, train, [row("Why?", "Because.")])

    assert fixed == Fixed(changes={}, rows={"train": 2, "valid": 1}, rejected=(), remaining={})
    assert all(
        (tmp_path / "fixed" / name).read_bytes() == (tmp_path / "set" / name).read_bytes()
        for name in ("train.jsonl", "valid.jsonl")
    )


def test_words_before_a_call_go(tmp_path: Path) -> None:
    fixed = fix(tmp_path, [row("Clean?", f"I'll look at that.\n\n{CALL}")])

    assert rows_of(tmp_path) == [row("Clean?", CALL)]
    assert fixed.changes == {"rows whose words before a call were removed": 1}


def test_older_calls_become_format_a(tmp_path: Path) -> None:
    fixed = fix(tmp_path, [row("Clean?", HERMES)])

    assert rows_of(tmp_path) == [row("Clean?", CALL)]
    assert fixed.changes == {"rows whose calls were written as format A": 1}


def test_a_call_that_would_lose_something_stays(tmp_path: Path) -> None:
    loose = HERMES.replace('"code":', '"timeout": 3, "code":')
    fixed = fix(tmp_path, [row("Clean?", loose)])

    assert rows_of(tmp_path) == [row("Clean?", loose)]
    assert fixed.changes == {}


def test_the_first_of_equal_rows_stays(tmp_path: Path) -> None:
    fixed = fix(tmp_path, [row("a", "b"), row("c", "d"), row("a", "b")])

    assert rows_of(tmp_path) == [row("a", "b"), row("c", "d")]
    assert fixed.changes == {"duplicates removed": 1}


def test_rows_that_become_equal_are_duplicates(tmp_path: Path) -> None:
    fixed = fix(tmp_path, [row("Clean?", CALL), row("Clean?", f"Sure!\n{CALL}")])

    assert rows_of(tmp_path) == [row("Clean?", CALL)]
    assert fixed.changes == {"duplicates removed": 1}


def test_rows_of_train_leave_the_other_splits(tmp_path: Path) -> None:
    fixed = fix(tmp_path, [row("a", "b")], [row("a", "b"), row("a", "c")])

    assert rows_of(tmp_path, "valid") == [row("a", "c")]
    assert fixed.changes == {"rows removed that train has, too": 1}


def test_every_turn_ends_a_row(tmp_path: Path) -> None:
    whole = ("Clean?", CALL, RESPONSE, "Yes, it is.")
    fixed = fix(tmp_path, [row(*whole)])

    assert rows_of(tmp_path) == [row(*whole[:2]), row(*whole)]
    assert fixed.changes == {"rows added that end with an earlier turn": 1}


@pytest.mark.parametrize("turn", ["I'll check the types.", " ", FENCE, CALL[:-20]])
def test_no_row_is_added_that_would_teach_a_fault(tmp_path: Path, turn: str) -> None:
    fix(tmp_path, [row("Clean?", turn, "Go ahead.", CALL)])

    assert len(rows_of(tmp_path)) == 1


def test_a_beginning_that_train_has_is_not_added_to_valid(tmp_path: Path) -> None:
    fix(tmp_path, [row("Clean?", CALL)], [row("Clean?", CALL, RESPONSE, "Yes.")])

    assert rows_of(tmp_path, "valid") == [row("Clean?", CALL, RESPONSE, "Yes.")]


def test_text_rows_become_messages(tmp_path: Path) -> None:
    text = "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n"
    fixed = fix(tmp_path, [json.dumps({"text": text})])

    assert [json.loads(line)["messages"][-1]["content"] for line in rows_of(tmp_path)] == ["b"]
    assert fixed.changes == {"rows of text written as messages": 1}


def test_lines_that_are_no_rows_are_kept_byte_for_byte_and_named(tmp_path: Path) -> None:
    source = tmp_path / "set"
    source.mkdir()
    bad = [b'{"messages": [', b"\xff\xfe", row("a", "b", extra="c").encode(), b"", b" \t"]
    (source / "train.jsonl").write_bytes(b"\n".join([row("a", "b").encode(), *bad, b""]))
    fixed = fix_dataset(source, tmp_path / "fixed", Rules)

    assert (tmp_path / "fixed" / "rejected.jsonl").read_bytes() == b"\n".join([*bad, b""])
    assert [place.partition(": ")[0] for place in fixed.rejected] == [f"train.jsonl:{number}" for number in range(2, 7)]
    assert fixed.rows == {"train": 1}


def test_a_row_with_wrong_turns_stays_and_is_told(tmp_path: Path) -> None:
    fixed = fix(tmp_path, [row("a", "b"), row("a")])

    assert rows_of(tmp_path) == [row("a", "b"), row("a")]
    assert fixed.remaining == {"bad_structure": 1}


def test_one_file_becomes_train(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(row("a", "b") + "\n", encoding="utf-8")
    fix_dataset(tmp_path / "rows.jsonl", tmp_path / "fixed", Rules)

    assert rows_of(tmp_path) == [row("a", "b")]


def test_nothing_that_exists_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "fixed").mkdir()

    with pytest.raises(FileExistsError, match="a fixed set is written to a new folder"):
        fix(tmp_path, [row("a", "b")])
    assert list((tmp_path / "fixed").iterdir()) == []


def test_a_broken_off_fix_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Rules:
        message = "broken"
        raise RuntimeError(message)

    (tmp_path / "train.jsonl").write_text(row("a", "b"), encoding="utf-8")
    with pytest.raises(RuntimeError):
        fix_dataset(tmp_path, tmp_path / "fixed", broken)
    assert [path.name for path in tmp_path.iterdir()] == ["train.jsonl"]


def test_without_a_dataset_there_is_nothing_to_fix(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no dataset in"):
        fix_dataset(tmp_path, tmp_path / "fixed", Rules)


def test_fixing_a_fixed_set_changes_nothing(tmp_path: Path) -> None:
    whole = ("Clean?", f"Let me see.\n{HERMES}", RESPONSE, "Yes.", "And the types?", f"Sure.\n{OTHER}")
    train = [row(*whole), row(*whole[:2]), row("a", "b"), row("a", "b"), "{", row("a")]
    fix(tmp_path, train, [row("a", "b"), row(*whole[:4])])
    again = fix_dataset(tmp_path / "fixed", tmp_path / "again", Rules)

    assert again.changes == {}
    assert all(
        (tmp_path / "again" / f"{n}.jsonl").read_bytes() == (tmp_path / "fixed" / f"{n}.jsonl").read_bytes()
        for n in ("train", "valid")
    )


@pytest.mark.skipif(not REAL.is_dir(), reason="the real training sets are not on this machine")
@pytest.mark.slow
@pytest.mark.parametrize("name", REMOVED)
def test_real_sets_are_fixed_once_and_for_all(tmp_path: Path, name: str) -> None:
    fixed = fix_dataset(REAL / name, tmp_path / "fixed", Rules)
    again = fix_dataset(tmp_path / "fixed", tmp_path / "again", Rules)
    present = [FILE_NAMES[split] for split in SPLITS if (REAL / name / FILE_NAMES[split]).is_file()]
    removed = [fixed.changes.get(change, 0) for change in ("duplicates removed", "rows removed that train has, too")]

    assert tuple(removed) == REMOVED[name]
    assert (fixed.rejected, fixed.remaining, again.changes) == ((), {}, {})
    assert all((tmp_path / "again" / file).read_bytes() == (tmp_path / "fixed" / file).read_bytes() for file in present)
