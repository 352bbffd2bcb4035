"""
LoRA layers that add their low-rank product to the weight before multiplying, while a context lasts.

With a rank near the layer's width, one product with the sum is cheaper than three with the parts, forwards and
backwards; values and gradients are the same. The adapter stays an ordinary adapter of mlx-lm.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from pipeline.cpu_kernels import fast_kernels  # noqa: F401 - loads the BLAS before mlx

import mlx.core as mx  # isort: skip
from mlx import nn  # isort: skip
from mlx_lm.tuner.lora import LoRALinear  # isort: skip


@contextlib.contextmanager
def merged_lora() -> Iterator[None]:
    """Let LoRA layers of plain linear layers work that way; a layer with dropout, bias or packed weights does not."""
    before = LoRALinear.__call__

    def call(layer: Any, x: mx.array) -> mx.array:  # noqa: ANN401 - mlx-lm has no types
        linear = layer.linear
        if type(linear) is not nn.Linear or "bias" in linear or layer.dropout._p_1 != 1:  # noqa: SLF001 - mlx keeps it there
            return before(layer, x)  # type: ignore[no-any-return]
        weight: mx.array = linear.weight + layer.scale * (layer.lora_b.T @ layer.lora_a.T)
        return x @ weight.T

    LoRALinear.__call__ = call
    try:
        yield
    finally:
        LoRALinear.__call__ = before
