from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from punie.training.contamination import THRESHOLD, masked, similarity
from punie.training.dataset import SPLITS, ChatMessage, TrainingDataset, TrainingExample
from punie.training.splits import SplitSizes, split_rows
from punie.training.strata import quotas
from punie.training.twins import twin_groups


def _row(query: str, answer: str) -> TrainingExample:
    return TrainingExample(
        messages=(ChatMessage(role="user", content=query), ChatMessage(role="assistant", content=answer))
    )


# few letters, so that twins are found at all
queries = st.text("ab c1/._", max_size=20) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
rows = st.lists(st.builds(_row, queries, st.sampled_from(["yes", "no"])), min_size=1, max_size=12)


@st.composite
def _asked(draw: st.DrawFn) -> tuple[list[TrainingExample], SplitSizes, int]:
    given_rows = draw(rows)
    valid = draw(st.integers(0, len(given_rows) - 1))
    test = draw(st.integers(0, len(given_rows) - 1 - valid))
    sizes = SplitSizes(train=len(given_rows) - valid - test, valid=valid, test=test)
    return given_rows, sizes, draw(st.integers(0, 5))


def _made(asked: tuple[list[TrainingExample], SplitSizes, int]) -> TrainingDataset | None:
    given_rows, sizes, seed = asked
    try:
        return split_rows(given_rows, sizes, seed=seed)
    except ValueError:
        return None


@given(_asked())
def test_a_split_loses_no_row_and_has_the_sizes(asked: tuple[list[TrainingExample], SplitSizes, int]) -> None:
    made = _made(asked)
    assume(made is not None)

    assert made is not None
    assert Counter(row.example for row in made.rows()) == Counter(asked[0])
    assert [len(made.split(name)) for name in SPLITS] == [asked[1].train, asked[1].valid, asked[1].test]
    assert _made(asked) == made


@given(_asked())
def test_no_near_query_stands_on_both_sides(asked: tuple[list[TrainingExample], SplitSizes, int]) -> None:
    made = _made(asked)
    assume(made is not None)

    assert made is not None
    for one, other in (("train", "valid"), ("train", "test"), ("valid", "test")):
        for first, second in product(getattr(made, one), getattr(made, other)):
            assert masked(first.query) != masked(second.query)
            assert similarity(first.query, second.query) < THRESHOLD


@given(st.lists(queries, max_size=8))
def test_groups_hold_each_place_once_and_the_bounds_hide_no_twin(texts: list[str]) -> None:
    groups = twin_groups([_row(text, "yes") for text in texts])
    group_of = {place: number for number, places in enumerate(groups) for place in places}

    assert sorted(place for places in groups for place in places) == list(range(len(texts)))
    for first, second in product(range(len(texts)), repeat=2):
        near = SequenceMatcher(None, masked(texts[first]), masked(texts[second]), autojunk=False).ratio() >= THRESHOLD
        assert not near or group_of[first] == group_of[second]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50), max_size=5), st.data())
def test_quotas_add_up_and_never_exceed_what_there_is(sizes: dict[str, int], data: st.DataObject) -> None:
    wanted = data.draw(st.integers(0, sum(sizes.values())))
    given_each = quotas(sizes, wanted)

    assert sum(given_each.values()) == wanted
    assert all(0 <= number <= sizes[name] for name, number in given_each.items())
