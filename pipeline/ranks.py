"""
The processes that train one model together: each computes its rows of a batch, and sums make them one.

Losses and gradients are means over tokens, so they are weighted by tokens before they are summed: whatever the lengths
of the rows, the result is that of one process with the whole batch, but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

Loss = Callable[..., tuple[Any, Any]]


class Ranks:
    """
    The processes of a run.

    Args:
        group: of mlx; None: this process is alone.

    Attributes:
        rank: number of this process.
        size: how many there are.
    """

    def __init__(self, group: Any = None) -> None:  # noqa: ANN401 - mlx has no types
        self._group = group
        self.rank = 0 if group is None else int(group.rank())
        self.size = 1 if group is None else int(group.size())

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and tells."""
        return self.rank == 0

    def share(self, loss: Loss) -> Loss:
        """Return `loss` of this process's rows of a batch: every `size`-th one; 0 of 0 tokens where it has none."""
        if self.size == 1:
            return loss

        def own(model: Any, ids: Any, spans: Any) -> tuple[Any, Any]:  # noqa: ANN401 - mlx has no types
            import mlx.core as mx

            if self.rank >= len(ids):
                return mx.array(0.0), mx.array(0)
            rows = slice(self.rank, None, self.size)
            return loss(model, ids[rows], spans[rows])

        return own

    def mean(self, loss: Any, tokens: Any, gradients: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - mlx has no types
        """Return mean loss, number of tokens and mean gradients of the whole batch, given those of this process."""
        if self.size == 1:
            return loss, tokens, gradients
        from mlx.utils import tree_flatten, tree_unflatten

        flat = tree_flatten(gradients)
        sums = self.sums([tokens, loss * tokens, *(gradient * tokens for _, gradient in flat)])
        means = [value / sums[0] for value in sums[1:]]
        named = [(name, mean) for (name, _), mean in zip(flat, means[1:], strict=True)]
        return means[0], sums[0], tree_unflatten(named)

    def sums(self, arrays: Sequence[Any]) -> list[Any]:
        """Return each array summed over all processes; one message carries them all, in float32."""
        if self.size == 1:
            return list(arrays)
        import mlx.core as mx

        flat = mx.concatenate([array.astype(mx.float32).reshape(-1) for array in arrays])
        total = mx.distributed.all_sum(flat, group=self._group)
        found, start = [], 0
        for array in arrays:
            part = total[start : start + array.size]
            found.append(part.reshape(array.shape).astype(array.dtype))
            start += array.size
        return found

    def of_first(self, arrays: Sequence[Any]) -> list[Any]:
        """Return the arrays of rank 0; every process gives some of the same shapes."""
        import mlx.core as mx

        return self.sums(arrays if self.leads else [mx.zeros_like(array) for array in arrays])


ALONE: Final = Ranks()
