"""Drawings in SVG without a style of their own: classes only, the style sheet knows light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

from punie.evaluation.records import Rates
from punie.evaluation.report.markup import Html, joined, tag
from punie.evaluation.stats import quantile

_BAR: Final = (240, 22)  # width and height in pixels
_CHART: Final = (560, 230)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 42

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a chart.

    Attributes:
        name: in the legend.
        kind: class of its colour.
        points: x and y.
        bounds: for each point a lower and an upper y, or none at all.

    """

    name: str
    kind: str
    points: Sequence[Point]
    bounds: Sequence[Point] = ()


def rate_bar(rates: Rates) -> Html:
    """A rate between 0 and 1 as a bar, its interval as a whisker, the target as a mark."""
    width, height = _BAR
    parts = [tag("rect", x=0, y=7, width=width, height=8, rx=4, class_="track")]
    if rates.strict is not None:
        state = "plain" if rates.target is None else "met" if rates.strict >= rates.target - 1e-9 else "short"
        length = round(width * rates.strict, 1)
        parts.append(tag("rect", x=0, y=7, width=length, height=8, rx=4, class_=f"rate {state}"))
    if rates.interval is not None:
        low, high = (round(width * bound, 1) for bound in rates.interval)
        parts.append(tag("path", d=f"M{low} 5V17M{low} 11H{high}M{high} 5V17", class_="whisker"))
    if rates.target is not None:
        parts.append(tag("path", d=f"M{round(width * rates.target, 1)} 1V21", class_="target"))
    return _svg(width, height, *parts)


def spread_bar(values: Sequence[float], highest: float) -> Html:
    """Sorted values on a scale from 0 to `highest`: all as a line, the middle half as a box, the median as a mark."""
    width, height = _BAR
    low, first, middle, third, high = (
        round(width * quantile(values, part) / highest, 1) for part in (0, 0.25, 0.5, 0.75, 1)
    )
    return _svg(
        width,
        height,
        tag("path", d=f"M0 11H{width}", class_="grid"),
        tag("path", d=f"M{low} 11H{high}", class_="whisker"),
        tag("rect", x=first, y=5, width=max(2, round(third - first, 1)), height=12, rx=3, class_="box"),
        tag("path", d=f"M{middle} 3V19", class_="median"),
    )


def chart(
    lines: Sequence[Line], *, title: str, across: str, highest: float | None = None, target: float | None = None
) -> Html:
    """
    Lines over a common pair of axes; y begins at 0.

    Args:
        lines: at least one point in all.
        title: said by screen readers.
        across: what x is.
        highest: the top of the y axis, by default a little over the largest value.
        target: a height to mark.

    """
    width, height = _CHART
    points = [point for line in lines for point in line.points]
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    top = highest or max(y for _, y in points) * 1.05 or 1.0
    frame = _Frame(first, last if last > first else first + 1, top)
    parts = [*frame.grid(), *(part for line in lines for part in frame.line(line))]
    if target is not None:
        parts.append(tag("path", d=f"M{_LEFT} {frame.y(target)}H{width - _RIGHT}", class_="target"))
    parts.append(tag("text", across, x=(width + _LEFT) / 2, y=height - 4, class_="axis", text_anchor="middle"))
    keys = [tag("span", line.name, class_=f"key {line.kind}") for line in lines]
    if target is not None:
        keys.append(tag("span", "target", class_="key mark"))
    return joined([_svg(width, height, *parts, title=title), tag("p", *keys, class_="legend")])


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values lie in a chart."""

    first: float
    last: float
    top: float

    def x(self, value: float) -> float:
        width = _CHART[0] - _LEFT - _RIGHT
        return round(_LEFT + width * (value - self.first) / (self.last - self.first), 1)

    def y(self, value: float) -> float:
        height = _CHART[1] - _TOP - _BOTTOM
        return round(_TOP + height * (1 - min(value, self.top) / self.top), 1)

    def grid(self) -> Iterator[Html]:
        for value in _steps(0, self.top):
            yield tag("path", d=f"M{_LEFT} {self.y(value)}H{_CHART[0] - _RIGHT}", class_="grid")
            yield tag("text", f"{value:g}", x=_LEFT - 8, y=self.y(value) + 4, class_="axis", text_anchor="end")
        for value in _steps(self.first, self.last, least=1):
            y = _CHART[1] - _BOTTOM + 15
            yield tag("text", f"{value:g}", x=self.x(value), y=y, class_="axis", text_anchor="middle")

    def line(self, line: Line) -> Iterator[Html]:
        for (at, _), (low, high) in zip(line.points, line.bounds, strict=False):
            yield tag("path", d=f"M{self.x(at)} {self.y(low)}V{self.y(high)}", class_="whisker")
        path = "L".join(f"{self.x(at)} {self.y(value)}" for at, value in line.points)
        if path:
            yield tag("path", d=f"M{path}", class_=f"line {line.kind}")
        if len(line.points) <= _BAR[1]:
            for at, value in line.points:
                yield tag("circle", cx=self.x(at), cy=self.y(value), r=3, class_=f"dot {line.kind}")


def _steps(low: float, high: float, least: float = 0) -> Iterator[float]:
    """Round values between two bounds, about five of them, `least` apart at least."""
    rough = max((high - low) / 5, least)
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1):
        yield round(number * step, 12)


def _svg(width: int, height: int, *parts: Html, title: str | None = None) -> Html:
    box = f"0 0 {width} {height}"
    if title is None:
        return tag("svg", *parts, viewBox=box, width=width, height=height, aria_hidden="true")
    return tag("svg", *parts, viewBox=box, role="img", aria_label=title)
