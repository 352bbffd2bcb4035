"""The figures of a model's speed as every report names and writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from punie.evaluation.report.text import brief, percent, size
from punie.evaluation.speed import Speed


class Figure(NamedTuple):
    """How a figure is called, read and written; the one that is read is None where it was not measured."""

    name: str
    read: Callable[[Speed], float | None]
    write: Callable[[float], str]


def pace(value: float) -> str:
    """Tokens in a second, with three digits."""
    return f"{value:.3g}/s" if value < 1000 else f"{value:.0f}/s"  # noqa: PLR2004 - no powers of ten


def verdicts(passed: int, graded: int) -> str:
    """A strict rate with its counts."""
    return f"{percent(passed / graded)} ({passed}/{graded})" if graded else "-"


def _first_token(speed: Speed) -> float | None:
    return None if speed.first_token is None else speed.first_token.median


FIGURES: Final[tuple[Figure, ...]] = (
    Figure("size on disk", lambda speed: speed.size_bytes, size),
    Figure("load", lambda speed: speed.load_seconds, brief),
    Figure("warm-up: first query", lambda speed: speed.warm_up_seconds, brief),
    Figure("alone: mean", lambda speed: speed.alone.mean, brief),
    Figure("alone: median", lambda speed: speed.alone.median, brief),
    Figure("alone: 90 % within", lambda speed: speed.alone.p90, brief),
    Figure("alone: 95 % within", lambda speed: speed.alone.p95, brief),
    Figure("alone: shortest", lambda speed: speed.alone.minimum, brief),
    Figure("alone: longest", lambda speed: speed.alone.maximum, brief),
    Figure("alone: first token, median", _first_token, brief),
    Figure("alone: prompt tokens read", lambda speed: speed.prompt_tokens_per_second, pace),
    Figure("alone: tokens written", lambda speed: speed.tokens_per_second, pace),
    Figure("batch: all queries", lambda speed: speed.batch_seconds, brief),
    Figure("batch: a query", lambda speed: speed.batch_seconds * speed.rounds / speed.batch.count, brief),
    Figure("batch: tokens written", lambda speed: speed.batch_tokens_per_second, pace),
    Figure("batch: 95 % answered within", lambda speed: speed.batch.p95, brief),
    Figure("memory of MLX: loaded", lambda speed: speed.peak_memory_bytes.get("load"), size),
    Figure("memory of MLX: alone", lambda speed: speed.peak_memory_bytes.get("alone"), size),
    Figure("memory of MLX: batch", lambda speed: speed.peak_memory_bytes.get("batch"), size),
    Figure("memory of the process", lambda speed: speed.peak_rss_bytes, size),
)
