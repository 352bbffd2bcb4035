"""What is really stored of a weight, counted in the files' headers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from punie.training.checks.weights import Tensor, model_tensors

_BYTES: Final[Mapping[str, int]] = {"F16": 2, "BF16": 2, "F32": 4, "U32": 4, "U8": 1}


def bits_per_weight(folder: Path, float16: Path) -> float:
    """
    Return the bits that the files of a model hold for each weight of the float16 model that it was made of.

    Args:
        folder: of the model; scales and biases count, headers do not.
        float16: folder of the model that it was made of; it holds each weight once.

    Raises:
        ValueError: a weight file cannot be read, or holds numbers of an unknown type.
    """
    weights = sum(math.prod(tensor.shape) for tensor in model_tensors(float16).values())
    return 8 * _stored_bytes(model_tensors(folder).values()) / weights


def _stored_bytes(tensors: Iterable[Tensor]) -> int:
    found = list(tensors)
    unknown = sorted({tensor.dtype for tensor in found} - _BYTES.keys())
    if unknown:
        message = f"weights of type {unknown[0]!r} are unknown here: {', '.join(_BYTES)} are known"
        raise ValueError(message)
    return sum(math.prod(tensor.shape) * _BYTES[tensor.dtype] for tensor in found)
