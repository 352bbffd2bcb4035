"""
How many replies are graded in a minute.

Run by name, `pytest evals/bench/bench_grading.py`: it grades a right reply to each query of the suite with 57 queries
in one process, whose sandbox workers use a second core. The bar is for an idle machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from evals.contract.test_grading_whole_suites import ideal_reply
from punie.evaluation import Query, grade, load_suite

A_MINUTE: Final = 10_000


@pytest.fixture(scope="module")
def replies() -> list[tuple[Query, Sequence[str]]]:
    """Each query with right replies."""
    queries = load_suite("57").queries
    return [(query, [ideal_reply(expect) for expect in query.expectations]) for query in queries]


def graded(replies: list[tuple[Query, Sequence[str]]]) -> int:
    return sum(grade(query, texts).strict for query, texts in replies)


def test_replies_a_minute(benchmark: BenchmarkFixture, replies: list[tuple[Query, Sequence[str]]]) -> None:
    passed = benchmark.pedantic(graded, (replies,), rounds=5, warmup_rounds=1)
    turns = sum(len(texts) for _, texts in replies)
    seconds = benchmark.stats["min"]
    benchmark.extra_info["replies a minute"] = round(turns / seconds * 60)

    assert passed == len(replies)
    assert benchmark.extra_info["replies a minute"] >= A_MINUTE
