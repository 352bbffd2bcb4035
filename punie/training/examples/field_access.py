"""
Field access in four patterns for each quality tool: in a condition, in printed text, in a loop, before a next tool.

`CELLS` gives for each of the twelve cells its name, its number of rows, its intents and what a row must be.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final, NamedTuple

from punie.training.dataset import TrainingExample
from punie.training.examples import catalog, verdicts
from punie.training.examples.draft import Intent
from punie.training.strata import called_tools

TOOLS: Final = ("typecheck", "ruff_check", "pytest_run")
PATTERNS: Final = ("conditional", "formatting", "iteration", "multi-step")
_ROWS: Final = 10
_PAIRS: Final = ("code_and_message", "line_and_message", "line_and_code", "file_and_message", "file_and_code")
_LOOPS: Final = {
    "typecheck": (
        "typecheck_messages",
        "typecheck_lines",
        "typecheck_attributes",
        *(f"typecheck_{pair}" for pair in _PAIRS),
    ),
    "ruff_check": (
        "ruff_check_messages",
        "ruff_check_lines",
        "ruff_attributes",
        *(f"ruff_check_{pair}" for pair in _PAIRS),
    ),
    "pytest_run": ("pytest_name_and_outcome", "pytest_name_and_time", "pytest_attributes"),
}
_FORMATTED: Final = {
    "typecheck": ("typecheck_count",),
    "ruff_check": ("ruff_count", "ruff_unfixable"),
    "pytest_run": ("pytest_duration", "pytest_failed_and_time", "pytest_failed_and_skipped", "pytest_count"),
}
_FLOWS: Final = {"typecheck": "type_errors_", "ruff_check": "violations_", "pytest_run": "failures_"}
_WHEN_DIRTY: Final = {
    "typecheck": "if not types.success:",
    "ruff_check": "if not lint.success:",
    "pytest_run": "if not tests.success:",
}


class Cell(NamedTuple):
    """
    A pattern for one tool.

    Args:
        name: "pattern: tool".
        rows: how many.
        intents: where they come from.
        accepts: what a row must be.

    """

    name: str
    rows: int
    intents: tuple[Intent, ...]
    accepts: Callable[[TrainingExample], bool]


def _fields(*names: str) -> tuple[Intent, ...]:
    return tuple(intent for intent in catalog.GROUPS["fields"] if intent.name in names)


def _intents(pattern: str, tool: str) -> tuple[Intent, ...]:
    more_than = {"ruff_check": "ruff_check_more_than", "pytest_run": "pytest_more_than"}
    match pattern:
        case "conditional":
            return verdicts.verdict(tool), *_fields(more_than.get(tool, "typecheck_more_than"))
        case "formatting":
            return verdicts.report(tool), *_fields(*_FORMATTED[tool])
        case "iteration":
            return _fields(*_LOOPS[tool])
        case _:
            flows = catalog.GROUPS["workflows"]
            return tuple(each for each in flows if each.name == "conditional" or each.name.startswith(_FLOWS[tool]))


def _one_call(tool: str) -> Callable[[TrainingExample], bool]:
    return lambda row: called_tools(row) == (tool,)


def _two_steps(tool: str) -> Callable[[TrainingExample], bool]:
    """A row whose next tool, none of the quality tools, runs for what the first one finds."""

    def accepts(row: TrainingExample) -> bool:
        first, *others = called_tools(row)
        code = row.messages[-1].content
        follows = _WHEN_DIRTY[tool] in code or "for name in" in code
        return first == tool and bool(others) and not set(others) & set(TOOLS) and follows

    return accepts


CELLS: Final = tuple(
    Cell(
        f"{pattern}: {tool}",
        _ROWS,
        _intents(pattern, tool),
        _two_steps(tool) if pattern == "multi-step" else _one_call(tool),
    )
    for pattern, tool in product(PATTERNS, TOOLS)
)
