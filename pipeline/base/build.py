"""What the base model is made from: the recipe, the text, the tokenizer and the encoded rows."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import ClassVar, Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from pipeline.base import batches
from pipeline.base.corpus import mixture
from pipeline.base.tokenizer import train_tokenizer
from punie.agent.config import system_prompt
from punie.training.contamination import too_near

SYSTEM: Final = "brief"  # the system prompt of some rows, and the one to ask the model under
RECIPE: Final = Path(__file__).with_name("nano-base.toml")
# Families of plain wording: invented names would fill the vocabulary with their syllables.
_TOKENIZER_SHARES: Final = {
    "library docstrings": 3,
    "library source": 2,
    "developer knowledge": 6,
    "requests": 3,
    "questions and objects": 3,
    "questions and records": 2,
    "command calls": 2,
    "commands in words": 1,
    "object code": 2,
}
_STUBS: Final = 150  # times that the full system prompt is read by the tokenizer, so that field names are words


class Shape(BaseModel):
    """The Qwen3 architecture's sizes; hidden sizes divisible by 64 quantize with the default group size."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    hidden_size: int
    num_hidden_layers: int
    intermediate_size: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int


class BaseRecipe(BaseModel):
    """How the base model is made; `length` and `batch_tokens` are in tokens."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    seed: int
    rows: int
    vocabulary: int
    tokenizer_rows: int
    length: int
    batch_tokens: int
    steps: int
    peak_rate: float
    model: Shape

    @property
    def digest(self) -> str:
        """SHA-256 of the recipe."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def read_recipe(path: Path = RECIPE) -> BaseRecipe:
    """
    The recipe in `path`.

    Raises:
        pydantic.ValidationError: a key is missing, unknown or of another type.
    """
    return BaseRecipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Text:
    """The encoded pre-training text, the system prompt of some rows, and what the manifest says of them."""

    rows: tuple[batches.Tokens, ...]
    prefix: np.ndarray
    digest: str
    rows_by_family: dict[str, int]
    tokens_by_family: dict[str, int]
    dropped: int


def write_tokenizer(recipe: BaseRecipe, folder: Path) -> None:
    """Train the tokenizer on a sample of the text and on the stubs."""
    random = Random(recipe.seed)  # noqa: S311 - text, not secrets
    names, shares = list(_TOKENIZER_SHARES), list(_TOKENIZER_SHARES.values())
    picked = random.choices(names, shares, k=recipe.tokenizer_rows)
    sample = [mixture.FAMILIES[name][0](random) for name in picked]
    train_tokenizer([*mixture.texts(sample), *[system_prompt("full")] * _STUBS], recipe.vocabulary, folder)


def read_text(recipe: BaseRecipe, tokenizer_folder: Path, suite_prompts: Sequence[str]) -> Text:
    """Make and encode the text; rows whose question is near one of `suite_prompts` are dropped and counted."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    random = Random(recipe.seed + 1)  # noqa: S311 - text, not secrets
    rows_by_family: Counter[str] = Counter()
    tokens_by_family: Counter[str] = Counter()
    digest, encoded = hashlib.sha256(), []
    avoided = tuple(suite_prompts)

    def forbidden(prompt: str) -> bool:
        return too_near(prompt, avoided) is not None

    for name, row in mixture.rows(recipe.seed, recipe.rows, forbidden, rows_by_family):
        system = random.random() < batches.SYSTEM_SHARE
        tokens = batches.encode(row, tokenizer, recipe.length, system=system)
        tokens_by_family[name] += len(tokens.ids)
        digest.update(tokens.ids.tobytes())
        encoded.append(tokens)
    dropped = rows_by_family.pop("dropped", 0)
    prefix = batches.system_tokens(tokenizer, system_prompt(SYSTEM))
    return Text(tuple(encoded), prefix, digest.hexdigest(), dict(rows_by_family), dict(tokens_by_family), dropped)
