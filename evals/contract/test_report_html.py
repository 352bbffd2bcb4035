from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evals.contract.acceptances import FACTS, acceptance, bad, good, suite, ungradable
from punie.evaluation import Acceptance, Graded, RunFacts, read_baseline, write_acceptance
from punie.evaluation.records import Criterion, SampleResult
from punie.evaluation.report import Surroundings, html_report, write_html
from punie.evaluation.report.html import _ASSETS
from punie.evaluation.report.losses import Losses

HOSTILE = (
    "</script><script>alert(1)</script><!-- ]]> <img src=//evil.example/x onerror=alert(1)> \u2028\u2029\x00\ud800"
)
CSS, SCRIPT = ((_ASSETS / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
MISSED = bad("fields", "invented_field", HOSTILE, soft=True)


class Read(HTMLParser):
    """What a browser sees: elements with their attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] in self.raw and data.strip():
            self.raw[self.elements[-1][0]].append(data)

    @property
    def data(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.raw["script"][0])


def report(record: Acceptance, **around: Any) -> Read:  # noqa: ANN401 - fields of Surroundings
    return Read(html_report(record, Surroundings(suites=[suite()], **around)))


def row(read: Read, name: str) -> dict[str, Any]:
    (found,) = (row for row in read.data["queries"] if row["id"] == name)
    assert isinstance(found, dict)
    return found


def test_the_page_needs_nothing_but_itself() -> None:
    read = report(acceptance())
    addresses = [given.get(key) for _, given in read.elements for key in ("src", "href", "action")]

    assert [link for link in addresses if link and not link.startswith(("#", "data:"))] == []
    assert "http" not in CSS + SCRIPT
    assert "url(" not in CSS


def test_the_page_allows_its_own_script_and_style_alone() -> None:
    read = report(acceptance())
    (policy,) = (given["content"] for _, given in read.elements if given.get("http-equiv"))
    script, style = read.raw["script"][1], read.raw["style"][0]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]

    assert policy is not None
    assert "default-src 'none'" in policy
    assert [digest in policy for digest in digests] == [True, True]
    assert "unsafe" not in policy


def test_the_script_makes_elements_of_text_only() -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|\beval\b|Function\(|srcdoc|setHTML"

    assert re.findall(forbidden, SCRIPT) == []


@pytest.mark.parametrize("place", ["reply", "reason", "model", "category"])
def test_hostile_text_adds_no_element(place: str) -> None:
    plain = [name for name, _ in report(acceptance(calls_1=bad("gate", "no_call", "x"))).elements]
    record = acceptance(calls_1=bad("gate", "no_call", HOSTILE if place == "reason" else "x"))
    if place == "reply":
        changed = record.queries["calls-1"].model_copy(update={"replies": (HOSTILE,)})
        record = record.model_copy(update={"queries": {**record.queries, "calls-1": changed}})
    if place == "model":
        record = record.model_copy(update={"model": {**record.model, "name": HOSTILE}})
    if place == "category":
        own = record.suites["own"]
        renamed = own.model_copy(
            update={"categories": {HOSTILE: own.categories["words"], "b": own.categories["calls"]}}
        )
        record = record.model_copy(update={"suites": {"own": renamed}})

    assert [name for name, _ in report(record).elements] == plain


def test_hostile_text_arrives_unchanged() -> None:
    graded = Graded(MISSED.grade, (HOSTILE,))

    found = row(report(acceptance(calls_1=graded)), "calls-1")

    assert found["reason"] == HOSTILE
    assert found["turns"][0]["reply"] == HOSTILE


def test_each_query_stands_in_the_data() -> None:
    record = acceptance(words_1=None, words_2=ungradable(), calls_1=MISSED)
    verdicts = {row["id"]: row["verdict"] for row in report(record).data["queries"]}

    assert verdicts == {
        "words-1": "not asked", "words-2": "ungradable", "calls-1": "miss", "calls-2": "pass", "calls-3": "pass",
    }  # fmt: skip


def test_a_row_tells_prompt_expectation_verdict_and_layers() -> None:
    found = row(report(acceptance()), "calls-1")

    assert found["prompt"] == "Do calls-1"
    assert found["turns"][0]["expect"] == {"tools": ["typecheck"], "fields": ["error_count"]}
    assert found["seconds"] == 0.5


def test_a_row_tells_what_the_baseline_said(tmp_path: Path) -> None:
    write_acceptance(acceptance(calls_1=Graded(MISSED.grade, ("other\nreply",))), tmp_path)
    baseline = read_baseline(tmp_path, [suite()])

    read = report(acceptance(replace(FACTS, baseline=baseline)), baseline=baseline)

    assert row(read, "calls-1")["before"] == {
        "verdict": "miss", "label": "invented_field", "change": "gained", "diff": ["-other", " reply"],
    }  # fmt: skip
    assert row(read, "calls-2")["before"] == {"verdict": "pass", "change": "same"}


def test_a_long_change_is_cut(tmp_path: Path) -> None:
    write_acceptance(acceptance(calls_1=Graded(good().grade, ("x\n" * 10_000,))), tmp_path)

    before = row(report(acceptance(), baseline=read_baseline(tmp_path, [suite()])), "calls-1")["before"]

    assert before["diff"] == ["-x"] * 200 + ["+reply"]


def test_a_time_without_end_is_left_out() -> None:
    read = report(acceptance(calls_1=Graded(good().grade, ("a",), float("inf"))))

    assert "seconds" not in row(read, "calls-1")


def test_a_row_tells_every_sample() -> None:
    record = acceptance(calls_1=MISSED)
    sample = SampleResult(strict=True, soft=True, reason="fine", replies=("a",))
    changed = record.queries["calls-1"].model_copy(update={"samples": (sample,)})

    read = report(record.model_copy(update={"queries": {**record.queries, "calls-1": changed}}))

    assert row(read, "calls-1")["samples"] == [{"verdict": "pass", "reason": "fine", "replies": ["a"]}]


def test_the_decision_stands_in_the_page_without_the_script() -> None:
    page = html_report(acceptance(calls_1=MISSED, calls_2=MISSED), Surroundings(suites=[suite()]))

    assert "<h1>INVESTIGATE</h1>" in page
    assert "<li>own: overall 60 % (3 of 5), 80 % wanted: missed</li>" in page


def test_charts_are_there_when_there_is_something_to_draw() -> None:
    losses = Losses(train=((10.0, 4.2), (20.0, 2.5)), valid=((20.0, 2.6),))
    titles = [given.get("aria-label") for name, given in report(acceptance(), losses=losses).elements if name == "svg"]

    assert "Loss over iterations, at the end: training 2.5, validation 2.6" in titles
    assert "<h2>Loss</h2>" not in html_report(acceptance(), Surroundings(suites=[suite()]))


def test_a_run_of_which_nothing_is_known_has_a_report() -> None:
    nothing = {query.id.replace("-", "_"): None for query in suite().queries}

    assert "INCOMPLETE" in html_report(acceptance(RunFacts(), **nothing), Surroundings())


def test_a_long_table_is_cut_and_says_so() -> None:
    line = Criterion(name="a", observed="1", required="2", met=True, reason="")
    record = acceptance().model_copy(update={"criteria": (line,) * 1000})

    page = html_report(record, Surroundings(suites=[suite()]))

    assert page.count("<td>a</td>") == 200
    assert "<p>800 more rows are not shown</p>" in page


def test_the_table_of_changes_links_its_queries(tmp_path: Path) -> None:
    write_acceptance(acceptance(calls_1=MISSED), tmp_path)
    baseline = read_baseline(tmp_path, [suite()])

    page = html_report(acceptance(replace(FACTS, baseline=baseline)), Surroundings([suite()], baseline))

    assert '<td><a href="#q=calls-1">calls-1</a></td>' in page


def test_every_control_has_a_name() -> None:
    read = report(acceptance())
    inputs = [given for name, given in read.elements if name == "input"]
    drawings = [given for name, given in read.elements if name == "svg"]

    assert [given for given in inputs if not given.get("aria-label")] == []
    assert [given for given in drawings if not (given.get("aria-label") or given.get("aria-hidden"))] == []
    assert dict(read.elements)["html"] == {"lang": "en"}


def test_writing_makes_the_folder(tmp_path: Path) -> None:
    path = write_html(acceptance(calls_1=good()), Surroundings(suites=[suite()]), tmp_path / "new")

    assert path.name == "report.html"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: int) -> None:
    colours = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((\S+), (\S+)\)", CSS)}
    texts = ("ink", "soft", "link", "good", "bad", "warn", "odd", "keyword", "string", "number", "comment", "name")
    pairs = [(text, ground) for text in texts for ground in ("page", "card", "sunken")]
    pairs += [(kind, f"{kind}-tint") for kind in ("good", "bad", "warn", "odd")]
    pairs += [(text, f"{kind}-tint") for kind in ("good", "bad", "warn", "odd") for text in ("ink", "soft")]

    def contrast(text: str, ground: str) -> float:
        dark, light = sorted(luminance(colours[name][scheme]) for name in (text, ground))
        return (light + 0.05) / (dark + 0.05)

    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 4.5} == {}
