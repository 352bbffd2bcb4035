"""The Qwen3 model of the recipe and the folder it is saved in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pipeline.base.build import BaseRecipe
from pipeline.base.tokenizer import END_OF_TEXT, TURN_END

_CONTEXT: Final = 2048  # tokens
_EMBEDDING_SCALE: Final = 0.02


def config(recipe: BaseRecipe, tokenizer: Any) -> dict[str, Any]:  # noqa: ANN401 - tokenizers has no types
    """The model's config.json."""
    end, pad = tokenizer.token_to_id(TURN_END), tokenizer.token_to_id(END_OF_TEXT)
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": recipe.vocabulary,
        **recipe.model.model_dump(),
        "rms_norm_eps": 1e-6,
        "rope_theta": 10_000.0,
        "max_position_embeddings": _CONTEXT,
        "tie_word_embeddings": True,
        "eos_token_id": [end, pad],
        "pad_token_id": pad,
        "torch_dtype": "float16",
    }


def fresh_model(config: dict[str, Any], seed: int) -> Any:  # noqa: ANN401 - mlx has no types
    """A model with random weights in float32."""
    from pipeline import cpu_kernels  # noqa: F401 - loads the fast BLAS before mlx

    import mlx.core as mx  # isort: skip
    from mlx_lm.models.qwen3 import Model, ModelArgs

    mx.random.seed(seed)
    model = Model(ModelArgs.from_dict(config))
    embedding = model.model.embed_tokens
    embedding.weight = mx.random.normal(embedding.weight.shape) * _EMBEDDING_SCALE
    mx.eval(model.parameters())
    return model


def save_model(model: Any, config: dict[str, Any], folder: Path) -> int:  # noqa: ANN401 - mlx has no types
    """Write config.json, generation_config.json and the weights in float16; the number of parameters comes back."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

    weights = {name: value.astype(mx.float16) for name, value in tree_flatten(model.parameters())}
    folder.mkdir(parents=True, exist_ok=True)
    mx.save_safetensors(str(folder / "model.safetensors"), weights, {"format": "mlx"})
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    generation = {"eos_token_id": config["eos_token_id"], "pad_token_id": config["pad_token_id"]}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n", encoding="utf-8")
    return sum(value.size for value in weights.values())
