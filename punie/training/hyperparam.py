"""
What a training run printed, as numbers: losses, memory, speed and the trainable share.

Both forms that mlx-lm's trainer prints are read: the table of its present versions and the `Iter 10: ...` lines of
older ones, which alone name the peak memory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

# Lengths are bounded, so that no number in a log is too long to be read.
_COUNT: Final = r"\d{1,12}"
_NUMBER: Final = r"[+-]?(?:\d{1,12}(?:\.\d{1,12})?(?:e[+-]?\d{1,3})?|nan|inf)"
_GROUPED: Final = r"[\d,]{1,16}"
_COLOUR: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_TRAIN: Final = (
    re.compile(
        rf"\s*(?P<iteration>{_COUNT})\s+(?P<loss>{_NUMBER})\s+[▲▼]\s+(?P<speed>{_GROUPED}|nan|inf)"
        rf"\s+(?P<thousands>{_NUMBER})k\s*"
    ),
    re.compile(
        rf"Iter (?P<iteration>{_COUNT}): Train loss (?P<loss>{_NUMBER})"
        rf"(?:, Learning Rate {_NUMBER})?(?:, It/sec {_NUMBER})?(?:, Tokens/sec (?P<speed>{_NUMBER}))?"
        rf"(?:, Trained Tokens (?P<tokens>{_NUMBER}))?(?:, Peak mem (?P<memory>{_NUMBER}) GB)?\s*"
    ),
)
_VALID: Final = (
    re.compile(rf"\s*(?P<iteration>{_COUNT})\s+val\s+(?P<loss>{_NUMBER})\s+{_NUMBER}s\s*"),
    re.compile(rf"Iter (?P<iteration>{_COUNT}): Val loss (?P<loss>{_NUMBER})(?:, Val took {_NUMBER}s)?\s*"),
)
_SHARE: Final = re.compile(rf"Trainable parameters: {_NUMBER}% \((?P<trainable>{_NUMBER})M/(?P<total>{_NUMBER})M\)\s*")


class LossPoint(NamedTuple):
    """The loss that was reported at an iteration, 1-based; it may be NaN or infinite."""

    iteration: int
    loss: float


@dataclass(frozen=True, slots=True)
class LossCurve:
    """
    The losses of one split in the order of the run.

    Attributes:
        points: as they were printed; empty when none were.

    """

    points: tuple[LossPoint, ...] = ()

    @property
    def initial(self) -> LossPoint | None:
        """The first point."""
        return self.points[0] if self.points else None

    @property
    def final(self) -> LossPoint | None:
        """The last point."""
        return self.points[-1] if self.points else None

    @property
    def best(self) -> LossPoint | None:
        """The earliest point of the lowest finite loss."""
        finite = [point for point in self.points if math.isfinite(point.loss)]
        return min(finite, key=lambda point: point.loss) if finite else None

    @property
    def reduction(self) -> float | None:
        """The share of the initial loss that is gone at the end, 1 at most; None without two finite losses."""
        if self.initial is None or self.final is None or len(self.points) < 2:  # noqa: PLR2004 - a start and an end
            return None
        first, last = self.initial.loss, self.final.loss
        return (first - last) / first if math.isfinite(first) and math.isfinite(last) and first > 0 else None


@dataclass(frozen=True, slots=True)
class TrainingLog:
    """
    What a run printed. A value that the log does not name is None.

    Attributes:
        train: losses of the batches; each is the mean since the point before.
        val: losses of the validation rows.
        trainable_parameters: how many weights are trained.
        total_parameters: how many weights the model has.
        peak_memory: the highest that was printed, in bytes.
        tokens_per_second: median of the reported speeds, so that the first slow steps do not count.
        trained_tokens: tokens up to the last report.

    """

    train: LossCurve = LossCurve()
    val: LossCurve = LossCurve()
    trainable_parameters: int | None = None
    total_parameters: int | None = None
    peak_memory: int | None = None
    tokens_per_second: float | None = None
    trained_tokens: int | None = None

    @property
    def trainable_share(self) -> float | None:
        """Trained weights as a part of all, from 0 to 1."""
        if self.trainable_parameters is None or not self.total_parameters:
            return None
        return self.trainable_parameters / self.total_parameters

    @property
    def reduction(self) -> float | None:
        """The reduction of the validation loss, or of the training loss when nothing was validated."""
        return (self.val if self.val.points else self.train).reduction

    @property
    def gap(self) -> float | None:
        """Final validation loss less final training loss: how far the model fits its rows only."""
        if self.train.final is None or self.val.final is None:
            return None
        gap = self.val.final.loss - self.train.final.loss
        return gap if math.isfinite(gap) else None


def parse_training_log(text: str) -> TrainingLog:
    """
    Read the log of one run of mlx-lm's trainer; lines that report nothing are passed over.

    Args:
        text: all that was printed; colours and progress bars may be in it. Without any report the curves are empty.

    Raises:
        ValueError: the iterations go back, as in a file that holds several runs.

    """
    lines = [_COLOUR.sub("", line) for line in _LINE_ENDS.split(text)]
    train = _matches(_TRAIN, lines)
    shares = _matches((_SHARE,), lines)
    return TrainingLog(
        train=_curve("training", train),
        val=_curve("validation", _matches(_VALID, lines)),
        trainable_parameters=_last(shares, "trainable", 1e6),
        total_parameters=_last(shares, "total", 1e6),
        peak_memory=max((round(value * 1e9) for value in _finite(train, "memory")), default=None),
        tokens_per_second=_median(_finite(train, "speed")),
        trained_tokens=_last(train, "thousands", 1e3) if _finite(train, "thousands") else _last(train, "tokens", 1),
    )


def _matches(forms: Sequence[re.Pattern[str]], lines: Sequence[str]) -> list[dict[str, str]]:
    found = (next((match for form in forms if (match := form.fullmatch(line))), None) for line in lines)
    return [{name: value for name, value in match.groupdict().items() if value} for match in found if match]


def _curve(name: str, reports: Sequence[dict[str, str]]) -> LossCurve:
    points = tuple(LossPoint(int(report["iteration"]), float(report["loss"])) for report in reports)
    for before, after in pairwise(points):
        if after.iteration <= before.iteration:
            message = (
                f"the {name} losses go from iteration {before.iteration} back to {after.iteration}: "
                "give the log of one run"
            )
            raise ValueError(message)
    return LossCurve(points)


def _finite(reports: Sequence[dict[str, str]], name: str) -> list[float]:
    values = (float(report[name].replace(",", "") or "nan") for report in reports if name in report)
    return [value for value in values if math.isfinite(value)]


def _last(reports: Sequence[dict[str, str]], name: str, unit: float) -> int | None:
    values = _finite(reports, name)
    return round(values[-1] * unit) if values else None


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
