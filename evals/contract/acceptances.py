"""Records of runs for the tests of results and reports."""

from __future__ import annotations

from typing import Any

from punie.evaluation import Acceptance, Gate, Grade, Graded, RunFacts, Suite, accept
from punie.evaluation.gate import Bands, SuiteTargets
from punie.evaluation.grading import Label
from punie.evaluation.grading.verdict import Layer, failed, passed
from punie.evaluation.suite import Query

GATE = Gate(
    bands=Bands(deploy=80, augment=70),
    suites={"own": SuiteTargets(targets={"words": 100, "calls": 60})},
    digest="5d" * 32,
)
FACTS = RunFacts(
    model={"name": "nano", "weights": "ab" * 8, "size_bytes": 3_400_000, "peak_memory_bytes": 612_000_000},
    seconds=83.2,
)


def query(name: str, category: str, *tools: str, **expect: Any) -> Query:  # noqa: ANN401 - data
    """A query of a category."""
    data = {"id": name, "category": category, "prompt": f"Do {name}", "expect": {"tools": tools, **expect}}
    return Query.model_validate(data)


def suite(name: str = "own") -> Suite:
    """Two queries in words, three that call, two of these with fields."""
    queries = (
        query("words-1", "words"),
        query("words-2", "words"),
        query("calls-1", "calls", "typecheck", fields=["error_count"]),
        query("calls-2", "calls", "typecheck", fields=["errors"]),
        query("calls-3", "calls", "git_status"),
    )
    return Suite(name, queries, digest="ab" * 32)


def good() -> Graded:
    """A strict pass."""
    layers = (passed("gate", "a call was made"), passed("fields", "reads error_count"))
    found = Grade(strict=True, soft=True, label=None, failed_layer=None, reason="every layer passed", layers=layers)
    return Graded(found, ("reply",), 0.5)


def bad(layer: Layer, label: Label, reason: str, *, soft: bool = False) -> Graded:
    """A miss."""
    verdict = failed(layer, label, reason)
    found = Grade(strict=False, soft=soft, label=label, failed_layer=layer, reason=reason, layers=(verdict,))
    return Graded(found, ("reply",), 1.5)


def ungradable() -> Graded:
    """A reply without a verdict."""
    reason = "2 replies for 1 turn"
    found = Grade(strict=False, soft=False, label=None, failed_layer=None, reason=reason, gradable=False)
    return Graded(found, ("reply", "more"), 0.5)


def graded(**changed: Graded | None) -> dict[str, Graded]:
    """Grades of all queries: passes, but for those that are changed; None leaves a query out."""
    names = {query.id.replace("-", "_"): query.id for query in suite().queries}
    found = {names[key]: changed.get(key, good()) for key in names}
    return {name: value for name, value in found.items() if value is not None}


def acceptance(facts: RunFacts = FACTS, **changed: Graded | None) -> Acceptance:
    """The record of a run over the suite."""
    return accept([suite()], graded(**changed), GATE, facts)
