"""Shares of a batch: weighted by their tokens they make the loss and the gradients of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from pipeline.ranks import ALONE, Ranks
from punie.blas import ensure_fast_blas


@pytest.fixture(autouse=True, scope="module")
def _fast_blas() -> None:
    """Load the BLAS before mlx, as every door to mlx does."""
    ensure_fast_blas()


class OneOfMany(Ranks):
    """A rank whose sums are set beforehand, and which keeps what it was to send."""

    def __init__(self, rank: int, size: int) -> None:
        super().__init__()
        self.rank, self.size = rank, size
        self.sent: list[Any] = []
        self.answer: list[Any] = []

    def sums(self, arrays: Sequence[Any]) -> list[Any]:
        self.sent = list(arrays)
        return self.answer or self.sent


class Group:
    """What mlx calls a group."""

    def rank(self) -> int:
        return 1

    def size(self) -> int:
        return 2


def _loss(weight: Any, ids: Any, spans: Any) -> tuple[Any, Any]:  # noqa: ANN401 - mlx has no types
    """A mean over each row's tokens from its answer on."""
    import mlx.core as mx

    places = mx.arange(ids.shape[1])[None]
    mask = mx.logical_and(places >= spans[:, :1], places < spans[:, 1:])
    return (mx.sin(weight * ids) * mask).sum() / mask.sum(), mask.sum()


def _together(size: int, weight: Any, batch: tuple[Any, Any]) -> tuple[float, int, float]:  # noqa: ANN401 - mlx has no types
    """Loss, tokens and gradient that `size` ranks agree on."""
    import mlx.core as mx

    ranks = [OneOfMany(rank, size) for rank in range(size)]
    parts = []
    for rank in ranks:
        shared = rank.share(_loss)
        gradient = mx.grad(lambda value, shared=shared: shared(value, *batch)[0])(weight)
        parts.append((*shared(weight, *batch), {"w": gradient}))
        rank.mean(*parts[-1])
    ranks[-1].answer = [sum(values[1:], values[0]) for values in zip(*(rank.sent for rank in ranks), strict=True)]
    loss, tokens, gradients = ranks[-1].mean(*parts[-1])
    return loss.item(), tokens.item(), gradients["w"].item()


@pytest.mark.parametrize("size", [2, 3, 4, 7])
@pytest.mark.parametrize("lengths", [(8, 8, 8, 8), (3, 40, 9, 21), (1, 2, 39, 5)], ids=["equal", "mixed", "one_long"])
def test_all_ranks_together_give_the_whole_batchs_loss_and_gradient(lengths: tuple[int, ...], size: int) -> None:
    import mlx.core as mx

    ids = mx.array(np.random.default_rng(0).integers(1, 9, (4, 40)))
    batch, weight = (ids, mx.array([(0, length) for length in lengths])), mx.array(0.3)
    loss, tokens = _loss(weight, *batch)
    gradient = mx.grad(lambda value: _loss(value, *batch)[0])(weight)
    found = _together(size, weight, batch)

    assert found == pytest.approx((loss.item(), tokens.item(), gradient.item()), abs=1e-5)


def test_a_mean_without_weights_would_be_wrong() -> None:
    import mlx.core as mx

    ids = mx.array(np.random.default_rng(0).integers(1, 9, (2, 40)))
    spans, weight = mx.array([(0, 3), (0, 40)]), mx.array(0.3)
    plain = sum(_loss(weight, ids[row : row + 1], spans[row : row + 1])[0].item() for row in range(2)) / 2

    assert abs(plain - _together(2, weight, (ids, spans))[0]) > 1e-2


def test_one_message_keeps_shapes_types_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    import mlx.core as mx

    sent: list[Any] = []

    def all_sum(array: Any, group: Group) -> Any:  # noqa: ANN401 - mlx has no types
        sent.append(array)
        return array * group.size()

    monkeypatch.setattr(mx.distributed, "all_sum", all_sum)
    arrays = [mx.array(7, mx.uint64), mx.ones((2, 3), mx.float16), mx.zeros((0,)), mx.arange(4)]
    found = Ranks(Group()).sums(arrays)

    assert len(sent) == 1
    assert [(array.shape, array.dtype) for array in found] == [(array.shape, array.dtype) for array in arrays]
    assert [array.tolist() for array in found] == [(2 * array).tolist() for array in arrays]


def test_only_the_first_rank_gives_what_all_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    import mlx.core as mx

    sent: list[list[float]] = []

    def all_sum(array: Any, **_: Group) -> Any:  # noqa: ANN401 - mlx has no types
        sent.append(array.tolist())
        return array

    monkeypatch.setattr(mx.distributed, "all_sum", all_sum)
    Ranks(Group()).of_first([mx.ones(2), mx.array(5)])

    assert sent == [[0.0, 0.0, 0.0]]


def test_a_process_alone_changes_nothing() -> None:
    import mlx.core as mx

    values = (mx.array(1.5), mx.array(3), {"w": mx.ones(2)})

    assert ALONE.share(_loss) is _loss
    assert all(found is value for found, value in zip(ALONE.mean(*values), values, strict=True))
    assert (ALONE.leads, ALONE.size) == (True, 1)
