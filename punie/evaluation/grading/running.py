"""Runs of a reply's code in the sandbox on spies, as evidence for the layers."""

from __future__ import annotations

from punie.agent.monty_runner import Execution
from punie.evaluation.grading.evidence import Call, Evidence, Failure, Read
from punie.evaluation.grading.failures import failure_of
from punie.evaluation.grading.influence import ACTING, Influence
from punie.evaluation.grading.source import named_tools
from punie.evaluation.suite import Expect
from punie.testing.sandboxed import executed
from punie.testing.spies import SpyTools


def run(code: str, expect: Expect, about: str) -> Evidence:
    """
    What code does when the tools find something, and whether it still runs when they find nothing.

    Args:
        code: of one call.
        expect: what the turn expects; what it does not ask for is not looked at.
        about: the request, whose names the results hold.

    """
    tools = SpyTools.dirty(about=about)
    found = executed(code, tools, observed=bool(expect.fields))
    refused = _refusal(found)
    if refused is not None:
        return Evidence(refused=refused)
    if found.error is not None:
        return _evidence(code, expect, found, failures=_failures(found), shown=frozenset(expect.tools))
    nothing = executed(code, SpyTools.calm())
    influence = Influence(code, tools, found, nothing)
    shown = frozenset(tool for tool in expect.tools if tool not in ACTING and influence.of(tool))
    return _evidence(code, expect, found, failures=_failures(nothing, " where nothing is found"), shown=shown)


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
        named=frozenset() if called >= set(expect.tools) else named_tools(code),
        printed=bool(done.output.strip()),
        shown=shown,
        failures=failures,
    )
