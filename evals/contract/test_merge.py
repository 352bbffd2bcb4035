from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.dataset import SPLITS, ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset, write_dataset
from punie.training.merge import MANIFEST_FILE, merge_datasets, source_digest, write_merged
from punie.training.merge_manifest import (
    MergeError,
    MergeManifest,
    MergeSource,
    load_merge,
    manifest_text,
    preset_names,
)
from punie.training.splits import SplitSizes
from punie.training.strata import stratum

GIT, RUFF = emit_call("print(git_status('.'))"), emit_call("print(ruff_check('src'))")


def source(root: Path, name: str, answers: dict[str, int]) -> Path:
    """A set whose queries are far from one another and from those of other sets."""
    numbers = (f"{name[0] * (3 + at)} {chr(97 + at % 26) * (2 * at + 1)}" for at in range(100))
    rows = tuple(
        TrainingExample(
            messages=(ChatMessage(role="user", content=next(numbers)), ChatMessage(role="assistant", content=answer))
        )
        for answer, count in answers.items()
        for _ in range(count)
    )
    return write_dataset(TrainingDataset(name=name, train=rows[1:], valid=rows[:1]), root / name)


def manifest(valid: int = 1, **rows: int) -> MergeManifest:
    total = sum(rows.values())
    sources = tuple(MergeSource(name=name, rows=count) for name, count in rows.items())
    return MergeManifest(name="both", seed=1, sizes=SplitSizes(train=total - valid, valid=valid), sources=sources)


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source(tmp_path, "one", {"Words.": 3, GIT: 3})
    source(tmp_path, "two", {RUFF: 4})
    return tmp_path


def test_all_rows_of_all_sources_are_merged(root: Path) -> None:
    merged = merge_datasets(manifest(one=6, two=4), root)
    sources = [row.example for name in ("one", "two") for row in read_dataset(root / name).rows()]

    assert Counter(row.example for row in merged.dataset.rows()) == Counter(sources)
    assert [len(merged.dataset.split(split)) for split in SPLITS] == [9, 1, 0]


def test_of_a_larger_source_rows_are_drawn_in_proportion_to_its_tools(root: Path) -> None:
    merged = merge_datasets(manifest(valid=0, one=4), root)

    assert Counter(stratum(row) for row in merged.dataset.train) == {"direct": 2, "git_status": 2}


def test_the_digests_of_the_sources_are_recorded(root: Path) -> None:
    merged = merge_datasets(manifest(one=6, two=4), root)

    assert [each.sha256 for each in merged.manifest.sources] == [source_digest(root / n) for n in ("one", "two")]


def test_the_written_manifest_gives_the_same_files_again(root: Path) -> None:
    first = write_merged(merge_datasets(manifest(one=5, two=4), root), root / "out" / "first")
    again = write_merged(merge_datasets(load_merge(first / MANIFEST_FILE), root), root / "out" / "again")

    assert files_of(again) == files_of(first)
    assert sorted(files_of(first)) == ["merge.toml", "test.jsonl", "train.jsonl", "valid.jsonl"]


def test_a_source_that_changed_is_one_clear_error_even_when_it_became_unreadable(root: Path) -> None:
    pinned = merge_datasets(manifest(one=6), root).manifest
    with (root / "one" / "valid.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(MergeError, match="source 'one' has changed") as refusal:
        merge_datasets(pinned, root)

    assert "\n" not in str(refusal.value)


def test_a_source_with_other_rows_has_changed(root: Path) -> None:
    pinned = merge_datasets(manifest(one=6), root).manifest
    source(root, "one", {"Words.": 6})

    with pytest.raises(
        MergeError, match=r"source 'one' has changed: its digest is \w{64} and the manifest names \w{64}"
    ):
        merge_datasets(pinned, root)


def test_a_missing_source_is_one_clear_error(root: Path) -> None:
    with pytest.raises(MergeError, match="source 'three' cannot be read: no dataset in"):
        merge_datasets(manifest(one=6, three=4), root)


def test_a_source_with_too_few_rows_is_one_clear_error(root: Path) -> None:
    with pytest.raises(MergeError, match="source 'two' has 4 rows, 5 are asked for"):
        merge_datasets(manifest(two=5), root)


def test_a_source_with_a_bad_line_is_named_with_its_place(root: Path) -> None:
    (root / "two" / "train.jsonl").write_text("{}\n", encoding="utf-8")

    with pytest.raises(MergeError, match=r"source 'two' cannot be read: .*train\.jsonl:1:1"):
        merge_datasets(manifest(two=1, valid=0), root)


def test_rows_that_cannot_be_split_are_one_clear_error(root: Path) -> None:
    write_dataset(TrainingDataset(name="same", train=read_dataset(root / "two").train[:1] * 4), root / "same")

    with pytest.raises(MergeError, match="merge 'both': no choice of twins"):
        merge_datasets(manifest(valid=2, same=4), root)


def test_a_merge_that_fails_leaves_the_old_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_merged(merge_datasets(manifest(one=6), root), root / "out")
    before = files_of(folder)
    merged = merge_datasets(manifest(two=4), root)
    monkeypatch.setattr("punie.training.merge.manifest_text", lambda _: "\ud800")
    with pytest.raises(UnicodeEncodeError):
        write_merged(merged, folder)

    assert files_of(folder) == before
    assert sorted(each.name for each in root.iterdir()) == ["one", "out", "two"]


def test_a_merge_that_cannot_take_its_place_leaves_the_old_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_merged(merge_datasets(manifest(one=6), root), root / "out")
    before = files_of(folder)
    rename = Path.rename

    def refuse_the_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(PermissionError):
        write_merged(merge_datasets(manifest(two=4), root), folder)

    assert files_of(folder) == before


def test_the_seed_decides_which_rows_are_drawn(root: Path) -> None:
    source(root, "many", {"Words.": 30})
    asked = manifest(valid=0, many=10)
    drawn = [
        {row.query for row in merge_datasets(asked.model_copy(update={"seed": seed}), root).dataset.train}
        for seed in (1, 1, 2)
    ]

    assert drawn[0] == drawn[1] != drawn[2]


def test_a_merge_replaces_an_older_one_and_nothing_else(root: Path) -> None:
    folder = write_merged(merge_datasets(manifest(one=6), root), root / "out")
    write_merged(merge_datasets(manifest(two=4), root), folder)
    before = files_of(root / "one")
    with pytest.raises(MergeError, match="holds something else than a merge"):
        write_merged(merge_datasets(manifest(two=4), root), root / "one")

    assert len(read_dataset(folder).rows()) == 4
    assert files_of(root / "one") == before


@pytest.mark.parametrize(
    ("name", "sizes", "rows"),
    [
        ("phase26", (762, 95, 96), [683, 50, 50, 50, 120]),
        ("phase26-balanced", (800, 0, 0), [800]),
        ("phase27", (993, 111, 0), [800, 84, 84, 96, 40]),
        ("phase27-cleaned", (1053, 111, 0), [800, 84, 84, 96, 40, 60]),
    ],
)
def test_presets_have_the_required_counts(name: str, sizes: tuple[int, int, int], rows: list[int]) -> None:
    preset = load_merge(name)

    assert (preset.sizes.train, preset.sizes.valid, preset.sizes.test) == sizes
    assert [each.rows for each in preset.sources] == rows
    assert (preset.name, preset.seed) == (name, 42)


def test_the_shares_of_phase26_come_from_its_manifest() -> None:
    shares = load_merge("phase26").shares

    assert preset_names() == ("phase26", "phase26-balanced", "phase27", "phase27-cleaned")
    assert [round(100 * shares[name]) for name in ("workflows", "ty", "field-access")] == [72, 5, 13]
    assert round(100 * (shares["ruff"] + shares["pytest"])) == 10


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rows = 4", "rows = 3", "the sources give 3 rows and the sizes want 4"),
        ("rows = 4", "rows = true", r"sources\.0\.rows"),
        ('"two"', '"../two"', r"sources\.0\.name"),
        ("seed = 1", "seed = 1\nsalt = 2", "salt"),
        ("seed = 1", "seed = ", "no TOML in UTF-8"),
        ("seed = 1", "", "seed: Field required"),
    ],
    ids=["sum", "type", "way out", "unknown", "toml", "missing"],
)
def test_a_bad_manifest_is_one_error_with_its_file(old: str, new: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(manifest_text(manifest(two=4)).replace(old, new), encoding="utf-8")

    with pytest.raises(MergeError, match=rf"^\S*bad\.toml: .*{message}"):
        load_merge(file)


def test_an_unknown_manifest_names_the_presets() -> None:
    with pytest.raises(
        MergeError, match=r"no manifest 'phase99' .* phase26, phase26-balanced, phase27, phase27-cleaned"
    ):
        load_merge("phase99")
