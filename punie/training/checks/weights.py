"""Headers of safetensors files, read without loading a weight."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

_LENGTH: Final = 8
_LONGEST: Final = 100_000_000  # the limit of the format
_WORD_BITS: Final = 32


class Tensor(NamedTuple):
    """The type of an array, as the file names it, and its shape."""

    dtype: str
    shape: tuple[int, ...]


def read_header(file: Path) -> dict[str, Tensor]:
    """
    Return the arrays of a safetensors file by their names.

    Raises:
        ValueError: the file is missing, cut off, no safetensors file, or holds no array.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(_LENGTH), "little")
            if not 0 < length <= min(size - _LENGTH, _LONGEST):
                message = f"{file.name} is no safetensors file: its header would be {length} bytes of {size}"
                raise ValueError(message)
            header = json.loads(opened.read(length))
        tensors = {name: _tensor(value) for name, value in header.items() if name != "__metadata__"}
        end = max((int(header[name]["data_offsets"][1]) for name in tensors), default=0)
    except OSError as error:
        message = f"{file.name} cannot be read: {error.strerror}"
        raise ValueError(message) from None
    except UnicodeDecodeError as error:
        message = f"{file.name} has a header that is no UTF-8: byte {error.start}"
        raise ValueError(message) from None
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, json.JSONDecodeError) as error:
        message = f"{file.name} has a header that cannot be read: {error!r}"
        raise ValueError(message) from None
    if not tensors or not any(math.prod(each.shape) for each in tensors.values()):
        message = f"{file.name} holds no weight"
        raise ValueError(message)
    if size < _LENGTH + length + end:
        message = f"{file.name} is cut off: {size} bytes of {_LENGTH + length + end}"
        raise ValueError(message)
    return tensors


def model_tensors(folder: Path) -> dict[str, Tensor]:
    """
    Return the arrays of all weight files of a model folder.

    Raises:
        ValueError: there is none, or one cannot be read.
    """
    files = sorted(folder.glob("model*.safetensors"))
    if not files:
        message = f"no model*.safetensors in {str(folder)!r}"
        raise ValueError(message)
    return {name: tensor for file in files for name, tensor in read_header(file).items()}


def stored_bits(tensors: Mapping[str, Tensor], group_sizes: Mapping[str, int], group_size: int) -> dict[str, float]:
    """
    Return the bits that each quantized layer really has, by the widths of its packed weights and its scales.

    Args:
        tensors: of the model.
        group_sizes: of the layers that have one of their own.
        group_size: of all others.
    """
    found = {}
    for name, scales in tensors.items():
        layer, _, kind = name.rpartition(".")
        packed = tensors.get(f"{layer}.weight")
        if kind == "scales" and packed is not None and packed.dtype == "U32" and scales.shape and scales.shape[-1]:
            width = scales.shape[-1] * group_sizes.get(layer, group_size)
            found[layer] = packed.shape[-1] * _WORD_BITS / width
    return found


def _tensor(value: Mapping[str, list[int]]) -> Tensor:
    return Tensor(str(value["dtype"]), tuple(int(size) for size in value["shape"]))
