"""Statistics of repeated samples: how often a query passes once, always, or differently each time."""

from __future__ import annotations

from math import comb


def pass_at_k(passed: int, samples: int, k: int) -> float:
    """
    The unbiased estimate of how often at least one of `k` samples passes.

    Args:
        passed: samples of the query that passed.
        samples: samples of the query, at least `k`.
        k: how many tries the question is about, at least 1.

    Raises:
        ValueError: fewer than `k` samples say nothing about `k` tries.

    """
    _check(passed, samples, k)
    return 1 - comb(samples - passed, k) / comb(samples, k)


def pass_all_k(passed: int, samples: int, k: int) -> float:
    """The unbiased estimate of how often each of `k` samples passes, known as pass^k; arguments as `pass_at_k`."""
    _check(passed, samples, k)
    return comb(passed, k) / comb(samples, k)


def flip_rate(passed: int, samples: int) -> float:
    """How often two samples of one query have different verdicts; of a single sample 0. Arguments as `pass_at_k`."""
    _check(passed, samples, 1)
    return passed * (samples - passed) / comb(samples, 2) if samples > 1 else 0.0


def _check(passed: int, samples: int, k: int) -> None:
    if not (1 <= k <= samples and 0 <= passed <= samples):
        message = f"no estimate for {k} tries from {passed} of {samples} samples: at least {k} samples are wanted"
        raise ValueError(message)
