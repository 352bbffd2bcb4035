from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.contract.acceptances import FACTS, acceptance
from evals.contract.bench_runs import TimedModel, measured
from punie.evaluation import Acceptance, read_acceptance, write_acceptance
from punie.evaluation.report import Surroundings, html_report, markdown_report, terminal_report
from punie.evaluation.report.figures import FIGURES
from punie.evaluation.report.text import brief


def with_speed(model: TimedModel | None = None) -> Acceptance:
    return acceptance(replace(FACTS, speed=measured(model).speed))


def test_the_page_draws_the_times_of_each_category() -> None:
    page = html_report(with_speed(), Surroundings())
    card = page[page.index('id="speed"') :].partition("</section>")[0]

    assert card.count('class="median"') == 3
    assert "words" in card
    assert "calls" in card
    assert "alone, 0 to 6 s" in card


def test_a_run_that_measured_no_speed_has_no_such_part() -> None:
    assert 'id="speed"' not in html_report(acceptance(), Surroundings())
    assert "Speed of the model" not in markdown_report(acceptance())


def test_every_figure_stands_in_the_markdown() -> None:
    text = markdown_report(with_speed())

    assert [figure.name for figure in FIGURES if f"| {figure.name} |" not in text] == []
    assert "| alone: strict | 100 % \\(3/3\\) |" in text


def test_figures_that_were_not_measured_are_left_out() -> None:
    assert "| size on disk |" not in markdown_report(with_speed(TimedModel(facts={})))


def test_the_terminal_leaves_the_figures_to_the_benchmark() -> None:
    assert "warm-up: first query" not in terminal_report(with_speed())


def test_the_record_keeps_the_speed(tmp_path: Path) -> None:
    found = with_speed()
    write_acceptance(found, tmp_path)

    assert read_acceptance(tmp_path) == found


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0412, "41.2 ms"), (0.9996, "1 s"), (4.206, "4.21 s"), (59.9, "59.9 s"), (200, "3 min 20 s"), (0, "0 ms")],
)
def test_times_have_three_digits(seconds: float, text: str) -> None:
    assert brief(seconds) == text
