"""The named check of a few replies of a model: they must call, and their code must run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from punie.agent.monty_runner import Limits, execute_code
from punie.agent.tool_calls import ToolCall, parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.testing.spies import SpyTools
from punie.training.checks.executed_patterns import executable, occurs
from punie.training.checks.result import CheckResult, failed, verdict
from punie.training.checks.row import code_of

QUERIES: Final = (
    "How many type errors does src have?",
    "Show the ruff violations in src that can be fixed.",
    "Which files have changed since the last commit?",
)
_LIMITS: Final = Limits(seconds=5.0)
_SHOWN: Final = 60
_LEAKED: Final = re.compile(r"<\|\w+\|>")


class _Run(NamedTuple):
    """What a reply did: its fault, or the texts and the tools of its calls, which ran."""

    fault: str = ""
    frame: str = ""
    code: str = ""
    tools: frozenset[str] = frozenset()


def check_quantized_model_smoke_test(
    replies: str | Sequence[str] | Callable[[str], str],
    expected_patterns: Sequence[str],
    queries: Sequence[str] = QUERIES,
) -> CheckResult:
    """
    Every reply calls, its code runs, and the expected patterns stand in what ran.

    Args:
        replies: what the model said to requests that need a tool, or what generates a reply to a query.
        expected_patterns: names of tools, which must really be called, pieces of code, or the tags of a call; each
            must occur in one reply at least.
        queries: for a generator.
    """
    name = "quantized_model_smoke_test"
    patterns = (expected_patterns,) if isinstance(expected_patterns, str) else tuple(expected_patterns)
    if not patterns:
        return failed(name, "no expected pattern: name at least one, such as 'typecheck'")
    said = _said(replies, queries)
    if not said:
        return failed(name, "no reply was given: nothing was tested")
    runs = [_run(text) for text in said]
    faults = [f"reply {number}: {run.fault}" for number, run in enumerate(runs, 1) if run.fault]
    missing = [each for each in patterns if not any(_has(run, each) for run in runs if not run.fault)]
    faults += [f"{each!r} occurs in no call that ran" for each in missing]
    return verdict(name, faults, f"{len(said)} replies called and ran", replies=tuple(said), missing=tuple(missing))


def _said(replies: str | Sequence[str] | Callable[[str], str], queries: Sequence[str]) -> list[str]:
    if callable(replies):
        return [replies(query) for query in queries]
    return [replies] if isinstance(replies, str) else list(replies)


def _run(text: str) -> _Run:
    leaked = _LEAKED.search(text)
    if leaked:
        return _Run(f"the mark {leaked.group()!r} of the template leaked into it")
    reply = parse_reply(text)
    calls = [call for call in reply.calls if not call.dialect.endswith("_fence")]
    if not reply.complete or reply.problems:
        return _Run(
            "its call is cut off" if not reply.complete else f"its call does not parse: {reply.problems[0].message}"
        )
    if not calls:
        return _Run(f"it holds no call: {text[:_SHOWN]!r}")
    codes = [code_of(call) for call in calls]
    if None in codes:
        return _Run(f"it calls {calls[codes.index(None)].name!r}, not execute_code with code")
    return _executed(text, calls, [code for code in codes if code is not None])


def _executed(text: str, calls: Sequence[ToolCall], codes: Sequence[str]) -> _Run:
    spies = SpyTools.dirty()
    for code in codes:
        error = execute_code(code, spies, _LIMITS, observed=False, repeatable=True).error
        if error is not None:
            return _Run(f"its code fails: {error}")
    tools = frozenset(spies.called())
    if not tools:
        return _Run("its code calls no tool")
    return _Run(frame="".join(_frames(text, calls, codes)), code="\n".join(map(executable, codes)), tools=tools)


def _frames(text: str, calls: Sequence[ToolCall], codes: Sequence[str]) -> Iterator[str]:
    """The text of each call without its code."""
    for call, code in zip(calls, codes, strict=True):
        yield text[slice(*call.span)].replace(code, "")


def _has(run: _Run, pattern: str) -> bool:
    tool = pattern.removesuffix("(")
    if tool in CATALOGUE:
        return tool in run.tools
    return pattern in run.frame or occurs(pattern, run.code)
