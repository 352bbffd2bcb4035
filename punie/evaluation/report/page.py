"""The part of the page about the run as a whole: decision, categories, charts and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Final
from urllib.parse import quote

from punie.evaluation.records import Acceptance, DecisionName, QueryResult, Rates
from punie.evaluation.report.drawing import Line, chart, rate_bar, spread_bar
from punie.evaluation.report.history import PastRun, trend_table
from punie.evaluation.report.losses import Losses
from punie.evaluation.report.markup import Html, joined, tag
from punie.evaluation.report.sections import Section, sections
from punie.evaluation.report.speed_card import speed_card
from punie.evaluation.report.sweep import FoundSweep, sweep_card, sweep_tables
from punie.evaluation.report.text import duration, interval, percent, size
from punie.evaluation.stats import quantile

_KINDS: Final[Mapping[DecisionName, str]] = {
    "DEPLOY": "good",
    "AUGMENT": "warn",
    "INCONCLUSIVE": "odd",
    "INVESTIGATE": "bad",
    "INCOMPLETE": "odd",
}
_STATES: Final[Mapping[str, str]] = {
    "reached": "good",
    "missed": "bad",
    "confirmed": "warn",
    "gained": "good",
    "lost": "bad",
    "loss": "bad",
    "+20 or more": "good",
    "DEPLOY": "good",
    "AUGMENT": "warn",
    "INVESTIGATE": "bad",
}
_FEW: Final = 6  # rows of a table that is open from the start
_MOST_ROWS: Final = 200


def about_the_run(
    acceptance: Acceptance,
    *,
    losses: Losses | None = None,
    runs: tuple[PastRun, ...] = (),
    sweep: FoundSweep | None = None,
) -> Iterator[Html]:
    """Everything above the list of queries."""
    yield _verdict(acceptance)
    yield _tiles(acceptance)
    yield tag("div", *_categories(acceptance), id="categories")
    latency = [_latency(acceptance)] if _times(acceptance.queries.values()) else []
    latency += [speed_card(acceptance.speed)] if acceptance.speed is not None else []
    yield tag("div", tag("div", *_charts(acceptance, losses, runs), class_="pair"), *latency, id="charts")
    if sweep is not None:
        yield tag("div", sweep_card(sweep), *map(_folded, sweep_tables(sweep.sweep)), id="sweep")
    tables = [_folded(section) for section in sections(acceptance)]
    if len(runs) > 1:
        tables.append(_folded(trend_table(runs)))
    yield tag("div", *tables, _facts(acceptance), id="tables")


def _verdict(acceptance: Acceptance) -> Html:
    name = str(acceptance.model.get("name", "no model"))
    suites = ", ".join(acceptance.suites)
    return tag(
        "section",
        tag("h1", acceptance.decision),
        tag("ul", *(tag("li", reason) for reason in acceptance.reasons)),
        tag("p", f"{name} on suite{'s' * (len(acceptance.suites) > 1)} {suites}", class_="what"),
        class_=f"verdict {_KINDS[acceptance.decision]}",
        aria_label="Decision",
    )


def _tiles(acceptance: Acceptance) -> Html:
    overall, access = acceptance.overall, acceptance.field_access_rate
    graded = overall.asked - overall.ungradable
    given = {
        "Passed": (percent(overall.strict), f"{overall.passed} of {graded}\n95 %: {interval(overall.interval)} %"),
        "Right tools chosen": (percent(overall.soft), "call or answer, and which tools"),
    }
    if access.of:
        given["Fields read"] = (percent(access.rate), f"{access.read} of {access.of} that ask for fields")
    times = _times(acceptance.queries.values())
    if times:
        slowest = f"of a query\n95 % within {_seconds(quantile(times, 0.95))}"
        given["Median time"] = (_seconds(quantile(times, 0.5)), slowest)
    cached = acceptance.model.get("cached_replies")
    told = f"\n{cached} replies of an earlier run" if cached else ""
    given["Whole run"] = (duration(acceptance.seconds), f"{overall.asked} queries asked{told}")
    weight = acceptance.model.get("size_bytes")
    peak = acceptance.model.get("peak_memory_bytes")
    if isinstance(weight, int | float):
        most = f"{size(peak)} of memory at most" if isinstance(peak, int | float) else "on disk"
        given["Size"] = (size(weight), most)
    tiles = (tag("dt", title) + tag("dd", value, tag("small", said)) for title, (value, said) in given.items())
    return tag("dl", *(tag("div", Html(tile), class_="tile") for tile in tiles), class_="tiles")


def _categories(acceptance: Acceptance) -> Iterator[Html]:
    for name, suite in acceptance.suites.items():
        yield _rates_card(f"Categories of suite {name}", suite.categories, suite.overall)
    if len(acceptance.suites) > 1:
        yield _rates_card("Categories of all suites", acceptance.categories, acceptance.overall)


def _rates_card(title: str, categories: Mapping[str, Rates], overall: Rates) -> Html:
    headings = ("passed", "strict", "95 %", "soft", "target")
    head = (tag("th", "category", scope="col"), tag("th", "rate, interval and target", class_="wide", scope="col"))
    columns = (tag("th", name, class_="right", scope="col") for name in headings)
    rows = [_rates_row(tag("button", name, type="button", data_category=name), own) for name, own in categories.items()]
    table = tag(
        "table",
        tag("thead", tag("tr", *head, *columns, tag("th", "", scope="col", aria_label="state"))),
        tag("tbody", *rows),
        tag("tfoot", _rates_row("overall", overall)),
    )
    hint = "A bar is the strict rate, the whisker its 95 % interval, the dashed mark the target."
    return tag("section", tag("h2", title), table, tag("p", hint), class_="card")


def _rates_row(name: str, rates: Rates) -> Html:
    cells = (
        f"{rates.passed}/{rates.asked - rates.ungradable}",
        percent(rates.strict),
        interval(rates.interval),
        percent(rates.soft),
        "-" if rates.target is None else f"{100 * rates.target:g} %",
    )
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", rate_bar(rates), class_="wide"),
        *(tag("td", cell, class_="right") for cell in cells),
        tag("td", _state(rates)),
    )


def _state(rates: Rates) -> Html:
    if rates.strict is None:
        return tag("span", "not asked" if not rates.asked else "no verdict", class_="state odd")
    if rates.target is None:
        return tag("span", "no target", class_="muted")
    met = rates.strict >= rates.target - 1e-9
    return tag("span", "✓ reached" if met else "✗ missed", class_=f"state {'good' if met else 'bad'}")


def _charts(acceptance: Acceptance, losses: Losses | None, runs: tuple[PastRun, ...]) -> Iterator[Html]:
    if len(runs) > 1:
        yield _trend(acceptance, runs)
    if losses is not None:
        lines = [Line("training", "first", losses.train), Line("validation", "second", losses.valid)]
        drawn = [line for line in lines if line.points]
        last = ", ".join(f"{line.name} {line.points[-1][1]:.3g}" for line in drawn)
        drawing = chart(drawn, title=f"Loss over iterations, at the end: {last}", across="iteration")
        yield tag("section", tag("h2", "Loss"), drawing, tag("p", f"At the end: {last}."), class_="card")


def _trend(acceptance: Acceptance, runs: tuple[PastRun, ...]) -> Html:
    points = [(number, 100 * run.strict) for number, run in enumerate(runs, 1)]
    bounds = [(100 * run.interval[0], 100 * run.interval[1]) for run in runs]
    wanted = acceptance.overall.target
    line = Line("strict rate in %, with its 95 % interval", "first", points, bounds)
    target = None if wanted is None else 100 * wanted
    said = f"Strict rate of {len(runs)} runs, from {points[0][1]:.0f} % to {points[-1][1]:.0f} %"
    drawing = chart([line], title=said, across="run, the last one is this", highest=100, target=target)
    return tag("section", tag("h2", "Trend"), drawing, class_="card")


def _latency(acceptance: Acceptance) -> Html:
    grouped: dict[str, list[QueryResult]] = {}
    for result in acceptance.queries.values():
        grouped.setdefault(result.category, []).append(result)
    times = {name: _times(results) for name, results in grouped.items()}
    times = {name: own for name, own in times.items() if own}
    highest = max(own[-1] for own in times.values()) or 1.0
    headings = ("median", "95 %", "longest")
    head = (tag("th", "category", scope="col"), tag("th", f"0 to {_seconds(highest)}", class_="wide", scope="col"))
    rows = (
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", spread_bar(own, highest), class_="wide"),
            *(tag("td", _seconds(quantile(own, part)), class_="right") for part in (0.5, 0.95, 1)),
        )
        for name, own in times.items()
    )
    table = tag(
        "table",
        tag("thead", tag("tr", *head, *(tag("th", name, class_="right", scope="col") for name in headings))),
        tag("tbody", *rows),
    )
    hint = (
        "Line: all queries; box: the middle half; mark: the median. "
        "Answers of one batch are computed side by side, each counts up to its last token."
    )
    return tag("section", tag("h2", "Latency"), table, tag("p", hint), class_="card")


def _folded(section: Section) -> Html:
    """A table behind its title."""
    kinds = ["right" if column.startswith(">") else None for column in section.columns]
    names = [column.removeprefix(">") for column in section.columns]
    headings = (tag("th", name, class_=kind, scope="col") for name, kind in zip(names, kinds, strict=True))
    rows = (
        tag(
            "tr",
            *(tag("td", _cell(name, cell), class_=kind) for name, cell, kind in zip(names, row, kinds, strict=True)),
        )
        for row in section.rows[:_MOST_ROWS]
    )
    hidden = len(section.rows) - _MOST_ROWS
    notes = (*section.notes, f"{hidden} more rows are not shown") if hidden > 0 else section.notes
    count = f"{len(section.rows)} {'row' if len(section.rows) == 1 else 'rows'}"
    title = section.title[:1].upper() + section.title[1:]
    return tag(
        "details",
        tag("summary", title, " ", tag("span", count, class_="muted")),
        tag("table", tag("thead", tag("tr", *headings)), tag("tbody", *rows)),
        *(tag("p", note) for note in notes),
        class_="card",
        open=len(section.rows) <= _FEW and section.title.startswith("beside the baseline"),
    )


def _cell(column: str, cell: str) -> Html:
    """A query's id leads to the query; a state has its colour."""
    if column == "query":
        return tag("a", cell, href=f"#q={quote(cell, safe='')}")
    kind = _STATES.get(cell)
    return joined([cell]) if kind is None else tag("span", cell, class_=f"state {kind}")


def _facts(acceptance: Acceptance) -> Html:
    facts = {**acceptance.model, "gate": acceptance.gate}
    facts |= {f"suite {name}": suite.digest for name, suite in acceptance.suites.items()}
    rows = (
        tag("tr", tag("th", name.replace("_", " "), scope="row"), tag("td", tag("code", _fact(name, value))))
        for name, value in facts.items()
    )
    summary = tag("summary", "Model and run ", tag("span", f"{len(facts)} facts", class_="muted"))
    return tag("details", summary, tag("table", tag("tbody", *rows)), class_="card")


def _fact(name: str, value: object) -> str:
    return size(value) if name.endswith("_bytes") and isinstance(value, int | float) else str(value)


def _times(results: Iterable[QueryResult]) -> list[float]:
    """The seconds of queries that this run timed, sorted."""
    return sorted(result.timed for result in results if result.timed is not None and isfinite(result.timed))


def _seconds(value: float) -> str:
    return f"{1000 * value:.0f} ms" if value < 1 else duration(value)
