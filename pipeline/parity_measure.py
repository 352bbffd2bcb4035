"""What one model does on the same rows and requests as the others: losses of given answers, and replies of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from pipeline.blas_threads import single_blas_thread
from pipeline.models import load_model
from pipeline.tokens import TokenRow, tokenize
from punie.agent.prompt_utils import format_prompt
from punie.evaluation import Query, grade
from punie.evaluation.models import MlxModel
from punie.training.dataset import TrainingExample

_BATCH: Final = 16
_MAX_ROW: Final = 1 << 20  # the dataset's own checks judge lengths


class StageMeasure(BaseModel):
    """
    What one model did.

    Attributes:
        loss: mean cross-entropy over the tokens of all answers, in nats.
        row_losses: that mean for each row.
        replies: to each request, greedy.
        passed: whether each reply is a strict pass.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    loss: float
    row_losses: tuple[float, ...]
    replies: tuple[str, ...]
    passed: tuple[bool, ...]

    @property
    def passes(self) -> int:
        """How many replies are strict passes."""
        return sum(self.passed)


def spread(things: Sequence[Any], count: int) -> list[Any]:
    """Return at most `count` of `things`, at equal distances from the first to the last."""
    if len(things) <= count:
        return list(things)
    return [things[place] for place in np.linspace(0, len(things) - 1, count).round().astype(int)]


def measure_stage(
    folder: Path,
    adapter: Path | None,
    rows: Sequence[TrainingExample],
    queries: Sequence[Query],
    system: str,
    max_tokens: int,
) -> StageMeasure:
    """
    Measure the model in `folder`.

    Args:
        folder: of the model.
        adapter: folder of a LoRA adapter to put on it, None for the model as it is.
        rows: their last turns are the answers.
        queries: of one turn each.
        system: text of the system prompt.
        max_tokens: budget of a reply.

    Raises:
        StageError: mlx-lm cannot load it.
    """
    prompts = [format_prompt(query.prompt, folder, system=system) for query in queries]
    with single_blas_thread():
        losses, counts = _losses(folder, adapter, rows)
        answers = MlxModel(folder, adapter=adapter, max_tokens=max_tokens).answer(prompts)
    replies = [answer.text for answer in answers]
    passed = tuple(grade(query, [reply]).strict for query, reply in zip(queries, replies, strict=True))
    return StageMeasure(
        loss=float(losses.sum() / counts.sum()),
        row_losses=tuple(np.round(losses / counts, 6).tolist()),
        replies=tuple(replies),
        passed=passed,
    )


def _losses(folder: Path, adapter: Path | None, rows: Sequence[TrainingExample]) -> tuple[Any, Any]:
    """Return each answer's summed cross-entropy and its tokens; on CPUs computed in float32, which loses nothing."""
    loaded = load_model(folder, adapter)
    import mlx.core as mx
    from mlx_lm.utils import dequantize_model

    if mx.default_device() == mx.cpu:
        loaded.model.set_dtype(mx.float32)
        dequantize_model(loaded.model)
    tokens = tokenize(rows, loaded.tokenizer, _MAX_ROW)
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place].tokens))
    losses = np.zeros(len(tokens))
    for start in range(0, len(order), _BATCH):
        group = order[start : start + _BATCH]
        losses[group] = _batch_losses(loaded.model, [tokens[place] for place in group])
    return losses, np.array([len(row.tokens) - row.answer for row in tokens])


def _batch_losses(model: Any, rows: Sequence[TokenRow]) -> Any:  # noqa: ANN401 - mlx-lm has no types
    import mlx.core as mx
    from mlx import nn

    longest = max(len(row.tokens) for row in rows)
    ids = np.zeros((len(rows), longest), np.int32)
    wanted = np.zeros((len(rows), longest - 1), np.float32)
    for place, row in enumerate(rows):
        ids[place, : len(row.tokens)] = row.tokens
        wanted[place, row.answer - 1 : len(row.tokens) - 1] = 1
    logits = model(mx.array(ids[:, :-1])).astype(mx.float32)
    losses = nn.losses.cross_entropy(logits, mx.array(ids[:, 1:]))
    return np.array((losses * mx.array(wanted)).sum(axis=1))
