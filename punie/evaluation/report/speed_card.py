"""How fast the model answered, as a part of the page: a drawing by category."""

from __future__ import annotations

from punie.evaluation.report.drawing import spread_bar
from punie.evaluation.report.markup import Html, tag
from punie.evaluation.report.text import brief
from punie.evaluation.speed import Speed, Spread

_HINT = (
    "Line: all queries; box: the middle half; mark: the median. Times of queries asked one by one, as a user waits for "
    "them, beside the same queries asked together."
)


def speed_card(speed: Speed) -> Html:
    """The times of each category, asked alone and in a batch, on one scale."""
    highest = speed.alone.maximum or 1.0
    scale = f"alone, 0 to {brief(highest)}"
    headings = ("mean", "median", "90 %", "95 %", "longest", "in the batch")
    head = (tag("th", "category", scope="col"), tag("th", scale, class_="wide", scope="col"))
    columns = (tag("th", name, class_="right", scope="col") for name in headings)
    rows = [_row(name, own, speed.batch_categories.get(name), highest) for name, own in speed.categories.items()]
    table = tag(
        "table",
        tag("thead", tag("tr", *head, *columns)),
        tag("tbody", *rows),
        tag("tfoot", _row("all queries", speed.alone, speed.batch, highest)),
    )
    return tag("section", tag("h2", "Speed"), table, tag("p", _HINT), class_="card", id="speed")


def _row(name: str, alone: Spread, batch: Spread | None, highest: float) -> Html:
    times = (alone.mean, alone.median, alone.p90, alone.p95, alone.maximum)
    cells = (*map(brief, times), "-" if batch is None else brief(batch.mean))
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", spread_bar(alone.box, highest), class_="wide"),
        *(tag("td", cell, class_="right") for cell in cells),
    )
