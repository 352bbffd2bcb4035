"""What a sweep says: variants paired by query, and a recommendation where the evidence carries one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from punie.evaluation.equivalence import paired_interval, queries_to_exclude
from punie.evaluation.paired import mcnemar
from punie.evaluation.sweep import Advice, Beside, Variant

SIGNIFICANCE: Final = 0.05

Verdicts = Mapping[str, bool | None]


def paired(variants: Sequence[tuple[Variant, Verdicts]]) -> tuple[Variant, ...]:
    """
    Return the variants, the largest first, each beside float16 and beside the next larger one.

    Args:
        variants: each with its strict verdicts by query; None where a query could not be graded.

    """
    ordered = sorted(variants, key=lambda pair: (pair[0].bits is not None, -pair[0].size_bytes))
    found = [_with(ordered[0][0])] if ordered else []
    reference = next((pair for pair in ordered if pair[0].bits is None), None)
    for larger, own in pairwise(ordered):
        against = None if reference is None else beside(reference, own)
        found.append(_with(own[0], against, beside(larger, own)))
    return tuple(found)


def beside(other: tuple[Variant, Verdicts], own: tuple[Variant, Verdicts]) -> Beside | None:
    """Return a variant beside another one; None where no query has a verdict in both."""
    before, after = other[1], own[1]
    both = [name for name in before if before[name] is not None and after.get(name) is not None]
    if not both:
        return None
    lost = tuple(name for name in both if before[name] and not after[name])
    gained = tuple(name for name in both if after[name] and not before[name])
    return Beside(
        other=other[0].name,
        queries=len(both),
        lost=lost,
        gained=gained,
        p_value=mcnemar(len(lost), len(gained)),
        interval=paired_interval(len(lost), len(gained), len(both)),
    )


def advise(variants: Sequence[Variant], margin: float) -> Advice:
    """
    Return what the evidence carries.

    The smallest variant is recommended that is not significantly worse than float16 and whose loss is shown to stay
    below the margin; where there is none, the reason says how many queries would settle it.

    Args:
        variants: as `paired` gives them.
        margin: a difference of rates, 0 to 1.

    """
    reference = next((variant for variant in variants if variant.bits is None), None)
    if reference is None:
        return Advice(verdict="undecided", reason="float16 was not measured: there is nothing to compare with")
    known = [(each, each.against_float16) for each in variants if each.against_float16 is not None]
    if not known:
        return Advice(verdict="undecided", reason="only float16 was measured: there is nothing to recommend")
    if (reference.rates.strict or 0) <= margin:
        passed = f"{reference.rates.passed} of {reference.rates.asked} queries"
        return Advice(verdict="undecided", reason=f"float16 itself passes {passed}: there is nothing to lose")
    equal = [(variant, against) for variant, against in known if not is_worse(against)]
    if not equal:
        reason = "every variant is significantly worse than float16: keep float16, or add levels of more bits"
        return Advice(verdict="float16", variant=reference.name, reason=reason)
    shown = [pair for pair in equal if pair[1].interval.low >= -margin]
    return _recommended(shown, margin) if shown else _undecided(equal, margin)


def is_worse(against: Beside) -> bool:
    """Whether a variant is significantly worse than the other one."""
    return len(against.lost) > len(against.gained) and against.p_value < SIGNIFICANCE


def differences(against: Beside) -> str:
    """What two variants differ in, as "1 lost, 0 gained, p = 1"."""
    return f"{len(against.lost)} lost, {len(against.gained)} gained, p = {against.p_value:.2g}"


def _with(variant: Variant, against: Beside | None = None, larger: Beside | None = None) -> Variant:
    return variant.model_copy(update={"against_float16": against, "against_larger": larger})


def _recommended(shown: Sequence[tuple[Variant, Beside]], margin: float) -> Advice:
    variant, against = min(shown, key=lambda pair: pair[0].size_bytes)
    low = _points(-against.interval.low)
    reason = (
        f"{variant.name} is the smallest variant that is as good as float16: on {against.queries} queries "
        f"{differences(against)}, a loss of at most {low} points (95 %), less than the margin of {_points(margin)}"
    )
    return Advice(verdict="recommended", variant=variant.name, reason=reason)


def _undecided(equal: Sequence[tuple[Variant, Beside]], margin: float) -> Advice:
    """The variant that the fewest queries would settle stands for all."""
    settled = [(_queries_needed(against, margin), variant, against) for variant, against in equal]
    known = [(number, variant, against) for number, variant, against in settled if number is not None]
    variant, against = max(equal, key=lambda pair: pair[1].interval.low)
    if known:
        _, variant, against = min(known, key=lambda each: (each[0], each[1].size_bytes))
    reason = (
        f"{against.queries} queries do not distinguish {_several(equal)} from float16, nor do they show that the loss "
        f"stays below {_points(margin)} points: {variant.name} has {differences(against)}, and may lose "
        f"{_points(-against.interval.low)} points (95 %)"
    )
    if not known:
        return Advice(verdict="undecided", reason=f"{reason}; if these shares stay, no number of queries shows it")
    number = min(each[0] for each in known)
    said = f"{reason}; {number} queries would show it if these shares stay: add suites with --suite"
    return Advice(verdict="undecided", reason=said, queries_needed=number)


def _queries_needed(against: Beside, margin: float) -> int | None:
    return queries_to_exclude(margin, len(against.lost), len(against.gained), against.queries)


def _several(equal: Sequence[tuple[Variant, Beside]]) -> str:
    return equal[0][0].name if len(equal) == 1 else f"{len(equal)} variants"


def _points(share: float) -> str:
    return f"{100 * share:.2g}"
