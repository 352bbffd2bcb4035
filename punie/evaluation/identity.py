"""What a result is about: digests of the model, of how it was decoded, of the engines and of the suites."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from punie.evaluation.models.protocol import Fact
from punie.evaluation.suite import Suite

_SERVED: Final = ("endpoint", "served_model", "system_fingerprint")
_MODEL: Final = ("weights", "config", "tokenizer", "template", "system_prompt", "replay", "workspace", *_SERVED)
_DECODING: Final = ("max_tokens", "temperature", "samples", "seed", "max_steps")
_COMPUTING: Final = ("device", "evaluated_as", "blas", "batch_size", "shared_prefix")
_ENGINES: Final = ("punie", "pydantic_monty", "mlx", "mlx_lm", *_COMPUTING)


def identified(facts: Mapping[str, Fact], suites: Iterable[Suite]) -> dict[str, Fact]:
    """
    The facts about a source of replies, with digests that tell its results from others.

    Args:
        facts: name, digests and settings of the source; nothing is added to no facts at all.
        suites: what is asked.

    Returns:
        The facts, the versions of the engines, and the digests `decoding`, `engines`, `suites` and `identity`: of all.

    """
    if not facts:
        return {}
    known: dict[str, Fact] = {**facts, "punie": _version("punie"), "pydantic_monty": _version("pydantic-monty")}
    parts = {
        "decoding": _digest({name: known[name] for name in _DECODING if name in known}),
        "engines": _digest({name: known[name] for name in _ENGINES if name in known}),
        "suites": _digest({suite.name: suite.digest for suite in suites}),
    }
    model: dict[str, Fact] = {name: known[name] for name in _MODEL if name in known}
    return {**known, **parts, "identity": _digest({**model, **parts})}


def _digest(values: Mapping[str, Fact]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
