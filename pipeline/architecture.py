"""The sizes of a base model, and what follows from them: parameters, bytes on disk, what an adapter holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

_FLOAT16: Final = 2  # bytes
_SCALE_BITS: Final = 32  # of scale and bias, both in half precision, for each group
_EMBEDDING: Final = "model.embed_tokens"


class Linear(NamedTuple):
    """A linear layer: its width, and how often it stands in a block (once for each expert)."""

    inputs: int
    outputs: int
    copies: int = 1


class Architecture(BaseModel):
    """
    What `config.json` says about a model's sizes, in its words; a recipe states it in `[base_model]`.

    Attributes:
        model_type: the family.
        moe_intermediate_size: width of one expert; for families with experts only, as the two before it.
        bits: how the weights are stored; None: half precision.
        group_size: of the stored weights.
        tokenizer: of a random base: the folder whose tokenizer it takes, relative to the project.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_type: Literal["qwen2", "qwen3", "qwen3_moe"]
    hidden_size: PositiveInt
    num_hidden_layers: PositiveInt
    intermediate_size: PositiveInt
    num_attention_heads: PositiveInt
    num_key_value_heads: PositiveInt
    head_dim: PositiveInt
    vocab_size: PositiveInt
    tie_word_embeddings: bool = False
    num_experts: int = Field(default=0, ge=0)
    num_experts_per_tok: int = Field(default=0, ge=0)
    moe_intermediate_size: int = Field(default=0, ge=0)
    bits: Literal[2, 3, 4, 5, 6, 8] | None = None
    group_size: Literal[32, 64, 128] = 64
    tokenizer: str | None = None

    @model_validator(mode="after")
    def _experts_fit(self) -> Architecture:
        sizes = (self.num_experts, self.num_experts_per_tok, self.moe_intermediate_size)
        if self.has_experts != all(sizes) or self.has_experts != any(sizes):
            message = (
                "num_experts, num_experts_per_tok and moe_intermediate_size belong to qwen3_moe, all three: "
                f"got {sizes} for {self.model_type!r}"
            )
            raise ValueError(message)
        return self

    @property
    def has_experts(self) -> bool:
        """Whether blocks hold experts in place of one feed-forward layer."""
        return self.model_type == "qwen3_moe"

    @property
    def linears(self) -> dict[str, Linear]:
        """The linear layers of one block by the names that LoRA keys use."""
        hidden, queries = self.hidden_size, self.num_attention_heads * self.head_dim
        keys = self.num_key_value_heads * self.head_dim
        attention = {
            "self_attn.q_proj": Linear(hidden, queries),
            "self_attn.k_proj": Linear(hidden, keys),
            "self_attn.v_proj": Linear(hidden, keys),
            "self_attn.o_proj": Linear(queries, hidden),
        }
        if not self.has_experts:
            return attention | _forward("mlp", hidden, self.intermediate_size, 1)
        router = {"mlp.gate": Linear(hidden, self.num_experts)}
        return attention | router | _forward("mlp.switch_mlp", hidden, self.moe_intermediate_size, self.num_experts)

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return self._matrices + self._vectors

    def stored(self, bits: int | None, group_size: int = 64) -> int:
        """Bytes of the weights in `bits` bits, in half precision when it is None."""
        if bits is None:
            return self.parameters * _FLOAT16
        return self._matrices * (bits * group_size + _SCALE_BITS) // (8 * group_size) + self._vectors * _FLOAT16

    def trainable(self, rank: int, layers: int, keys: tuple[str, ...]) -> int:
        """Number of parameters of a LoRA of that rank in the last `layers` blocks (-1: all)."""
        blocks = self.num_hidden_layers if layers < 0 else min(layers, self.num_hidden_layers)
        chosen = [linear for name, linear in self.linears.items() if name in keys]
        inside = sum(rank * (linear.inputs + linear.outputs) * linear.copies for linear in chosen)
        outside = rank * (self.vocab_size + self.hidden_size) if _EMBEDDING in keys else 0
        return blocks * inside + outside

    @property
    def width(self) -> int:
        """Numbers that one token leaves in one block for the way back."""
        experts = self.num_experts_per_tok
        forward = experts * (3 * self.moe_intermediate_size + self.hidden_size) or 3 * self.intermediate_size
        attention = 3 * (self.num_attention_heads + self.num_key_value_heads) * self.head_dim
        return 6 * self.hidden_size + attention + forward

    @property
    def _matrices(self) -> int:
        block = sum(linear.inputs * linear.outputs * linear.copies for linear in self.linears.values())
        tables = 1 if self.tie_word_embeddings else 2
        return self.num_hidden_layers * block + tables * self.vocab_size * self.hidden_size

    @property
    def _vectors(self) -> int:
        linears = self.linears
        biases = sum(linears[f"self_attn.{name}_proj"].outputs for name in "qkv")
        extra = biases if self.model_type == "qwen2" else 2 * self.head_dim
        return self.num_hidden_layers * (2 * self.hidden_size + extra) + self.hidden_size


def read_architecture(folder: Path) -> Architecture | None:
    """Return what the `config.json` of a model folder says; None when the family is not one of those known here."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        known = {name: config[name] for name in Architecture.model_fields if name in config}
        stored = config.get("quantization") or {}
        kept = {name: stored[name] for name in ("bits", "group_size") if name in stored}
        head = {"head_dim": config["hidden_size"] // config["num_attention_heads"]}
        return Architecture.model_validate({**head, **known, **kept})
    except (OSError, ValidationError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError):
        return None


def _forward(name: str, hidden: int, inner: int, copies: int) -> dict[str, Linear]:
    wide, narrow = Linear(hidden, inner, copies), Linear(inner, hidden, copies)
    return {f"{name}.gate_proj": wide, f"{name}.up_proj": wide, f"{name}.down_proj": narrow}
