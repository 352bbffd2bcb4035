"""
Stage parity: base, adapter, fused and quantized models on the same rows and requests.

What training gave is the gain: the base's loss on answers of the validation rows less the adapter's. Fusing may cost
`FUSED` of it, since only float16 rounding stands between; quantizing may cost `QUANTIZED`, many times what 5 bits cost
a sound model. A model that keeps less than `VANISHED` of the gain is the base again. Replies are compared by a
one-sided sign test on strict passes, because a near tie of two tokens may change a reply without any fault; fused
replies must be the adapter's own but for such ties.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.parity_measure import StageMeasure

FUSED: Final = 0.005
QUANTIZED: Final = 0.02
VANISHED: Final = 0.1
SAME_REPLIES: Final = 0.75
SIGNIFICANT: Final = 0.05


def parity_faults(stages: Mapping[str, StageMeasure]) -> tuple[str, ...]:
    """
    Return what stands against parity, one line each.

    Args:
        stages: base, adapter and quantized; fused where it could be measured.
    """
    gain = stages["base"].loss - stages["adapter"].loss
    if not math.isfinite(gain) or gain <= 0:
        losses = f"{stages['base'].loss:.4f} to {stages['adapter'].loss:.4f}"
        return (f"the adapter does not lower the base's loss ({losses}): training gave nothing",)
    return tuple(
        fault
        for name, share in (("fused", FUSED), ("quantized", QUANTIZED))
        if name in stages
        for fault in _faults(name, share, stages)
    )


def kept(name: str, stages: Mapping[str, StageMeasure]) -> float:
    """Return the part of the adapter's gain that the model `name` still has; 1 is all of it, NaN without a gain."""
    gain = stages["base"].loss - stages["adapter"].loss
    return (stages["base"].loss - stages[name].loss) / gain if gain else math.nan


def _faults(name: str, margin: float, stages: Mapping[str, StageMeasure]) -> Iterator[str]:
    share, adapter, model = kept(name, stages), stages["adapter"], stages[name]
    if not share > VANISHED or _is_base(name, stages):
        yield f"the adapter vanished: {name} answers as the base does ({share:.1%} of the gain kept)"
        return
    if share < 1 - margin:
        yield f"{name} keeps {share:.2%} of what the adapter gained, at least {1 - margin:.1%} are wanted"
    same = sum(own == other for own, other in zip(model.replies, adapter.replies, strict=True))
    if name == "fused" and same < SAME_REPLIES * len(model.replies):
        yield f"fused gives the adapter's reply to {same} of {len(model.replies)} requests: {SAME_REPLIES:.0%} wanted"
    lost = sum(old and not new for old, new in zip(adapter.passed, model.passed, strict=True))
    gained = sum(new and not old for old, new in zip(adapter.passed, model.passed, strict=True))
    if sign_test(lost, gained) < SIGNIFICANT:
        yield f"{name} fails {lost} requests that the adapter passes, and passes {gained} others: no chance effect"


def sign_test(lost: int, gained: int) -> float:
    """Return how likely chance alone gives at least `lost` losses among all changes."""
    changes = lost + gained
    return sum(math.comb(changes, count) for count in range(lost, changes + 1)) * 0.5**changes


def _is_base(name: str, stages: Mapping[str, StageMeasure]) -> bool:
    """Whether a model replies as the base in each case while the adapter does not."""
    base = stages["base"].replies
    return stages[name].replies == base != stages["adapter"].replies
