"""Sweeps made from counts, for the tests of advice and reports."""

from __future__ import annotations

from collections.abc import Sequence

from punie.evaluation.records import Rates
from punie.evaluation.sweep import Sweep, Variant
from punie.evaluation.sweep_advice import Verdicts, advise, paired
from punie.evaluation.tally import Tally

Measured = tuple[Variant, Verdicts]


def verdicts(asked: int, missed: Sequence[int] = ()) -> dict[str, bool | None]:
    """The verdicts on queries q0, q1 and so on."""
    return {f"q{number}": number not in missed for number in range(asked)}


def variant(bits: int | None, found: Verdicts, group_size: int = 64) -> Measured:
    """A variant whose size and times follow from its bits."""
    name = "float16" if bits is None else f"{bits} bits, group {group_size}"
    stored = 16.0 if bits is None else bits + 32 / group_size
    graded = [verdict for verdict in found.values() if verdict is not None]
    tally = Tally(len(found), len(found), len(found) - len(graded), sum(graded), sum(graded))
    made = Variant(
        name=name,
        bits=bits,
        group_size=None if bits is None else group_size,
        folder=f"variant-{stored:g}",
        weights="a" * 64,
        size_bytes=int(1_000_000 * stored),
        bits_per_weight=stored,
        rates=Rates.of(tally),
        missed=tuple(query for query, passed in found.items() if passed is False),
        load_seconds=0.1234,
        first_seconds=1.5,
        median_seconds=0.25,
        p95_seconds=0.5,
        peak_memory_bytes=int(2_000_000 * stored),
    )
    return made, found


def sweep_of_variants(*measured: Measured, recipe: str = "nano", failed: dict[str, str] | None = None) -> Sweep:
    """The record of a sweep."""
    variants = paired(measured)
    return Sweep(
        recipe=recipe,
        at="2026-03-01T09:00:00Z",
        fused="f" * 64,
        suites={"57": "5" * 64},
        margin=0.05,
        significance=0.05,
        device="cpu",
        requests=9,
        max_tokens=64,
        variants=variants,
        failed=failed or {},
        advice=advise(variants, 0.05),
    )
