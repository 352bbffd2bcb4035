"""Queries and replies for the tests of grading, made in one line each."""

from __future__ import annotations

from typing import Any

from punie.agent.tool_calls import emit_call
from punie.evaluation import Grade, Query, grade


def query(*tools: str, prompt: str = "Check the services package for me", **expect: Any) -> Query:  # noqa: ANN401 - data
    """A query of one turn that expects these tools; none means an answer in words."""
    data = {"id": "q", "category": "c", "prompt": prompt, "expect": {"tools": tools, **expect}}
    return Query.model_validate(data)


def then(first: Query, response: str, *tools: str, **expect: Any) -> Query:  # noqa: ANN401 - data
    """The query with one more turn after a tool response."""
    turn = {"tool_response": {"text": response}, "expect": {"tools": tools, **expect}}
    return Query.model_validate({**first.model_dump(), "then": [turn]})


def graded_code(code: str, *tools: str, **expect: Any) -> Grade:  # noqa: ANN401 - data
    """The grade of a reply that is one call with this code."""
    return grade(query(*tools, **expect), [emit_call(code)])


def graded_words(text: str, *mentions: str) -> Grade:
    """The grade of an answer in words to a query without tools."""
    return grade(query(mentions=mentions, prompt="What is a fixture?"), [text])


def outcome(found: Grade) -> tuple[str | None, str | None]:
    """The layer that failed and the label; None twice for a strict pass."""
    return found.failed_layer, found.label
