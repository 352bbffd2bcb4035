"""Runs of a reply's code in the sandbox on spies, as evidence for the layers."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from typing import Final

from punie.agent.monty_runner import Execution, Limits, ToolFunction, execute_code
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.grading.evidence import Call, Evidence, Failure, Read
from punie.evaluation.grading.failures import failure_of
from punie.evaluation.grading.worlds import CHANGES, World, key
from punie.evaluation.suite import Expect
from punie.testing.spies import SpyTools

# What these return says little: a fixed sentence after them is an answer.
ACTING: Final = frozenset({"run_command", "write_file"})
# Code on a handful of elements takes milliseconds.
_LIMITS: Final = Limits(seconds=1.0)
_CRASHED: Final = "WorkerCrashedError"


def run(code: str, expect: Expect, about: str) -> Evidence:
    """
    What code does when the tools find something, and whether it still runs when they find nothing.

    Args:
        code: of one call.
        expect: what the turn expects; what it does not ask for is not looked at.
        about: the request, whose names the results hold.

    """
    tools = SpyTools.dirty(about=about)
    found = _executed(code, tools, observed=bool(expect.fields))
    refused = _refusal(found)
    if refused is not None:
        return Evidence(refused=refused)
    if found.error is not None:
        return _evidence(code, expect, found, failures=_failures(found), shown=frozenset(expect.tools))
    nothing = _executed(code, SpyTools.empty())
    influence = _Influence(code, tools, found, nothing)
    shown = frozenset(tool for tool in expect.tools if tool not in ACTING and influence.of(tool))
    return _evidence(code, expect, found, failures=_failures(nothing, " where nothing is found"), shown=shown)


def _executed(code: str, tools: Mapping[str, ToolFunction], *, observed: bool = False) -> Execution:
    """One run, repeated once when the worker dies: that may have another cause than the code."""
    done = execute_code(code, tools, _LIMITS, observed=observed, repeatable=True)
    if done.error is not None and done.error.type == _CRASHED:
        return execute_code(code, tools, _LIMITS, observed=observed, repeatable=True)
    return done


def _refusal(done: Execution) -> str | None:
    """Why the sandbox did not even begin; text that the code itself evaluates is not meant."""
    error = done.error
    if error is None or error.type != "SyntaxError" or done.calls or done.output or "<string>" in error.message:
        return None
    return f"line {error.line or 1}: {error.message}"


def _failures(done: Execution, when: str = "") -> tuple[Failure, ...]:
    failure = failure_of(done, when=when)
    return () if failure is None else (failure,)


def _evidence(
    code: str, expect: Expect, done: Execution, *, failures: tuple[Failure, ...], shown: frozenset[str]
) -> Evidence:
    called = {call.tool for call in done.calls}
    return Evidence(
        calls=tuple(
            Call(
                call.tool, call.arguments, None if call.error is None else f"{type(call.error).__name__}: {call.error}"
            )
            for call in done.calls
        ),
        reads=frozenset(Read(read.tool, read.field) for read in done.reads if read.exists),
        named=frozenset() if called >= set(expect.tools) else frozenset(_named(code)),
        printed=bool(done.output.strip()),
        shown=shown,
        failures=failures,
    )


def _named(code: str) -> Iterator[str]:
    """The tools whose names stand in the code, outside texts and comments."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The sandbox may know more of Python than the version that this runs on.
        return
    yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in CATALOGUE)


class _Influence:
    """
    Whether the results of a tool matter to what a run prints and does.

    Args:
        code: that ran.
        tools: on which it ran.
        found: the run on populated results.
        nothing: the run on empty ones.

    """

    def __init__(self, code: str, tools: SpyTools, found: Execution, nothing: Execution) -> None:
        self._code, self._tools, self._found, self._nothing = code, tools, found, nothing
        self._called = {call.tool for call in found.calls if call.error is None}
        self._known = frozenset(key(call.tool, call.arguments) for call in found.calls if call.error is None)

    def of(self, tool: str) -> bool:
        """Whether other results of the tool change anything."""
        if tool not in self._called:
            return False
        if self._called == {tool} and self._differs(self._nothing):
            return True
        worlds = (World(self._tools, tool, change, self._known) for change in CHANGES)
        return any(self._differs(_executed(self._code, world)) for world in worlds)

    def _differs(self, other: Execution) -> bool:
        if other.error is None:
            return _effects(other) != _effects(self._found)
        # A run that ends early is another one only if it went another way before.
        return not (
            self._found.output.startswith(other.output) and _acts(self._found)[: len(_acts(other))] == _acts(other)
        )


def _effects(done: Execution) -> tuple[str, list[str]]:
    return done.output, _acts(done)


def _acts(done: Execution) -> list[str]:
    return [key(call.tool, call.arguments) for call in done.calls if call.tool in ACTING and call.error is None]
