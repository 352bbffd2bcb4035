"""What the loss curves of a run must have reached, and their summary for the manifest."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import StageError
from punie.training.hyperparam import LossCurve, LossPoint, TrainingLog


@dataclass(frozen=True)
class LossLimits:
    """
    The gates of training.

    Attributes:
        final_valid: that the last validation loss must stay below.
        reduction: the least part of the first validation loss that must be gone, from 0 to 1.
        final_train: that the last training loss must stay below.
    """

    final_valid: float = 1.0
    reduction: float = 0.7
    final_train: float = 0.5

    @property
    def text(self) -> str:
        """The limits in one line; an infinite one is none."""
        reduced = f"validation {self.reduction:.0%} less than at first"
        ends = (("validation", self.final_valid), ("training", self.final_train))
        return ", ".join([reduced, *(f"{name} below {limit:g}" for name, limit in ends if math.isfinite(limit))])

    def faults(self, log: TrainingLog) -> Iterator[str]:
        """Yield the limits that a run misses, one line each; a loss that is missing or no number misses its limit."""
        for name, curve, limit in (
            ("validation", log.val, self.final_valid),
            ("training", log.train, self.final_train),
        ):
            last = curve.final.loss if curve.final else math.nan
            if not last < limit:
                yield f"the final {name} loss is {last:g}, less than {limit:g} is wanted"
        reduction = log.val.reduction
        if reduction is None or reduction < self.reduction:
            found = "not known" if reduction is None else f"{reduction:.1%}"
            yield f"the reduction of the validation loss is {found}, at least {self.reduction:.0%} is wanted"


def curves_log(train: Iterable[Mapping[str, Any]], valid: Iterable[Mapping[str, Any]]) -> TrainingLog:
    """Return the points of `losses.json` as a log."""
    return TrainingLog(train=_curve(train), val=_curve(valid))


def read_losses(file: Path) -> TrainingLog:
    """
    Read `losses.json`.

    Raises:
        StageError: it is missing or damaged.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return curves_log(found["train"], found["valid"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{str(file)!r} holds no loss curves ({type(error).__name__}): build the adapter again"
        raise StageError(message) from error


def loss_summary(log: TrainingLog) -> dict[str, float]:
    """Return initial, best and final losses, the reductions, the iteration of the best one, and the gap."""
    found: dict[str, float] = {}
    for name, curve in (("train", log.train), ("valid", log.val)):
        if curve.initial and curve.final and curve.best:
            found |= {f"{name}_first": curve.initial.loss, f"{name}_last": curve.final.loss}
            found |= {f"{name}_best": curve.best.loss, f"{name}_best_at": curve.best.iteration}
        if curve.reduction is not None:
            found[f"{name}_reduction"] = curve.reduction
    if log.gap is not None:
        found["gap"] = log.gap
    return {name: round(value, 4) for name, value in found.items()}


def _curve(points: Iterable[Mapping[str, Any]]) -> LossCurve:
    return LossCurve(tuple(LossPoint(int(point["iteration"]), float(point["loss"])) for point in points))
