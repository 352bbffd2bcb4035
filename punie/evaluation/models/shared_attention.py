"""
Attention of many rows to one shared prefix, which is kept once and not copied into every row.

MLX-LM's batches hold the whole prompt of each row: with a long system prompt most of the time of a step on a CPU goes
into reading, copying and re-sorting those copies. Here a row holds only what follows the prefix; the scores of all rows
against the prefix are one product of matrices, and both parts go through one softmax.
"""

from __future__ import annotations

from typing import Any, Final, Self

# Their attention is mlx-lm's common one over the whole context.
_KNOWN: Final = ("mlx_lm.models.qwen2", "mlx_lm.models.qwen3", "mlx_lm.models.qwen3_moe")
_NAME: Final = "scaled_dot_product_attention"


class SharedKeys:
    """
    Keys and values of a prefix in one layer.

    Args:
        cache: of that layer, after the prefix; its arrays have the shape (1, heads, tokens, dimensions).

    """

    def __init__(self, cache: Any) -> None:  # noqa: ANN401 - mlx-lm has no types
        self.keys, self.values = cache.keys_and_values()
        self.length = cache.offset

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class SharedRow:
    """
    The cache of a row that has the prefix and nothing else, in one layer.

    Args:
        cache: as for `SharedKeys`.

    """

    nbytes = 0

    def __init__(self, cache: Any) -> None:  # noqa: ANN401 - mlx-lm has no types
        self._prefix = SharedKeys(cache)

    def merge(self, rows: list[SharedRow]) -> Any:  # noqa: ANN401 - mlx-lm has no types
        """The rows as a batch of mlx-lm that holds what follows the prefix, and names the prefix."""
        from mlx_lm.models.cache import BatchKVCache

        batch = BatchKVCache([0] * len(rows))
        batch.offset = batch.offset + self._prefix.length  # positions count from the beginning of the prompt
        batch.prefix = self._prefix
        return batch


def can_share(model: Any) -> bool:  # noqa: ANN401 - mlx-lm has no types
    """Whether the model's attention is known, and from now on takes batches of `SharedRow`."""
    if type(model).__module__ not in _KNOWN:
        return False
    # what its layers see: a module of that name may have been imported anew since
    names = type(model.layers[0].self_attn).__call__.__globals__
    if not getattr(names[_NAME], "shares", False):
        names[_NAME] = _Attention(names[_NAME])
    return True


class _Attention:
    """Attention as before, but for batches with a shared prefix."""

    shares = True

    def __init__(self, plain: Any) -> None:  # noqa: ANN401 - mlx-lm has no types
        self._plain = plain

    def __call__(self, queries: Any, keys: Any, values: Any, cache: Any, **rest: Any) -> Any:  # noqa: ANN401
        prefix = getattr(cache, "prefix", None)
        if isinstance(prefix, SharedKeys):
            return attend(queries, keys, values, prefix, **rest)
        return self._plain(queries, keys, values, cache=cache, **rest)


def attend(queries: Any, keys: Any, values: Any, prefix: SharedKeys, *, scale: float, mask: Any) -> Any:  # noqa: ANN401
    """
    Attention of every row to the prefix, which all see whole, and to its own keys.

    Args:
        queries: of shape (rows, query heads, steps, dimensions).
        keys: of the rows alone, (rows, heads, tokens, dimensions); several query heads share a head.
        values: likewise.
        prefix: of all rows.
        scale: of the scores.
        mask: true where a step sees an own key, (rows, 1, steps, tokens); None where it sees all.

    Returns:
        What was attended to, in the shape of the queries.

    """
    import mlx.core as mx

    rows, query_heads, steps, size = queries.shape
    heads = keys.shape[1]
    group = query_heads // heads
    grouped = (queries * scale).reshape(rows, heads, group, steps, size)
    # (heads, everything else, dimensions): one matrix for each head
    together = grouped.transpose(1, 0, 2, 3, 4).reshape(heads, -1, size)
    far = together @ prefix.keys[0].swapaxes(-1, -2)
    near = grouped @ keys[:, :, None].swapaxes(-1, -2)
    if mask is not None:
        near = mx.where(mask[:, :, None], near, -mx.inf)

    def by_row(each: Any) -> Any:  # noqa: ANN401 - mlx has no types
        return each.reshape(heads, rows, group, steps, -1).transpose(1, 0, 2, 3, 4)

    # softmax is one pass where exp and sum are three; its largest share tells the sum
    shares = mx.softmax(far, axis=-1)
    top = by_row(far.max(-1, keepdims=True))
    highest = mx.maximum(top, near.max(-1, keepdims=True))
    weight = mx.exp(top - highest) / by_row(shares.max(-1, keepdims=True))
    near = mx.exp(near - highest)
    total = weight + near.sum(-1, keepdims=True)
    seen = by_row(shares @ prefix.values[0]) * weight + near @ values[:, :, None]
    return (seen / total).reshape((*queries.shape[:-1], values.shape[-1]))
