"""The report as one page that needs nothing but itself: no network, no markup from replies, light and dark."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from punie.evaluation.comparison import Baseline
from punie.evaluation.records import Acceptance
from punie.evaluation.report.highlighting import KINDS
from punie.evaluation.report.history import PastRun
from punie.evaluation.report.losses import Losses
from punie.evaluation.report.markup import Html, tag
from punie.evaluation.report.page import about_the_run
from punie.evaluation.report.rows import rows
from punie.evaluation.report.sweep import FoundSweep
from punie.evaluation.suite import Suite
from punie.whole_files import write_whole

FILE_NAME: Final = "report.html"
_ASSETS: Final = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    What a report shows besides the record of the run.

    Attributes:
        suites: that were asked, for the prompts.
        baseline: an earlier run that this one is compared with.
        losses: of the training of the model.
        runs: on the same queries, the oldest first, this one the last.
        sweep: of the quantization levels of the model's recipe.

    """

    suites: Sequence[Suite] = ()
    baseline: Baseline | None = None
    losses: Losses | None = None
    runs: tuple[PastRun, ...] = ()
    sweep: FoundSweep | None = None


def write_html(acceptance: Acceptance, surroundings: Surroundings, results_dir: Path) -> Path:
    """Write `report.html` into a folder, made if absent; the path written."""
    results_dir.mkdir(parents=True, exist_ok=True)
    return write_whole(results_dir / FILE_NAME, [html_report(acceptance, surroundings)])


def html_report(acceptance: Acceptance, surroundings: Surroundings) -> str:
    """The whole page."""
    style, script = (Html((_ASSETS / name).read_text(encoding="utf-8")) for name in ("report.css", "report.js"))
    data = {
        "suites": len(surroundings.suites),
        "kinds": KINDS,
        "queries": list(rows(acceptance, surroundings.suites, surroundings.baseline)),
    }
    name = str(acceptance.model.get("name", "model"))
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("title", f"{acceptance.decision}: {name}"),
        tag("link", rel="icon", href="data:,"),
        tag("style", style),
    )
    body = (
        *_around(acceptance, surroundings),
        tag("script", embedded(data), type="application/json", id="data"),
        tag("script", script),
    )
    page = tag("html", tag("head", *head), "\n", tag("body", *body), lang="en")
    return f"<!doctype html>\n{page}\n"


def embedded(data: Any) -> Html:  # noqa: ANN401 - whatever JSON can hold
    """Data as JSON that cannot end the element it stands in: ASCII without any character of markup."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Html(text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e"))


def _policy(style: str, script: str) -> str:
    """Allow this style and this script, and nothing else: no request, no other script, no form."""
    styles, scripts = (
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in (style, script)
    )
    rest = "img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; style-src {styles}; script-src {scripts}; {rest}"


def _around(acceptance: Acceptance, surroundings: Surroundings) -> Iterator[Html]:
    links = {"#categories": "Categories", "#charts": "Charts", "#tables": "Tables", "#queries": "Queries"}
    yield tag("a", "Skip to the queries", href="#queries", class_="skip")
    yield tag(
        "header",
        tag(
            "div",
            tag("strong", "Punie"),
            tag("span", "acceptance report", class_="muted"),
            tag("nav", *(tag("a", name, href=place) for place, name in links.items()), aria_label="Parts of the page"),
            tag("button", "Dark", id="theme", type="button"),
        ),
        class_="top",
    )
    run = about_the_run(acceptance, losses=surroundings.losses, runs=surroundings.runs, sweep=surroundings.sweep)
    yield tag("main", *run, _queries())


def _queries() -> Html:
    """The frame that the script fills."""
    choices = {
        "category": ("Category", {"": "all"}),
        "label": ("Label", {"": "all"}),
        "change": ("Baseline", {"": "all"}),
        "order": ("Order", {"suite": "as asked", "slow": "slowest first"}),
    }
    search = tag(
        "input",
        id="search",
        type="search",
        placeholder="Search prompts, replies, calls, reasons ( / )",
        aria_label="Search prompts, replies, calls and reasons",
        autocomplete="off",
        spellcheck="false",
    )
    filters = [
        tag("label", title, tag("select", *(tag("option", word, value=key) for key, word in given.items()), id=name))
        for name, (title, given) in choices.items()
    ]
    verdicts = tag("div", id="verdicts", role="group", aria_label="Verdict")
    return tag(
        "section",
        tag(
            "header",
            tag("div", tag("h2", "Queries", id="queries-title"), verdicts, tag("span", id="count", role="status")),
            tag("div", search, *filters, class_="filters"),
        ),
        tag("noscript", tag("p", "The list of queries needs JavaScript; report.md has the missed ones.")),
        tag("ul", id="rows"),
        tag("p", "No query fits these filters.", id="none", hidden=True),
        tag("button", "Show more", id="more", type="button", hidden=True),
        class_="card",
        id="queries",
        aria_labelledby="queries-title",
    )
