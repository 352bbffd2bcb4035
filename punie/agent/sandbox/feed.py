"""One run of code in one worker's fresh session."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_monty import (
    FunctionSnapshot,
    FutureSnapshot,
    MontyComplete,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySyntaxError,
    NameLookupSnapshot,
    OSPolicy,
)

from punie.agent.sandbox.calls import Reply, TooManyCallsError
from punie.agent.sandbox.execution import Failure
from punie.agent.sandbox.limits import Limits
from punie.agent.sandbox.pool import POOL

Answer = Callable[[str, Sequence[Any], Mapping[str, Any]], Reply]
Step = FunctionSnapshot | NameLookupSnapshot | FutureSnapshot | MontyComplete

# The value of a last expression would cross to this process; a statement after it keeps that inside.
_END: Final = "\npass"
# Time outside the tools, by the clock, for each second of the code: asking for names and fields takes time here.
_WAITS: Final = 2


class OutOfTimeError(Exception):
    """The code and what it asks for, tools aside, take too long."""


class Output:
    """
    Keeps what is printed up to a number of bytes, and drops the rest.

    Attributes:
        cut: whether something was dropped.

    """

    def __init__(self, limit: int) -> None:
        self.cut = False
        self._room = limit
        self._parts: list[str] = []

    def __call__(self, stream: str, text: str) -> None:
        """Called with what the code printed last, on either stream."""
        del stream
        raw = text.encode(errors="replace")
        if len(raw) <= self._room:
            self._parts.append(text)
            self._room -= len(raw)
        else:
            # A character that does not fit is dropped whole.
            self._parts.append(raw[: self._room].decode(errors="ignore"))
            self._room, self.cut = 0, True

    @property
    def text(self) -> str:
        """What was kept."""
        return "".join(self._parts)


@dataclass(frozen=True, slots=True)
class Feed:
    """What one pass over the code printed, whether that was cut, and what ended it early."""

    output: str
    output_cut: bool
    failure: Failure | None


def feed(code: str, names: Collection[str], answer: Answer, limits: Limits, policy: OSPolicy) -> Feed:
    """
    Run code once; whatever it does, and whatever happens to the worker, is told in the result.

    Args:
        code: Python.
        names: of the tools.
        answer: replies to the calls of tools; what it raises ends the run and is raised here.
        limits: of the run.
        policy: clock and random numbers of the session.

    """
    output = Output(limits.output_bytes)
    failure: Failure | None = None
    checkout = POOL.get().checkout(limits=limits.of_the_worker(), os_policy=policy, print_flush_interval=0)
    try:
        with checkout as session:
            lookup = dict.fromkeys(names, _never_called)
            step = session.feed_start(code + _END, external_lookup=lookup, print_callback=output)
            _drive(step, names, answer, _WAITS * limits.seconds)
    except TooManyCallsError as error:
        failure = Failure("ToolCallLimitError", str(error))
    except OutOfTimeError as error:
        failure = Failure("TimeoutError", str(error))
    except MontyError as error:
        failure = _failure(error, limits)
    return Feed(output.text, output.cut, failure)


def _drive(step: Step, names: Collection[str], answer: Answer, wait: float) -> None:
    """Go from one host call to the next. Leaving early ends the session."""
    deadline = time.monotonic() + wait
    while not isinstance(step, MontyComplete):
        now = time.monotonic()
        if now > deadline:
            message = f"the code takes longer than {wait:g} s without its tools"
            raise OutOfTimeError(message)
        if isinstance(step, FunctionSnapshot) and _is_tool(step, names):
            reply = answer(step.function_name, step.args, step.kwargs)
            deadline += time.monotonic() - now
            step = step.resume(reply)  # type: ignore[arg-type] # a reply is one of the library's typed dicts
        else:
            step = step.resume_auto()


def _is_tool(step: FunctionSnapshot, names: Collection[str]) -> bool:
    return not step.is_os_function and step.object_id is None and step.function_name in names


def _never_called() -> None:
    """Stands for a tool: its name makes it a function of the sandbox, its calls are answered by the caller."""


def _failure(error: MontyError, limits: Limits) -> Failure:
    if isinstance(error, MontyCrashedError):
        if error.timed_out:
            return Failure("TimeoutError", f"the code takes longer than {limits.seconds:g} s")
        return Failure("WorkerCrashedError", str(error))
    raised = error.exception()
    return Failure(type(raised).__name__, str(raised), _line(error))


def _line(error: MontyError) -> int | None:
    """The innermost line of the code; text that the code itself evaluates has lines of its own."""
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return None
    lines = [frame.line for frame in error.traceback() if frame.filename != "<string>"]
    return lines[-1] if lines else None
