from __future__ import annotations

from collections import Counter

import pytest

from evals.contract.house import ROOT
from punie.agent.tool_calls import emit_call
from punie.training.dataset import SPLITS, ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset
from punie.training.splits import SplitSizes, split_rows
from punie.training.strata import called_tools, quotas, stratum
from punie.training.twins import twin_groups

REAL_SETS = ROOT.parent / "shared" / "datasets"
WORDS = ("apple", "brick", "cloud", "drum", "engine", "forest", "glove", "hinge", "ivory", "jungle", "kettle", "lemon")


def row(query: str, answer: str = "Words.") -> TrainingExample:
    return TrainingExample(
        messages=(ChatMessage(role="user", content=query), ChatMessage(role="assistant", content=answer))
    )


def different_rows(answers: dict[str, int]) -> list[TrainingExample]:
    """So many rows of each answer, whose queries are not near one another."""
    names = [f"{first} {second} {first[::-1]}" for first in WORDS for second in WORDS if first != second]
    return [row(names.pop(), answer) for answer, count in answers.items() for _ in range(count)]


def rows_of(dataset: TrainingDataset) -> Counter[TrainingExample]:
    return Counter(each.example for each in dataset.rows())


def test_sizes_are_exact_and_no_row_is_lost() -> None:
    rows = different_rows({"Words.": 30})
    made = split_rows(rows, SplitSizes(train=24, valid=3, test=3), seed=1)

    assert [len(made.split(split)) for split in SPLITS] == [24, 3, 3]
    assert rows_of(made) == Counter(rows)


def test_the_seed_alone_decides() -> None:
    rows = different_rows({"Words.": 30})
    sizes = SplitSizes(train=25, valid=5)

    assert split_rows(rows, sizes, seed=1) == split_rows(rows, sizes, seed=1)
    assert split_rows(rows, sizes, seed=1) != split_rows(rows, sizes, seed=2)


@pytest.mark.parametrize(
    ("query", "twin"),
    [
        ("What is wrong here?", "What is wrong here?"),
        ("What is wrong here?", "what is WRONG here"),
        ("Check types in src/app.py", "Check types in tests/models/user.py"),
        ("Where is parse_row defined?", "Where is load_all_rows defined?"),
        ("How many errors does the parser have?", "How many errors did the parser have?"),
    ],
    ids=["row", "query", "path", "symbol", "words"],
)
def test_twins_stay_together(query: str, twin: str) -> None:
    groups = twin_groups([row(query), row("Something else entirely, please"), row(twin, "Another answer.")])

    assert groups == ((0, 2), (1,))


def test_twins_of_twins_stay_together() -> None:
    first, second, third = ("abcdefghij" + end for end in ("klmno pqrst", "klmno vwxst", "klmyz vwxst"))
    groups = twin_groups([row(first), row(third), row(second)])

    assert groups == ((0, 1, 2),)


def test_each_split_has_the_tools_in_proportion() -> None:
    answers = {emit_call("print(git_status('.'))"): 40, emit_call("print(ruff_check('src'))"): 20, "Words.": 20}
    made = split_rows(different_rows(answers), SplitSizes(train=64, valid=8, test=8), seed=3)

    for rows in (made.valid, made.test):
        assert Counter(map(stratum, rows)) == {"git_status": 4, "ruff_check": 2, "direct": 2}


def test_what_is_rare_stays_in_train() -> None:
    rare = {"Words.": 1, emit_call("print(git_log('.'), git_diff('.'))"): 1}
    rows = different_rows({**rare, emit_call("print(ruff_check('src'))"): 4})

    for seed in range(5):
        made = split_rows(rows, SplitSizes(train=4, valid=2), seed=seed)
        assert [called_tools(each) for each in made.valid] == [("ruff_check",)] * 2


def test_sizes_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="the splits want 9 rows in all and there are 3"):
        split_rows(different_rows({"Words.": 3}), SplitSizes(train=9), seed=1)


def test_twins_that_cannot_be_divided_are_refused() -> None:
    rows = [row(f"Check types in src/{word}.py") for word in WORDS]

    with pytest.raises(ValueError, match="gives valid exactly 2 rows"):
        split_rows(rows, SplitSizes(train=10, valid=2), seed=1)


def test_groups_of_several_rows_still_give_exact_sizes() -> None:
    pairs = [each for each in different_rows({"Words.": 12}) for _ in range(2)]
    made = split_rows([*pairs, row("zebra"), row("quince pie")], SplitSizes(train=21, valid=5), seed=4)

    assert len(made.valid) == 5
    assert not set(made.valid) & set(made.train)


def test_shares_become_sizes() -> None:
    sizes = SplitSizes.from_shares(953, 0.1, 0.1)

    assert (sizes.train, sizes.valid, sizes.test) == (763, 95, 95)


@pytest.mark.parametrize(
    ("answer", "tools"),
    [
        ("Just words about git_status('.').", ()),
        (emit_call("s = 'typecheck()'\nprint(ruff_check('.'))"), ("ruff_check",)),
        (emit_call("if typecheck('.').errors:\n    git_diff('.')\ntypecheck('.')"), ("typecheck", "git_diff")),
        (emit_call("print(len('x'))"), ()),
        (emit_call("this is no Python ("), ()),
    ],
    ids=["words", "text", "order", "builtin", "broken"],
)
def test_tools_are_counted_in_code_only(answer: str, tools: tuple[str, ...]) -> None:
    assert called_tools(row("q", answer)) == tools


def test_quotas_add_up_and_go_to_the_largest_remainders() -> None:
    assert quotas({"a": 5, "b": 3, "c": 2}, 4) == {"a": 2, "b": 1, "c": 1}
    assert quotas({}, 0) == {}


@pytest.mark.skipif(not REAL_SETS.is_dir(), reason=f"no data sets at ../{REAL_SETS.relative_to(ROOT.parent)}")
@pytest.mark.parametrize(("name", "sizes"), [("phase26_merged", (762, 95, 96)), ("phase27_merged", (993, 111, 0))])
def test_real_sets_divide_into_the_asked_sizes_without_twins(name: str, sizes: tuple[int, int, int]) -> None:
    rows = [each.example for each in read_dataset(REAL_SETS / name).rows()]
    made = split_rows(rows, SplitSizes(train=sizes[0], valid=sizes[1], test=sizes[2]), seed=42)
    sides = {example: split for split in SPLITS for example in made.split(split)}

    assert tuple(len(made.split(split)) for split in SPLITS) == sizes
    assert all(len({sides[rows[place]] for place in group}) == 1 for group in twin_groups(rows))
