"""Repeated samples of a run: pass@k, pass^k and the queries whose verdict is not stable."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Final

from punie.evaluation.records import QueryResult, Sampling
from punie.evaluation.repeats import flip_rate, pass_all_k, pass_at_k

_SHOWN: Final = (1, 2, 3, 5, 10, 20, 50, 100)


def sampling_of(results: Mapping[str, QueryResult]) -> Sampling | None:
    """What the samples of a run say, over the queries that were graded; None where none has several."""
    counts = {name: _counts(result) for name, result in results.items() if result.strict is not None}
    least = min((samples for _, samples in counts.values()), default=0)
    if max((samples for _, samples in counts.values()), default=0) < 2:  # noqa: PLR2004 - one sample repeats nothing
        return None
    shown = [k for k in _SHOWN if k < least] + [least]
    flips = {name: flip_rate(*pair) for name, pair in counts.items()}
    return Sampling(
        samples=least,
        pass_at={k: fmean(pass_at_k(*pair, k) for pair in counts.values()) for k in shown},
        pass_all={k: fmean(pass_all_k(*pair, k) for pair in counts.values()) for k in shown},
        flip_rate=fmean(flips.values()),
        flips={name: rate for name, rate in flips.items() if rate},
    )


def _counts(result: QueryResult) -> tuple[int, int]:
    """Passed samples and all samples of a query."""
    verdicts = [sample.strict for sample in result.samples] or [result.strict]
    return sum(verdict is True for verdict in verdicts), len(verdicts)
