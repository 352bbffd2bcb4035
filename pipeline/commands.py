"""The command lines of mlx-lm that do what a stage does in process; its flags are spelled here and nowhere else."""

from __future__ import annotations

import shlex
from typing import Any

from pipeline.recipe import Recipe


def adapter_config(recipe: Recipe) -> dict[str, Any]:
    """
    Return what belongs into `adapter_config.json`.

    mlx-lm reads the adapter's shape from it, and `mlx_lm.lora --config` takes the whole file, because JSON is YAML.
    """
    train, lora = recipe.train, recipe.lora
    constant = train.schedule == "constant"
    rate = {"learning_rate": train.learning_rate} if constant else {"lr_schedule": lr_schedule(recipe)}
    return {
        "fine_tune_type": "lora",
        "num_layers": lora.layers,
        "lora_parameters": {
            "rank": lora.rank,
            "scale": lora.scale,
            "dropout": lora.dropout,
            "keys": list(lora.keys),
        },
        "optimizer": "adam",
        **rate,
        "model": recipe.base,
        "seed": recipe.seed,
        "iters": train.iterations,
        "batch_size": train.batch_size,
        "max_seq_length": train.max_tokens,
        "mask_prompt": True,
    }


def lr_schedule(recipe: Recipe) -> dict[str, Any]:
    """Return the learning rate's course in mlx-lm's words: a linear rise, then half a cosine."""
    train = recipe.train
    fall = [train.learning_rate, train.iterations - train.warmup, train.final_learning_rate]
    return {"name": "cosine_decay", "arguments": fall, "warmup": train.warmup}


def lora_command(recipe: Recipe, data: str, out: str) -> str:
    """Return the command that trains; LoRA parameters and a schedule stand in the adapter's configuration."""
    train = recipe.train
    rate = ["--learning-rate", f"{train.learning_rate:g}"] if train.schedule == "constant" else []
    checkpoints = ["--grad-checkpoint"] if train.grad_checkpoint else []
    return shlex.join(
        [
            *("mlx_lm.lora", "--train", "--model", recipe.base, "--data", data, "--adapter-path", out),
            *("--config", f"{out}/adapter_config.json", "--fine-tune-type", "lora", "--mask-prompt"),
            *("--num-layers", str(recipe.lora.layers), "--iters", str(train.iterations)),
            *("--batch-size", str(train.batch_size), "--max-seq-length", str(train.max_tokens)),
            *("--steps-per-report", str(train.report_every), "--steps-per-eval", str(train.evaluate_every)),
            *("--val-batches", "-1", "--optimizer", "adam", "--seed", str(recipe.seed)),
            *rate,
            *checkpoints,
        ]
    )


def fuse_command(recipe: Recipe, adapter: str, out: str) -> str:
    """Return the command that fuses."""
    arguments = ["--model", recipe.base, "--adapter-path", adapter, "--save-path", out, "--dequantize"]
    return shlex.join(["mlx_lm.fuse", *arguments])


def convert_command(recipe: Recipe, fused: str, out: str) -> str:
    """Return the command that quantizes."""
    bits = ["--q-bits", str(recipe.quantize.bits), "--q-group-size", str(recipe.quantize.group_size)]
    return shlex.join(["mlx_lm.convert", "--hf-path", fused, "--mlx-path", out, "--quantize", *bits])
