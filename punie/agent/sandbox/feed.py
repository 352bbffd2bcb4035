"""One run of code in one worker's fresh session."""

from __future__ import annotations

import os
import signal
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
# By the clock, code may take so many times its seconds, and so many seconds more on a busy machine: asking this process
# for names and fields takes time that the worker does not count.
_TIMES: Final = 2
_MORE: Final = 2.0


class OutOfTimeError(Exception):
    """The code and what it asks for, tools aside, take too long."""


class Clock:
    """
    Tells when a run takes too long by the clock, tools aside.

    Args:
        seconds: that the code may take.

    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + _TIMES * seconds + _MORE

    def late(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self._end

    def extend(self, seconds: float) -> None:
        """Give the time back that a tool took."""
        self._end += seconds


class Output:
    """
    Keeps what is printed up to a number of bytes, and drops the rest.

    Args:
        limit: in bytes.
        clock: of the run.

    Attributes:
        cut: whether something was dropped.
        worker: process that prints; ended when it still prints after its time, which its own clock may miss.

    """

    def __init__(self, limit: int, clock: Clock) -> None:
        self.cut = False
        self.worker: int | None = None
        self._clock, self._room = clock, limit
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
        if self.worker is not None and self._clock.late():
            os.kill(self.worker, signal.SIGKILL)
            self.worker = None

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
    clock = Clock(limits.seconds)
    output = Output(limits.output_bytes, clock)
    failure: Failure | None = None
    checkout = POOL.get().checkout(limits=limits.of_the_worker(), os_policy=policy)
    try:
        with checkout as session:
            output.worker = session.worker_pid
            lookup = dict.fromkeys(names, _never_called)
            step = session.feed_start(code + _END, external_lookup=lookup, print_callback=output)
            _drive(step, names, answer, clock)
    except TooManyCallsError as error:
        failure = Failure("ToolCallLimitError", str(error))
    except OutOfTimeError:
        failure = _late(clock)
    except MontyError as error:
        failure = _failure(error, clock)
    return Feed(output.text, output.cut, failure)


def _drive(step: Step, names: Collection[str], answer: Answer, clock: Clock) -> None:
    """Go from one host call to the next. Leaving early ends the session."""
    while not isinstance(step, MontyComplete):
        if clock.late():
            raise OutOfTimeError
        if isinstance(step, FunctionSnapshot) and _is_tool(step, names):
            began = time.monotonic()
            reply = answer(step.function_name, step.args, step.kwargs)
            clock.extend(time.monotonic() - began)
            step = step.resume(reply)  # type: ignore[arg-type] # a reply is one of the library's typed dicts
        else:
            step = step.resume_auto()


def _is_tool(step: FunctionSnapshot, names: Collection[str]) -> bool:
    return not step.is_os_function and step.object_id is None and step.function_name in names


def _never_called() -> None:
    """Stands for a tool: its name makes it a function of the sandbox, its calls are answered by the caller."""


def _failure(error: MontyError, clock: Clock) -> Failure:
    if isinstance(error, MontyCrashedError):
        if error.timed_out or clock.late():
            return _late(clock)
        return Failure("WorkerCrashedError", str(error))
    raised = error.exception()
    return Failure(type(raised).__name__, str(raised), _line(error))


def _late(clock: Clock) -> Failure:
    return Failure("TimeoutError", f"the code takes longer than {clock.seconds:g} s")


def _line(error: MontyError) -> int | None:
    """The innermost line of the code; text that the code itself evaluates has lines of its own."""
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return None
    lines = [frame.line for frame in error.traceback() if frame.filename != "<string>"]
    return lines[-1] if lines else None
