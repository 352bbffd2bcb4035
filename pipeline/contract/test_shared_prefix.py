"""The fast loss gives the values and gradients of mlx-lm's own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from pipeline.tokens import Ints
from punie.blas import ensure_fast_blas

VOCABULARY = 96
KEYS = [f"self_attn.{name}_proj" for name in "qkvo"] + [f"mlp.{name}_proj" for name in ("gate", "up", "down")]
PREFIX = 7
# the answer's first place and the row's length
SPANS = [(9, 14), (12, 21), (8, 9), (15, 20), (11, 25)]


def _model(*, tied: bool = True, layers: int = 3) -> Any:  # noqa: ANN401 - mlx-lm has no types
    ensure_fast_blas()
    import mlx.core as mx
    from mlx_lm.models.qwen3 import Model, ModelArgs
    from mlx_lm.tuner.lora import LoRALinear
    from mlx_lm.tuner.utils import linear_to_lora_layers

    mx.random.seed(1)
    arguments = {
        "model_type": "qwen3",
        "hidden_size": 32,
        "num_hidden_layers": layers,
        "intermediate_size": 48,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "rms_norm_eps": 1e-6,
        "vocab_size": VOCABULARY,
        "max_position_embeddings": 128,
        "rope_theta": 10_000.0,
        "tie_word_embeddings": tied,
    }
    model = Model(ModelArgs.from_dict(arguments))
    model.freeze()
    linear_to_lora_layers(model, -1, {"rank": 4, "scale": 2.0, "dropout": 0.0, "keys": KEYS})
    for _, layer in model.named_modules():
        if isinstance(layer, LoRALinear):  # fresh ones are zero, and so would be most gradients
            layer.lora_b = mx.random.normal(layer.lora_b.shape) * 0.1
    return model


def _batch(rows: int = len(SPANS), prefix: int = PREFIX) -> tuple[Ints, Ints]:
    random = np.random.default_rng(0)
    spans = np.array(SPANS[:rows], np.int32)
    ids = random.integers(1, VOCABULARY, (rows, spans[:, 1].max() + 1)).astype(np.int32)
    ids[:, :prefix] = ids[0, :prefix]
    for row, (_, length) in zip(ids, spans, strict=True):
        row[length:] = 0
    return ids, spans


class Outcome(NamedTuple):
    """The loss, over how many tokens it was taken, and the gradients by parameter."""

    loss: float
    tokens: int
    gradients: dict[str, Any]


def _outcome(model: Any, ids: Ints, spans: Ints, prefix: int | None = None) -> Outcome:  # noqa: ANN401 - mlx-lm has no types
    """Return the outcome of mlx-lm's own loss, or of ours with so many tokens of prefix."""
    import mlx.core as mx
    from mlx import nn
    from mlx.utils import tree_flatten
    from mlx_lm.tuner.trainer import default_loss

    from pipeline.shared_prefix import SharedPrefixLoss

    loss = default_loss if prefix is None else SharedPrefixLoss(ids[0, :prefix])
    (value, tokens), gradients = nn.value_and_grad(model, loss)(model, mx.array(ids), mx.array(spans))
    named = {name: np.array(gradient) for name, gradient in tree_flatten(gradients)}
    return Outcome(value.item(), tokens.item(), named)


def _check_same(found: Outcome, exact: Outcome) -> None:
    assert found.loss == pytest.approx(exact.loss, abs=1e-4)
    assert found.tokens == exact.tokens
    assert set(found.gradients) == set(exact.gradients)
    assert max(np.abs(found.gradients[name] - exact.gradients[name]).max() for name in exact.gradients) < 1e-4


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("prefix", [0, 1, PREFIX])
def test_loss_and_gradients_are_mlx_lms(rows: int, prefix: int) -> None:
    model, batch = _model(), _batch(rows)

    _check_same(_outcome(model, *batch, prefix), _outcome(model, *batch))


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
def test_every_shape_of_model_gives_mlx_lms_gradients(tied: bool, layers: int) -> None:  # noqa: FBT001 - a parameter of the test
    model, batch = _model(tied=tied, layers=layers), _batch()

    _check_same(_outcome(model, *batch, PREFIX), _outcome(model, *batch))


def test_rows_without_mask_give_mlx_lms_gradients() -> None:
    model, (ids, spans) = _model(), _batch()
    spans[:, 0] = 0

    _check_same(_outcome(model, ids, spans, 0), _outcome(model, ids, spans))


def test_fast_kernels_and_merged_lora_keep_the_gradients() -> None:
    from pipeline.cpu_kernels import fast_kernels
    from pipeline.merged_lora import merged_lora

    model, batch = _model(), _batch()
    exact = _outcome(model, *batch)
    with fast_kernels(), merged_lora():
        found = _outcome(model, *batch, PREFIX)

    _check_same(found, exact)


def test_merged_lora_gives_back_the_layers_way_of_working() -> None:
    ensure_fast_blas()
    from mlx_lm.tuner.lora import LoRALinear

    from pipeline.merged_lora import merged_lora

    before = LoRALinear.__call__
    with merged_lora():
        within = LoRALinear.__call__

    assert within is not before
    assert LoRALinear.__call__ is before


def test_a_row_with_another_beginning_is_refused() -> None:
    model, (ids, spans) = _model(), _batch()
    ids[1, 2] += 1

    with pytest.raises(ValueError, match=r"^a row does not begin with the shared prefix"):
        _outcome(model, ids, spans, PREFIX)
