from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from evals.contract.replies import graded_code, graded_words
from punie.agent import monty_runner

PLAIN = "r = ruff_check('src')\nif r.success:\n    print('clean')\nelse:\n    print(r.violation_count)"
LOOP = "for e in typecheck('src').errors:\n    print(e.file, e.line)"
SORTED = "for v in sorted(ruff_check('src').violations, key=lambda v: v.line):\n    print(v.code)"
BOTH = "print(typecheck('src').success, ruff_check('src').success)"


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of all passes through the sandbox, which are what grading costs."""
    seen: list[str] = []
    feed: Callable[..., Any] = monty_runner.feed  # type: ignore[attr-defined]

    def counted(code: str, *args: Any) -> Any:  # noqa: ANN401 - passed on
        seen.append(code)
        return feed(code, *args)

    monkeypatch.setattr(monty_runner, "feed", counted)
    return seen


@pytest.mark.parametrize(
    ("code", "tools", "fields", "most"),
    [
        (PLAIN, ("ruff_check",), (), 2),
        (PLAIN, ("ruff_check",), ("violation_count",), 3),
        (LOOP, ("typecheck",), ("errors", "file"), 3),
        (SORTED, ("ruff_check",), ("violations", "line"), 4),
        (BOTH, ("typecheck", "ruff_check"), (), 4),
        ("print(1 / 0)", ("typecheck",), (), 1),
        ("print('it's')", ("typecheck",), (), 1),
    ],
)
def test_a_reply_takes_few_passes_through_the_sandbox(
    passes: list[str], code: str, tools: tuple[str, ...], fields: tuple[str, ...], most: int
) -> None:
    graded_code(code, *tools, fields=fields)

    assert 1 <= len(passes) <= most


def test_words_take_no_pass_at_all(passes: list[str]) -> None:
    assert graded_words("A fixture is a function that prepares what a test needs.").strict
    assert passes == []


@pytest.mark.skipif(find_spec("opentelemetry") is not None, reason="opentelemetry is installed")
def test_no_step_of_a_run_searches_for_a_package_that_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[str] = []

    class Finder:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            sought.append(name)

    graded_code(PLAIN, "ruff_check")
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    graded_code(PLAIN, "ruff_check")

    assert sought == []
