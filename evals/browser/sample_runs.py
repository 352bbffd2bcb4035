"""Runs of any size for the browser, with everything a report can show; every tenth reply is hostile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from punie.agent.tool_calls import emit_call
from punie.evaluation import Gate, Graded, Query, RunFacts, Suite, accept, grade, read_baseline, write_acceptance
from punie.evaluation.gate import Bands, SuiteTargets
from punie.evaluation.report import Surroundings, write_html
from punie.evaluation.report.history import past_run
from punie.evaluation.report.losses import Losses

HOSTILE: Final = "</script><script>window.broken=1</script><!-- <img src=x onerror=window.broken=1> \u2028\x00 {{7*7}}"
_GATE: Final = Gate(
    bands=Bands(deploy=80, augment=70),
    suites={"sample": SuiteTargets(targets={"words": 100, "calls": 60, "chains": 80})},
    digest="5d" * 32,
)
CODE: Final = """result = typecheck('src')
if result.error_count:
    print(f'{result.error_count} errors')  # all
else:
    print(0)"""
_CATEGORIES: Final = ("words", "calls", "chains")


@dataclass(frozen=True)
class Sample:
    """A report on disk: the file, how many queries it has and how many of them are missed."""

    file: Path
    queries: int
    missed: int


def sample(folder: Path, count: int) -> Sample:
    """Grade a few replies, spread the verdicts over `count` queries, and write the report."""
    kinds = [_graded(number) for number in range(20)]
    queries = tuple(_query(number) for number in range(count))
    suite = Suite("sample", queries, digest="ab" * 32)
    graded = {query.id: _timed(kinds[number % 20], number) for number, query in enumerate(queries)}
    before = {query.id: _timed(kinds[(number + number // 20) % 20], number) for number, query in enumerate(queries)}
    facts = RunFacts(model={"name": "nano", "weights": "ab" * 32, "size_bytes": 2_148_513}, seconds=0.4 * count)
    write_acceptance(accept([suite], before, _GATE, facts), folder / "before")
    baseline = read_baseline(folder / "before", [suite])
    record = accept([suite], graded, _GATE, replace(facts, baseline=baseline))
    now = past_run(record, "nano-5", datetime(2026, 8, 5, tzinfo=UTC))
    assert now is not None
    runs = tuple(replace(now, name=f"nano-{day}", at=now.at - timedelta(days=5 - day)) for day in range(1, 6))
    losses = Losses(
        train=tuple((10.0 * step, 4 / step**0.5) for step in range(1, 70)),
        valid=tuple((100.0 * step, 4.2 / (1 + step)) for step in range(8)),
    )
    file = write_html(record, Surroundings([suite], baseline, losses, runs), folder)
    return Sample(file, count, sum(result.strict is False for result in record.queries.values()))


def _query(number: int) -> Query:
    category = _CATEGORIES[number % 20 % 3]
    data = {"id": f"{category}-{number:05}", "category": category, "prompt": f"How many type errors has part {number}?"}
    if category == "words":
        return Query.model_validate(data | {"expect": {"tools": [], "mentions": ["type"]}})
    expect = {"tools": ["typecheck"], "fields": ["error_count"]}
    then = {"tool_response": {"text": "3 errors"}, "expect": {"tools": [], "mentions": ["3"]}}
    return Query.model_validate(data | {"expect": expect} | ({"then": [then]} if category == "chains" else {}))


def _graded(number: int) -> Graded:
    query = _query(number)
    code = "print(typecheck('src'))" if number % 7 == 0 else CODE
    first = HOSTILE if number % 10 == 9 else emit_call(code) if query.expect.tools else "A type is a set of values."
    replies = (first, "There are 3 errors.")[: len(query.expectations)]
    return Graded(grade(query, replies), replies)


def _timed(graded: Graded, number: int) -> Graded:
    return replace(graded, seconds=0.2 + number * 37 % 101 / 50)
