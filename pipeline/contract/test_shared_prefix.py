from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.cpu_kernels import fast_kernels
from pipeline.merged_lora import merged_lora
from pipeline.shared_prefix import SharedPrefixLoss
from pipeline.tokens import Ints

import mlx.core as mx  # isort: skip - cpu_kernels loads the BLAS first
from mlx import nn  # isort: skip
from mlx.utils import tree_flatten  # isort: skip
from mlx_lm.models.qwen3 import Model, ModelArgs  # isort: skip
from mlx_lm.tuner.lora import LoRALinear  # isort: skip
from mlx_lm.tuner.trainer import default_loss  # isort: skip
from mlx_lm.tuner.utils import linear_to_lora_layers  # isort: skip

VOCABULARY = 96
KEYS = [f"self_attn.{name}_proj" for name in "qkvo"] + [f"mlp.{name}_proj" for name in ("gate", "up", "down")]
PREFIX = 7
# the answer's first place and the row's length
SPANS = [(9, 14), (12, 21), (8, 9), (15, 20), (11, 25)]


def _model(*, tied: bool = True, layers: int = 3) -> nn.Module:
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


def _check_same(model: nn.Module, loss: Any, batch: tuple[Ints, Ints]) -> None:  # noqa: ANN401 - a loss is any callable
    (wanted, tokens), expected = nn.value_and_grad(model, default_loss)(model, *map(mx.array, batch))
    (value, count), gradients = nn.value_and_grad(model, loss)(model, *map(mx.array, batch))
    names = dict(tree_flatten(gradients))
    worst = max(float(mx.abs(names[name] - exact).max()) for name, exact in tree_flatten(expected))

    assert value.item() == pytest.approx(wanted.item(), abs=1e-4)
    assert count.item() == tokens.item()
    assert set(names) == {name for name, _ in tree_flatten(expected)}
    assert worst < 1e-4


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("prefix", [0, 1, PREFIX])
def test_loss_and_gradients_are_mlx_lms(rows: int, prefix: int) -> None:
    ids, spans = _batch(rows)

    _check_same(_model(), SharedPrefixLoss(ids[0, :prefix]), (ids, spans))


@pytest.mark.parametrize("tied", [True, False])
def test_both_kinds_of_output_layers_give_mlx_lms_gradients(tied: bool) -> None:  # noqa: FBT001 - a parameter of the test
    ids, spans = _batch()

    _check_same(_model(tied=tied), SharedPrefixLoss(ids[0, :PREFIX]), (ids, spans))


def test_a_model_of_one_layer_gives_mlx_lms_gradients() -> None:
    ids, spans = _batch()

    _check_same(_model(layers=1), SharedPrefixLoss(ids[0, :PREFIX]), (ids, spans))


def test_rows_without_mask_give_mlx_lms_gradients() -> None:
    ids, spans = _batch()
    spans[:, 0] = 0

    _check_same(_model(), SharedPrefixLoss(ids[0, :0]), (ids, spans))


def test_fast_kernels_and_merged_lora_keep_the_gradients() -> None:
    ids, spans = _batch()
    model, loss = _model(), SharedPrefixLoss(ids[0, :PREFIX])
    (plain, _), expected = nn.value_and_grad(model, loss)(model, mx.array(ids), mx.array(spans))
    with fast_kernels(), merged_lora():
        (value, _), gradients = nn.value_and_grad(model, loss)(model, mx.array(ids), mx.array(spans))
        mx.eval(gradients)
    found = dict(tree_flatten(gradients))

    assert value.item() == pytest.approx(plain.item(), abs=1e-4)
    assert all(mx.allclose(found[name], exact, atol=1e-4).item() for name, exact in tree_flatten(expected))


def test_merged_lora_gives_back_the_layers_way_of_working() -> None:
    before = LoRALinear.__call__
    with merged_lora():
        within = LoRALinear.__call__

    assert within is not before
    assert LoRALinear.__call__ is before


def test_a_row_with_another_beginning_is_refused() -> None:
    ids, spans = _batch()
    ids[1, 2] += 1

    with pytest.raises(ValueError, match=r"^a row does not begin with the shared prefix"):
        SharedPrefixLoss(ids[0, :PREFIX])(_model(), mx.array(ids), mx.array(spans))
