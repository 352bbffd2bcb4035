"""
Code Mode: runs a model's Python in the Monty sandbox, where tools are the only way out.

Records cross whole in the run itself, so that they print as their repr and every step is real. Reads are then observed
in a replay of the same code on the recorded results, whose fields are fetched one by one; no tool is called twice.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Mapping
from typing import Final

from pydantic_monty import OSPolicy

from punie.agent.sandbox import Execution, Failure, Feed, Limits, Read, Recorder, ToolCall, ToolFunction, feed, observe
from punie.agent.sandbox.feed import Answer

__all__ = ["Execution", "Failure", "Limits", "Read", "ToolCall", "ToolFunction", "execute_code"]


_POLICY: Final[OSPolicy] = {
    "datetime": dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC),
    "random_start": {"seed": 0},
    "sleep": "zero",
}


def execute_code(
    code: str,
    tools: Mapping[str, ToolFunction],
    limits: Limits | None = None,
    *,
    observed: bool = True,
    repeatable: bool = False,
) -> Execution:
    """
    Run code in a fresh sandbox session.

    Whatever the code does is told in the result: syntax errors, exceptions, passed limits, a killed worker.
    Tools run in this process, each in a thread of its own; a tool that takes too long goes on there, unseen.

    Args:
        code: Python; its prints are its result.
        tools: host functions by name, which return result models or texts. What they raise is raised in the code.
        limits: what the run may use; by default `Limits()`.
        observed: whether to find out which fields are read, which takes several times as long as the run itself.
        repeatable: whether clock and random numbers are the same in every run.

    """
    limits = limits or Limits()
    began = time.monotonic()
    policy = _POLICY if repeatable else _policy()

    def once(answer: Answer) -> Feed:
        return feed(code, tools.keys(), answer, limits, policy)

    recorder = Recorder(tools, limits)
    run = once(recorder)
    seconds = time.monotonic() - began
    reads, complete = observe(recorder.calls, run, once) if observed else ((), True)
    return Execution(
        calls=tuple(recorder.calls),
        reads=reads,
        output=run.output,
        output_cut=run.output_cut,
        error=run.failure,
        seconds=seconds,
        reads_complete=complete,
    )


def _policy() -> OSPolicy:
    """One clock and one seed for the run and its replay; sleeping takes no time."""
    return {
        "datetime": dt.datetime.now(dt.UTC),
        "random_start": {"seed": secrets.randbits(64)},
        "sleep": "zero",
    }
