from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from punie.evaluation import Tally
from punie.evaluation.records import Rates
from punie.evaluation.report.drawing import Line, chart, rate_bar, spread_bar


def classes(drawing: str) -> list[str]:
    return [element.get("class", "") for element in ET.fromstring(drawing).iter()]  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("target", "state"), [(None, "rate plain"), (60.0, "rate met"), (80.0, "rate met"), (90.0, "rate short")]
)
def test_the_colour_of_a_bar_follows_the_target(target: float | None, state: str) -> None:
    bar = rate_bar(Rates.of(Tally(5, 5, 0, 4, 5), target))

    assert state in classes(bar)
    assert ("target" in classes(bar)) == (target is not None)


def test_a_bar_is_as_long_as_the_rate() -> None:
    bar = rate_bar(Rates.of(Tally(4, 4, 0, 1, 4)))

    assert re.search(r'width="60" height="8" rx="4" class="rate', bar)


def test_a_rate_of_nothing_is_an_empty_track() -> None:
    assert classes(rate_bar(Rates.of(Tally(3)))) == ["", "track"]


def test_a_spread_marks_the_median() -> None:
    bar = spread_bar([1, 2, 3, 4, 5], 5)

    assert 'd="M144.0 3V19" class="median"' in bar


def test_a_chart_has_axes_lines_and_a_title() -> None:
    line = Line("loss", "first", [(0, 4), (100, 1)], [(3, 5), (0.5, 2)])

    drawing = chart([line], title="Loss from 4 to 1", across="iteration", target=2)

    assert 'role="img" aria-label="Loss from 4 to 1"' in drawing
    assert re.findall(r">([\d.]+)</text>", drawing) == ["0", "1", "2", "3", "4", "0", "20", "40", "60", "80", "100"]
    assert drawing.count('class="whisker"') == 2
    assert 'class="target"' in drawing


@pytest.mark.parametrize("points", [[(1.0, 0.0)], [(1.0, 5.0)], [(1.0, 0.0), (2.0, 0.0)], [(5.0, 1e-9), (6.0, 1e8)]])
def test_any_numbers_can_be_drawn(points: list[tuple[float, float]]) -> None:
    drawing = chart([Line("a", "first", points)], title="a", across="b")

    assert "nan" not in drawing
    assert "inf" not in drawing


def test_runs_are_counted_in_whole_numbers() -> None:
    drawing = chart([Line("a", "first", [(1, 50), (2, 60)])], title="a", across="run", highest=100)

    assert re.findall(r">([\d.]+)</text>", drawing)[-2:] == ["1", "2"]
