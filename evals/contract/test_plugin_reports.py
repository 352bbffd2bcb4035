from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from fixtures.replies import WRONG, RecordedRun

FILES = {"acceptance.json", "junit.xml", "report.html", "report.md"}


@pytest.mark.parametrize(
    ("wrong", "left_out", "decision"),
    [
        ((), (), "DEPLOY"),
        (("ants",), ("dogs",), "INCOMPLETE"),
        (("sky", "grass"), (), "INVESTIGATE"),
    ],
)
def test_every_run_leaves_all_reports(
    recorded_run: RecordedRun, wrong: tuple[str, ...], left_out: tuple[str, ...], decision: str
) -> None:
    recorded_run.grade(wrong=wrong, left_out=left_out)
    page = (recorded_run.results / "report.html").read_text(encoding="utf-8")

    assert {path.name for path in recorded_run.results.iterdir()} == FILES
    assert f"<h1>{decision}</h1>" in page
    assert ET.parse(recorded_run.results / "junit.xml").find(f".//property[@value='{decision}']") is not None  # noqa: S314 - our own


def test_an_interrupted_run_leaves_them_too(recorded_run: RecordedRun) -> None:
    recorded_run.grade("-x", wrong=("sky", "grass"))

    assert {path.name for path in recorded_run.results.iterdir()} == FILES


def test_the_page_holds_prompt_reply_and_layers_of_each_query(recorded_run: RecordedRun) -> None:
    recorded_run.grade(wrong=("ants",))
    page = (recorded_run.results / "report.html").read_text(encoding="utf-8")

    assert "Tell me about ants." in page
    assert WRONG in page
    assert '["mentions",0,"does not state six"]' in page


def test_the_second_run_of_a_repository_shows_the_trend(recorded_run: RecordedRun) -> None:
    options = (f"--punie-suite={recorded_run.suite}", f"--punie-replay={recorded_run.replies()}", "-m", "eval")
    recorded_run.run(*options)
    recorded_run.run(*options)
    runs = recorded_run.suite.parent / "artifacts" / "runs"
    trends = ["<h2>Trend</h2>" in path.read_text(encoding="utf-8") for path in runs.glob("*/report.html")]

    assert sorted(trends) == [False, True]
