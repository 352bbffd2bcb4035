"""What one row of a log shows: the tools that its code calls in the sandbox, fields read, and its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.acceptance import Graded, query_result
from punie.evaluation.grade import grade
from punie.evaluation.grading.attempt import read_reply
from punie.evaluation.grading.syntax import unfit
from punie.evaluation.suite import Query
from punie.monitoring.log import LogRow
from punie.testing.sandboxed import executed
from punie.testing.spies import SpyTools

WORDS: Final = "(words)"
BROKEN: Final = "(broken call)"
_SEEN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Use:
    """
    What the replies of one row do.

    Attributes:
        tools: called, sorted; `(words)` where nothing is called, `(broken call)` where a call reaches no tool.
        fields_read: whether a field of a result is read; None where no called tool returns a record.

    """

    tools: tuple[str, ...]
    fields_read: bool | None


@dataclass(frozen=True, slots=True)
class Observation:
    """
    One row, looked at.

    Attributes:
        tools: as in `Use`.
        fields_read: whether the fields that its query asks for are read; without an expectation, any field.
        strict: whether every layer passes; None without an expectation, and where no verdict is possible.
        chosen: whether it chose rightly between a call and words, and called the right tools; None likewise.
        seconds: that the replies took; None where it was not recorded.

    """

    tools: tuple[str, ...]
    fields_read: bool | None
    strict: bool | None
    chosen: bool | None
    seconds: float | None


def observe(row: LogRow, queries: Mapping[str, Query]) -> Observation:
    """Look at a row; `queries` are those with an expectation, by id."""
    query = queries.get(row.id)
    use = use_of(row.prompt or (query.prompt if query else ""), row.replies)
    if query is None:
        return Observation(use.tools, use.fields_read, None, None, row.seconds)
    result = query_result(query, [Graded(grade(query, row.replies), row.replies, row.seconds)])
    return Observation(use.tools, result.fields_read, result.strict, result.soft, row.seconds)


def use_of(prompt: str, replies: Sequence[str]) -> Use:
    """What replies do when their code runs on spies in the sandbox, never on the real tools."""
    uses = [_use_of_reply(prompt, reply) for reply in replies]
    called = {tool for use in uses for tool in use.tools if tool in CATALOGUE}
    tried = any(BROKEN in use.tools for use in uses)
    return Use(
        tools=tuple(sorted(called)) or (BROKEN if tried else WORDS,),
        fields_read=_any(use.fields_read for use in uses),
    )


def _any(values: Iterable[bool | None]) -> bool | None:
    known = [value for value in values if value is not None]
    return any(known) if known else None


@lru_cache(maxsize=_SEEN)
def _use_of_reply(prompt: str, reply: str) -> Use:
    attempt = read_reply(reply)
    if attempt.fenced or not attempt.attempted:
        return Use((WORDS,), None)
    tools: set[str] = set()
    read = False
    for code in attempt.codes:
        if unfit(code) is None:
            done = executed(code, SpyTools.dirty(about=prompt), observed=True)
            tools.update(call.tool for call in done.calls if call.error is None)
            read = read or any(found.exists for found in done.reads)
    return Use(
        tuple(sorted(tools)) or (BROKEN,), read if any(CATALOGUE[tool].result is not str for tool in tools) else None
    )
