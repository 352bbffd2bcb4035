"""The part of the cache that prompts share, such as the system prompt's: computed once, and kept for later turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

_SHORTEST: Final = 16  # tokens; below this a prefill of its own costs more than it saves
_STEP: Final = 2048  # tokens that are computed at once


class SharedPrefix:
    """
    What the prompts of a model began with, and the cache after it.

    Args:
        model: of mlx-lm, the only one that this is asked for.

    Attributes:
        tokens: of the prefix that was asked for last.
        computed: how many tokens went through the model for prefixes so far.

    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - mlx-lm has no types
        self.tokens: list[int] = []
        self.computed = 0
        self._model = model
        self._cache: list[Any] | None = None

    def of(self, rows: Sequence[list[int]], stream: Any) -> tuple[list[int], list[Any] | None]:  # noqa: ANN401 - mlx has no types
        """
        What all rows begin with, and the cache after it; nothing where sharing gains nothing or cannot be done.

        Args:
            rows: tokens of prompts; a single one shares what is known from earlier ones.
            stream: of mlx, on which the rest is computed.

        """
        wanted = common_prefix(rows) if len(rows) > 1 else _same(self.tokens, rows[0][:-1])
        known = len(_same(self.tokens, wanted)) if self._cache is not None else 0
        if len(wanted) < _SHORTEST:
            return [], None
        cache = self._begun(known)
        if cache is None:
            return [], None
        self._extend(cache, wanted[known:], stream)
        self.tokens, self._cache = wanted, cache
        return wanted, cache

    def _begun(self, length: int) -> list[Any] | None:
        """A cache with the first tokens of the known prefix; None where caches cannot be copied into a batch."""
        from mlx_lm.models.cache import KVCache, make_prompt_cache

        cache: list[Any] = make_prompt_cache(self._model)
        if not all(type(layer) is KVCache for layer in cache):
            return None
        if self._cache is not None and length:
            for layer, known in zip(cache, self._cache, strict=True):
                keys, values = known.keys_and_values()
                layer.keys, layer.values, layer.offset = keys[..., :length, :], values[..., :length, :], length
        return cache

    def _extend(self, cache: list[Any], tokens: list[int], stream: Any) -> None:  # noqa: ANN401 - mlx has no types
        import mlx.core as mx

        self.computed += len(tokens)
        with mx.stream(stream):
            for start in range(0, len(tokens), _STEP):
                self._model(mx.array([tokens[start : start + _STEP]]), cache=cache)
                mx.eval([layer.state for layer in cache])


def common_prefix(rows: Sequence[list[int]]) -> list[int]:
    """The tokens that all rows begin with, one less than the shortest row at most; nothing for a single row."""
    if len(rows) < 2:  # noqa: PLR2004 - two rows are needed to share anything
        return []
    limit = min(map(len, rows)) - 1
    return _same(min(rows)[:limit], max(rows))


def _same(one: list[int], other: list[int]) -> list[int]:
    """The tokens that both begin with."""
    limit = min(len(one), len(other))
    return one[: next((at for at in range(limit) if one[at] != other[at]), limit)]
