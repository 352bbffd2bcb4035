"""The CPU kernels give MLX's own numbers."""

from __future__ import annotations

import pytest

from pipeline.base.build import BaseRecipe, Shape
from pipeline.contract.tiny import Ends

TINY = Shape(
    hidden_size=64,
    num_hidden_layers=2,
    intermediate_size=128,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=16,
)
RECIPE = BaseRecipe(
    seed=1, rows=8, vocabulary=128, tokenizer_rows=8, length=64, batch_tokens=256, steps=4, peak_rate=1e-3, model=TINY
)


def test_exp_agrees_with_numpy() -> None:
    import numpy as np

    from pipeline import cpu_kernels

    import mlx.core as mx  # isort: skip

    x = np.linspace(-80, 0, 20_001, dtype=np.float32)
    error = np.abs(np.array(cpu_kernels.exp_nonpositive(mx.array(x))) / np.exp(x.astype(np.float64)) - 1)

    assert error.max() < 2e-5  # most of it is float32's rounding of x * log2(e)


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_loss_and_gradients_are_those_of_mlx(scale: float) -> None:
    import numpy as np

    from pipeline import cpu_kernels
    from pipeline.base.model import config, fresh_model

    import mlx.core as mx  # isort: skip
    from mlx import nn
    from mlx.utils import tree_flatten

    model = fresh_model(config(RECIPE, Ends()), seed=1)
    model.model.embed_tokens.weight = model.model.embed_tokens.weight * scale
    ids = mx.random.randint(0, 128, (2, 33))
    plain = nn.value_and_grad(model, lambda m: nn.losses.cross_entropy(m(ids[:, :-1]), ids[:, 1:]).mean())
    fast = nn.value_and_grad(model, lambda m: cpu_kernels.cross_entropy(m(ids[:, :-1]), ids[:, 1:]).mean())
    loss, gradients = plain(model)
    with cpu_kernels.fast_kernels():
        fast_loss, fast_gradients = fast(model)
    pairs = zip(tree_flatten(gradients), tree_flatten(fast_gradients), strict=True)
    differences = [np.abs(np.array(a - b)).max() / (np.abs(np.array(a)).max() + 1e-12) for (_, a), (_, b) in pairs]

    assert fast_loss.item() == pytest.approx(loss.item(), rel=1e-5)
    assert max(differences) < 1e-3


def test_mlx_lm_has_its_own_functions_back_afterwards() -> None:
    from mlx_lm.models import qwen3

    from pipeline import cpu_kernels

    before = (qwen3.swiglu, qwen3.scaled_dot_product_attention)
    with pytest.raises(RuntimeError, match="stop"), cpu_kernels.fast_kernels():
        raise RuntimeError("stop")  # noqa: EM101 - a signal of this test

    assert (qwen3.swiglu, qwen3.scaled_dot_product_attention) == before
