"""What a recipe's stages take on the disk and in memory, estimated before anything is made."""

from __future__ import annotations

from typing import Final

from pipeline.architecture import Architecture, read_architecture
from pipeline.recipe import Recipe
from punie.evaluation.models.loading import size_of

DATASET_BYTES: Final = 50_000_000
_SMALL_FILES: Final = 20_000_000  # tokenizer, configuration, logs
_SHARD: Final = 5_000_000_000  # mlx-lm's largest weight file
_FLOAT32: Final = 4
_LOGIT_BYTES: Final = 6  # of one logit with its gradient, in half precision, and a copy
_SAVED: Final = 2  # the adapter's last weights and a checkpoint
_MOMENTS: Final = 3  # optimizer and checkpoint hold two more numbers for each weight
_COPIES: Final = 4  # a trained weight, its gradient and Adam's two moments


def architecture_of(recipe: Recipe) -> Architecture | None:
    """Return the sizes of the recipe's base, from its folder when it is there, else from the recipe."""
    return read_architecture(recipe.base_folder) or recipe.base_model


def base_bytes(recipe: Recipe) -> int:
    """Return the size of the base model on the disk, 0 when nothing is known of it."""
    if recipe.base_folder.is_dir():
        return size_of(recipe.base_folder)
    known = recipe.base_model
    return 0 if known is None else known.stored(known.bits, known.group_size) + _SMALL_FILES


def weights_bytes(recipe: Recipe) -> int:
    """Return the size of the adapter's weights."""
    known, lora = architecture_of(recipe), recipe.lora
    return base_bytes(recipe) if known is None else _FLOAT32 * known.trainable(lora.rank, lora.layers, lora.keys)


def adapter_bytes(recipe: Recipe) -> int:
    """Return the room that training wants on the disk: the weights and a checkpoint with the optimizer's state."""
    return (_SAVED + _MOMENTS) * weights_bytes(recipe) + _SMALL_FILES


def float16_bytes(recipe: Recipe) -> int:
    """Return the size of the fused model."""
    known = architecture_of(recipe)
    return (4 * base_bytes(recipe) if known is None else known.stored(None)) + _SMALL_FILES


def quantized_bytes(recipe: Recipe) -> int:
    """Return the size of the quantized model."""
    known, part = architecture_of(recipe), recipe.quantize
    return float16_bytes(recipe) if known is None else known.stored(part.bits, part.group_size) + _SMALL_FILES


def training_memory(recipe: Recipe, *, cpu: bool = False) -> int:
    """
    Return the bytes that training takes at most: base, adapter with the optimizer's state, values for the way back.

    Values are kept for the trained blocks only, in half precision, and the logits for every token of a batch. Of
    several ranks each takes its rows' share; without a hostfile all of them are on this machine.

    Args:
        recipe: what is trained.
        cpu: whether it is trained on a CPU, which computes in float32.
    """
    part = recipe.distributed
    if part is not None:
        rows = -(-recipe.train.batch_size // part.ranks)
        share = recipe.model_copy(
            update={"distributed": None, "train": recipe.train.model_copy(update={"batch_size": rows})}
        )
        return training_memory(share, cpu=cpu) * (part.ranks if part.hostfile is None else 1)
    known, train, lora = architecture_of(recipe), recipe.train, recipe.lora
    fixed = base_bytes(recipe) + _COPIES * weights_bytes(recipe)
    if known is None:
        return fixed
    tokens = train.batch_size * train.max_tokens
    blocks = known.num_hidden_layers if lora.layers < 0 else min(lora.layers, known.num_hidden_layers)
    kept = 2 * (known.width + blocks * known.hidden_size if train.grad_checkpoint else blocks * known.width)
    return fixed + tokens * (kept + _LOGIT_BYTES * known.vocab_size) * (2 if cpu else 1)


def converting_memory(recipe: Recipe) -> int:
    """Return the bytes that fusing or quantizing takes at most: weights are read, changed and written file by file."""
    return 2 * min(float16_bytes(recipe), _SHARD)
