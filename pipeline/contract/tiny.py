"""A random base model of a few thousand parameters, and the values of a recipe that trains one in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from punie.blas import ensure_fast_blas

_TEXTS: Final = (
    "Which files changed? Call git_status and print the result.",
    "def total(prices):\n    return sum(prices)\n",
)
_SIZES: Final = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "intermediate_size": 128,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
}


class Ends:
    """A tokenizer that knows the two ends."""

    def token_to_id(self, token: str) -> int:
        return {"<|im_end|>": 1, "<|endoftext|>": 0}[token]


def make_base(folder: Path) -> Path:
    """Write a random Qwen3 of two layers in float16 into `folder`, and return it."""
    ensure_fast_blas()
    from tokenizers import Tokenizer

    from pipeline.base.build import read_recipe
    from pipeline.base.model import config, fresh_model, save_model
    from pipeline.base.tokenizer import train_tokenizer

    train_tokenizer(_TEXTS, 400, folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    base = read_recipe()
    sizes = {"model": base.model.model_copy(update=_SIZES), "vocabulary": tokenizer.get_vocab_size()}
    values = config(base.model_copy(update=sizes), tokenizer)
    save_model(fresh_model(values, 0), values, folder)
    return folder


def recipe_values(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a recipe of any type
    """Return the values of a small recipe, with `changes` on the top level."""
    return {
        "name": "tiny",
        "base": "nowhere",
        "seed": 3,
        "system": "brief",
        "data": {"preset": "nano", "size": 24},
        "lora": {"rank": 4, "scale": 2.0, "keys": ["self_attn.q_proj", "mlp.down_proj"]},
        "train": {
            "iterations": 6,
            "batch_size": 4,
            "learning_rate": 1e-2,
            "warmup": 1,
            "max_tokens": 4096,
            "report_every": 2,
            "evaluate_every": 3,
        },
        "quantize": {"bits": 5, "group_size": 64},
    } | changes
