"""The page `docs/reference.md`, made from the code: `python -m evals.contract.reference_page` writes it again."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, get_args

from pydantic import BaseModel

from evals.contract.house import ROOT
from punie.agent.typed_tools import CATALOGUE
from punie.command_line import OPTIONS, SETTINGS, Option
from punie.evaluation.gate import Bands, Bench, Evidence, Gate, Limits, Monitor, Regression, SuiteTargets
from punie.evaluation.grading import LABELS, LAYERS
from punie.evaluation.records import Acceptance, Comparison, DecisionName, FieldAccess, QueryResult, Rates, SuiteResult
from punie.evaluation.speed import Speed, Spread
from punie.evaluation.suite import Expect, Query, Turn
from punie.evaluation.sweep import Advice, Beside, Sweep, Variant
from punie.markers import MARKERS
from punie.monitoring.log import LogRow
from punie.monitoring.records import ALERTS, Alert, MonitorReport
from punie.training.rules import RULES

PAGE: Final = ROOT / "docs" / "reference.md"
_MEANINGS: Final[Mapping[DecisionName, str]] = {
    "DEPLOY": "0 | every target and limit of the gate is met, and no item failed",
    "AUGMENT": "1 | not DEPLOY, and the overall rate reaches the band `augment`",
    "INCONCLUSIVE": "1 | only with `[evidence] strict = true`: the queries are too few for the decision",
    "INVESTIGATE": "1 | the overall rate is below the band `augment`",
    "INCOMPLETE": "1 | a query was not asked or could not be graded, or the build failed",
}
_GATE_TABLES: Final[Mapping[str, type[BaseModel]]] = {
    "[bands]": Bands,
    "[suites.NAME]": SuiteTargets,
    "[limits]": Limits,
    "[regression]": Regression,
    "[evidence]": Evidence,
    "[monitor]": Monitor,
    "[bench]": Bench,
}
_ROWS: Final[Mapping[str, type[BaseModel]]] = {
    "A query": Query,
    "`expect`": Expect,
    "An element of `then`": Turn,
    "A row of `--replay FILE` under `-m monitor`": LogRow,
}
_RESULTS: Final[Mapping[str, type[BaseModel]]] = {
    "`acceptance.json`": Acceptance,
    "`overall` and each of `categories`": Rates,
    "`field_access_rate`": FieldAccess,
    "each of `suites`": SuiteResult,
    "each of `queries`": QueryResult,
    "`comparison`": Comparison,
    "`sweep.json`": Sweep,
    "each of `variants`": Variant,
    "`against_float16` and `against_larger`": Beside,
    "`advice`": Advice,
    "`speed`": Speed,
    "each of its spreads": Spread,
    "`monitor.json`": MonitorReport,
    "each of `alerts`": Alert,
}
_SECTION: Final = re.compile(r"^(?:Attributes|Args):\n((?:[ ]{4}.*\n?|\n)+)", re.MULTILINE)
_ENTRY: Final = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Made from the code; a test compares the two."
    yield from _table("Markers", "marker | does", (f"`pytest -m {name}` | {does}" for name, does in MARKERS.items()))
    yield from _table("Options", "option | means", map(_option, OPTIONS))
    yield ""
    yield "An installed plugin registers `--punie-NAME`; the short names need `-p punie.short_options` in `addopts`."
    yield from _table(
        "Settings of pytest", "setting | means", (f"`{name}` | {told}" for name, told in SETTINGS.items())
    )
    decisions = (f"{name} | {_MEANINGS[name]}" for name in get_args(DecisionName))
    yield from _table("Decisions", "decision | exit status | when", decisions)
    yield ""
    yield "Wrong input, such as a folder without weights, ends with exit status 4 and one line."
    yield from _table("Alerts", "item", (f"`monitor::{name}`" for name in ALERTS))
    yield from _table(
        "Tools", "call | does", (f"`{_cell(tool.signature)}` | {tool.summary}" for tool in CATALOGUE.values())
    )
    yield from _table("Layers of grading, in order", "layer", (f"`{name}`" for name in LAYERS))
    yield from _table("Labels of a miss", "label", (f"`{name}`" for name in LABELS))
    rules = (f"`{name}` | {rule.severity} | {_cell(rule.hint)}" for name, rule in RULES.items())
    yield from _table("Rules of the data checks", "rule | severity | what to do", rules)
    for title, model in {**_ROWS, **_RESULTS}.items():
        yield from _table(title, "key | means", _fields(model))
    yield from _table("`gate.toml`", "key | means", _gate_keys())


def _table(title: str, heading: str, rows: Iterable[str]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {heading} |", "|---" * (heading.count("|") + 1) + "|")
    yield from (f"| {row} |" for row in rows)


def _option(option: Option) -> str:
    return f"`--{f'{option.name} {option.metavar}'.strip()}` | {_cell(option.help)}"


def _fields(model: type[BaseModel]) -> Iterator[str]:
    """Every key that a file may hold, with what the docstring says about it."""
    told = told_attributes(model)
    for name, field in model.model_fields.items():
        if not field.exclude:
            # `schema` is an attribute of every pydantic model, so the field has another name than the key
            yield f"`{field.alias or name}` | {_cell(told.get(name, ''))}".rstrip()


def _gate_keys() -> Iterator[str]:
    yield from (row for row in _fields(Gate) if row.startswith("`schema`"))
    for table, model in _GATE_TABLES.items():
        yield f"`{table}` | {_cell(_summary(model))}"
        yield from (f"{table.strip('[]')} {row}" for row in _fields(model))


def told_attributes(model: type[BaseModel]) -> dict[str, str]:
    """What a docstring says of each attribute."""
    found = _SECTION.search(inspect.getdoc(model) or "")
    entries = _ENTRY.findall(found[1]) if found else []
    return {name: " ".join(text.split()) for name, text in entries}


def _summary(model: type[BaseModel]) -> str:
    return (inspect.getdoc(model) or "").partition("\n")[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
