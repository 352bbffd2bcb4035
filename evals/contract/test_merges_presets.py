"""Merges of generated sources: counts, shares, splits, and what the cleaning leaves."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.cleaning import cleaned
from punie.training.contamination import too_near
from punie.training.dataset import SPLITS, ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset, write_dataset
from punie.training.examples import dataset_names, generate, make_dataset, make_merge, make_source
from punie.training.examples.sources import QUALITY, SOURCES, assistant_turns
from punie.training.field_reads import field_share
from punie.training.merge import MANIFEST_FILE, Merged, merge_datasets, write_merged
from punie.training.merge_manifest import MergeError, MergeManifest, MergeSource, load_merge, preset_names
from punie.training.preambles import preamble_turns, promise_turns
from punie.training.splits import SplitSizes
from punie.training.strata import called_tools, stratum

SIZES = {
    "phase26": (762, 95, 96),
    "phase26-balanced": (800, 0, 0),
    "phase27": (993, 111, 0),
    "phase27-cleaned": (1053, 111, 0),
}
QUICK = ("phase26", "phase27")
EVERY = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in preset_names()]
CALL = emit_call("print(git_status('.').clean)")
REAL = Path(__file__).parents[3] / "shared" / "datasets" / "phase27_merged"


@cache
def merged(name: str) -> Merged:
    return make_merge(name, 3, "You are Punie.")


def rows(name: str) -> list[TrainingExample]:
    return [each.example for each in merged(name).dataset.rows()]


def counts(dataset: TrainingDataset) -> tuple[int, ...]:
    return tuple(len(dataset.split(split)) for split in SPLITS)


def row(query: str, *turns: str) -> TrainingExample:
    said = [("user", query), *(("assistant", turn) for turn in turns)]
    return TrainingExample(
        messages=tuple(ChatMessage.model_validate({"role": role, "content": text}) for role, text in said)
    )


@pytest.mark.parametrize("name", EVERY)
def test_a_merge_has_its_splits(name: str) -> None:
    assert counts(merged(name).dataset) == SIZES[name]


@pytest.mark.slow
def test_the_same_arguments_give_the_same_merge() -> None:
    assert make_merge("phase27", 3, "You are Punie.") == merged("phase27")


@pytest.mark.slow
def test_another_seed_gives_another_merge() -> None:
    assert make_merge("phase26", 4, "s").dataset.train != make_merge("phase26", 5, "s").dataset.train


@pytest.mark.parametrize("name", EVERY)
def test_every_source_is_recorded_with_its_digest(name: str) -> None:
    sources = merged(name).manifest.sources

    assert [source.name for source in sources] == [source.name for source in load_merge(name).sources]
    assert [source.name for source in sources if source.sha256 is None] == []


@pytest.mark.parametrize("name", EVERY)
def test_no_row_stands_twice_and_every_row_has_the_system_prompt(name: str) -> None:
    assert max(Counter(row.messages for row in rows(name)).values()) == 1
    assert {row.system for row in rows(name)} == {"You are Punie."}


@pytest.mark.parametrize("name", EVERY)
def test_no_row_has_words_before_a_call_or_only_a_promise(name: str) -> None:
    assert [row.query for row in rows(name) if preamble_turns(row) or promise_turns(row)] == []


@pytest.mark.parametrize("name", ["phase26", "phase27", pytest.param("phase27-cleaned", marks=pytest.mark.slow)])
def test_no_query_of_a_held_out_split_is_near_one_of_training(name: str) -> None:
    dataset = merged(name).dataset
    trained = [row.query for row in dataset.train]

    assert [row.query for row in (*dataset.valid, *dataset.test) if too_near(row.query, trained)] == []


def test_validation_and_test_of_phase26_stay_apart() -> None:
    dataset = merged("phase26").dataset
    validated = [row.query for row in dataset.valid]

    assert [row.query for row in dataset.test if too_near(row.query, validated)] == []


@pytest.mark.slow
def test_the_balanced_rows_are_rows_of_phase26_with_its_shares() -> None:
    base, balanced = rows("phase26"), rows("phase26-balanced")
    shares = [Counter(map(stratum, each)) for each in (base, balanced)]

    assert {row.messages for row in balanced} <= {row.messages for row in base}
    assert {tool for tool, count in shares[0].items() if abs(shares[1][tool] - count * 800 / 953) >= 1} == set()


@pytest.mark.parametrize("name", ["phase27", pytest.param("phase27-cleaned", marks=pytest.mark.slow)])
def test_each_quality_tool_has_about_eight_percent_of_the_rows(name: str) -> None:
    called = Counter(tool for row in rows(name) for tool in called_tools(row))
    shares = {tool: called[tool] / len(rows(name)) for tool in QUALITY}

    assert {tool: share for tool, share in shares.items() if not 0.07 <= share <= 0.09} == {}


def test_the_norms_of_phase27_are_met() -> None:
    multi = sum(assistant_turns(row) > 1 for row in rows("phase27")) / 1104
    called = sum(bool(called_tools(row)) for row in rows("phase27")) / 1104

    assert (0.35 <= multi <= 0.39, 0.75 <= called <= 0.8) == (True, True)


@pytest.mark.slow
def test_at_most_eight_rows_of_ten_of_the_cleaned_merge_hold_a_call() -> None:
    found = rows("phase27-cleaned")

    assert sum(bool(called_tools(row)) for row in found) / len(found) <= 0.8


def test_every_row_of_field_access_reads_a_field_and_no_direct_answer_does() -> None:
    shares = [field_share(make_source(name, 1, "s").train) for name in ("field-access", "direct-answers")]

    assert shares == [1.0, 0.0]
    assert field_share(rows("phase26")) > 0.5


@pytest.mark.slow
def test_the_cleaned_merge_says_what_is_left() -> None:
    manifest = merged("phase27-cleaned").manifest

    assert manifest.left == SplitSizes(train=1053, valid=111)
    assert manifest.sizes == SplitSizes(train=1053, valid=111)


def test_the_cleaning_takes_preambles_promises_and_repeated_rows() -> None:
    plain, wordy = row("a", CALL), row("a", f"I look.\n{CALL}")
    promise = row("b", "I'll run the type checker.")
    dataset = TrainingDataset(
        name="x", train=(wordy, promise, row("c", "Yes.")), valid=(plain, row("d", "No.")), test=(row("d", "No."),)
    )

    assert cleaned(dataset) == TrainingDataset(
        name="x", train=(plain, row("c", "Yes.")), valid=(row("d", "No."),), test=()
    )


def test_the_cleaning_leaves_a_clean_set_as_it_is() -> None:
    dataset = merged("phase27").dataset

    assert cleaned(dataset) == dataset


def test_the_cleaning_of_a_real_set_leaves_no_defect_of_its_kinds() -> None:
    if not REAL.is_dir():
        pytest.skip("the shared data sets are not here")
    found = [each.example for each in cleaned(read_dataset(REAL)).rows()]

    assert max(Counter(row.messages for row in found).values()) == 1
    assert [row.query for row in found if preamble_turns(row) or promise_turns(row)] == []


def _dirty_merge(root: Path, left: SplitSizes | None = None) -> MergeManifest:
    rows = (row("a", CALL), row("a", CALL), row("what is a decorator", "A function."), row("zz", "I'll check it."))
    write_dataset(TrainingDataset(name="one", train=rows), root / "one")
    source = MergeSource(name="one", rows=4)
    return MergeManifest(name="m", seed=1, sizes=SplitSizes(train=4), clean=True, left=left, sources=(source,))


def test_a_cleaned_merge_is_made_again_from_its_written_manifest(tmp_path: Path) -> None:
    first = merge_datasets(_dirty_merge(tmp_path), tmp_path)
    folder = write_merged(first, tmp_path / "out")

    assert counts(first.dataset) == (2, 0, 0)
    assert merge_datasets(load_merge(folder / MANIFEST_FILE), tmp_path) == first


def test_a_cleaning_that_leaves_other_rows_is_one_clear_error(tmp_path: Path) -> None:
    manifest = _dirty_merge(tmp_path, SplitSizes(train=3))

    with pytest.raises(MergeError, match=r"^merge 'm': the cleaning leaves \{'train': 2, .* \{'train': 3, .* `left`$"):
        merge_datasets(manifest, tmp_path)


def test_rows_are_left_only_by_a_cleaning() -> None:
    with pytest.raises(ValueError, match="rows are left only after a cleaning"):
        MergeManifest(
            name="m",
            seed=1,
            sizes=SplitSizes(train=4),
            left=SplitSizes(train=4),
            sources=(MergeSource(name="one", rows=4),),
        )


def test_every_set_has_a_name() -> None:
    assert dataset_names() == tuple(sorted({"nano", *SOURCES, *preset_names()}))


def test_a_named_mixture_is_what_the_generator_draws() -> None:
    assert make_dataset("nano", 2, "s", size=60) == generate("nano", 2, "s", size=60)


@pytest.mark.slow
def test_a_named_merge_is_what_the_merge_makes() -> None:
    assert make_dataset("phase27", 3, "You are Punie.") == merged("phase27").dataset


@pytest.mark.parametrize(("name", "sizes"), [("ty", (45, 5, 0)), ("summaries", (54, 6, 0))])
def test_a_set_without_validation_gives_a_tenth_of_its_rows(name: str, sizes: tuple[int, int, int]) -> None:
    assert counts(make_dataset(name, 3, "s")) == sizes


def test_targets_are_added_to_training_far_from_what_is_held_out() -> None:
    before = make_dataset("lsp", 3, "s")
    after = make_dataset("lsp", 3, "s", targets={"git_log": 9, "words": 3})
    more = after.train[len(before.train) :]

    assert (after.valid, len(more), sum("git_log" in called_tools(row) for row in more)) == (before.valid, 12, 9)
    assert [row.query for row in more if too_near(row.query, [held.query for held in before.valid])] == []


def test_a_set_with_its_own_size_refuses_another_one() -> None:
    with pytest.raises(ValueError, match=r"^the data set 'phase26' has its own number of rows, got size=9: leave size"):
        make_dataset("phase26", 1, "s", size=9)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^unknown data set 'phase99': choose one of direct-answers, .*, workflows$"):
        make_dataset("phase99", 1, "s")
