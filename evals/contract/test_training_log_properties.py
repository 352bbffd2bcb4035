from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from punie.testing.strategies import chunkings, token_soup
from punie.training.hyperparam import TrainingLog, parse_training_log

losses = st.integers(0, 20_000).map(lambda thousandths: thousandths / 1000)
curves = st.dictionaries(st.integers(1, 10_000), losses, max_size=6).map(lambda each: tuple(sorted(each.items())))
pieces = st.sampled_from(
    [
        "Iter 1: Train loss ",
        "Iter 2: Val loss ",
        "nan",
        "9" * 5000,
        ",",
        ".",
        "▲",
        "▼",
        " val ",
        "k",
        "s",
        "\n",
        "\r",
        " GB",
    ]
)


def _table(train: tuple[tuple[int, float], ...], val: tuple[tuple[int, float], ...]) -> str:
    rows = [(at, 0, f"  {at:>4}    val {loss:>5.3f}    1.00s") for at, loss in val]
    rows += [(at, 1, f"  {at:>4}    {loss:>5.3f} ▼    {at:>5,}    {at / 10:>5.1f}k") for at, loss in train]
    return "\n".join(text for *_, text in sorted(rows))


@given(curves, curves)
def test_what_was_printed_is_what_is_read(
    train: tuple[tuple[int, float], ...], val: tuple[tuple[int, float], ...]
) -> None:
    log = parse_training_log(_table(train, val))

    assert (log.train.points, log.val.points) == (train, val)


@given(curves)
def test_best_is_never_above_initial_or_final_and_reduction_is_at_most_one(val: tuple[tuple[int, float], ...]) -> None:
    curve = parse_training_log(_table((), val)).val

    if curve.best and curve.initial and curve.final:
        assert curve.best.loss <= min(curve.initial.loss, curve.final.loss)
        assert curve.reduction is None or curve.reduction <= 1
    else:
        assert val == ()


@given(st.lists(pieces | token_soup(max_size=2), max_size=12).map("".join))
def test_any_text_is_a_log_or_a_value_error(text: str) -> None:
    log, refusal = TrainingLog(), "give the log of one run"
    try:
        log = parse_training_log(text)
    except ValueError as error:
        refusal = str(error)

    assert "give the log of one run" in refusal
    assert all(math.isfinite(value) for value in (log.gap, log.reduction, log.tokens_per_second) if value is not None)


@given(st.data(), curves)
def test_words_between_the_lines_change_nothing(data: st.DataObject, train: tuple[tuple[int, float], ...]) -> None:
    lines = _table(train, ()).split("\n")
    words = data.draw(chunkings("some words of a library"))
    noisy = "\n".join(f"{line}\n{word}" for line, word in zip(lines, [*words, *[""] * len(lines)], strict=False))

    assert parse_training_log(noisy).train.points == train
