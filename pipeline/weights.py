"""A model's weights as they lie on the disk: read and unpacked one at a time, so that the model need not fit in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.models import Loaded, load_model
from pipeline.recipe import LoraPart

_SCALES: Final = (".scales", ".biases")  # what lies beside a packed weight
_BLOCK: Final = re.compile(r"model\.layers\.(\d+)\.(.+)\.weight")


class Packing(NamedTuple):
    """How a layer's weight is packed."""

    bits: int
    group_size: int


class Weights:
    """
    The weights of the model in `folder`, by the names that they have unpacked.

    Args:
        folder: of the model.

    Attributes:
        config: the model's configuration.
        packing: of each packed layer, as its modules are made from the configuration.

    Raises:
        StageError: mlx-lm cannot read the model.
    """

    def __init__(self, folder: Path) -> None:
        model, _, config = load_model(folder, lazy=True)
        from mlx.utils import tree_flatten

        self.config: Mapping[str, Any] = config
        self.packing = {
            name: Packing(layer.bits, layer.group_size)
            for name, layer in model.named_modules()
            if hasattr(layer, "bits")
        }
        self._arrays: dict[str, Any] = dict(tree_flatten(model.parameters()))

    @property
    def names(self) -> frozenset[str]:
        """The names of the weights; scales and biases of packed ones are part of them."""
        beside = {f"{layer}{suffix}" for layer in self.packing for suffix in _SCALES}
        return frozenset(self._arrays.keys() - beside)

    @property
    def types(self) -> frozenset[Any]:
        """The types in which the weights are stored."""
        return frozenset(array.dtype for array in self._arrays.values())

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape in which a weight is stored; nothing is read."""
        return tuple(self._arrays[name].shape)

    def take(self, name: str) -> Any:  # noqa: ANN401 - mlx has no types
        """Return a weight unpacked in float32; it is forgotten here, and can be taken once only."""
        import mlx.core as mx

        weight, layer = self._arrays.pop(name), name.removesuffix(".weight")
        if layer not in self.packing:
            return weight.astype(mx.float32)
        scales, biases = (self._arrays.pop(f"{layer}{suffix}").astype(mx.float32) for suffix in _SCALES)
        packing = self.packing[layer]
        return mx.dequantize(weight, scales, biases, packing.group_size, packing.bits)


def trained_weights(names: Iterable[str], lora: LoraPart) -> set[str]:
    """Return those of a model's weights that an adapter of `lora` changes: its keys in the last blocks, or whole."""
    known = set(names)
    blocks = {name: found for name in known if (found := _BLOCK.fullmatch(name))}
    count = 1 + max((int(found[1]) for found in blocks.values()), default=-1)
    first = 0 if lora.layers < 0 else count - lora.layers
    inside = {name for name, found in blocks.items() if int(found[1]) >= first and found[2] in lora.keys}
    return inside | {f"{key}.weight" for key in lora.keys} & known


def kept_bits(loaded: Loaded, layer: str) -> int | None:
    """Return the bits at which the model's family keeps a layer whatever is asked for; None where it does not care."""
    ruling = getattr(loaded.model, "quant_predicate", None)
    found = True if ruling is None else ruling(layer, None)
    return int(found["bits"]) if isinstance(found, dict) else None


def product(layer: str, a: Any, b: Any, scale: float) -> Any:  # noqa: ANN401 - mlx has no types
    """
    Return what an adapter adds to the weight of a layer.

    Args:
        layer: its name.
        a: its `lora_a`, as mlx-lm stores it.
        b: its `lora_b`.
        scale: of the adapter.
    """
    if a.ndim > 2:
        return scale * (b @ a)
    # factors of a linear layer give the transposed weight, those of an embedding the weight
    return scale * (a @ b if layer.endswith("embed_tokens") else (a @ b).T)
