"""Tools at the border of the sandbox: called in time, and recorded."""

from __future__ import annotations

import contextvars
import inspect
import math
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from punie.agent.sandbox.execution import ToolCall
from punie.agent.sandbox.limits import Limits
from punie.agent.sandbox.records import whole
from punie.agent.typed_tools import CATALOGUE

ToolFunction = Callable[..., Any]
# What the interpreter takes as the answer to a call: {"return_value": ...} or {"exception": ...}.
Reply = dict[str, Any]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class TooManyCallsError(Exception):
    """The code calls more tools than it may."""


class Recorder:
    """
    Calls the tools and keeps what happened.

    Args:
        tools: by name.
        limits: on the number of calls and the time of each.

    Attributes:
        tools: as given.
        calls: in order.

    """

    def __init__(self, tools: Mapping[str, ToolFunction], limits: Limits) -> None:
        self.calls: list[ToolCall] = []
        self.tools, self._limits = tools, limits

    def __call__(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """
        The reply to one call.

        Raises:
            TooManyCallsError: it is one call too many.

        """
        if len(self.calls) >= self._limits.tool_calls:
            message = f"calls more than {self._limits.tool_calls} tools"
            raise TooManyCallsError(message)
        arguments: Mapping[str, Any] = _NOTHING
        try:
            arguments = MappingProxyType(_bind(name, self.tools[name], args, kwargs))
            result = _in_time(name, lambda: self.tools[name](*args, **kwargs), self._limits.tool_seconds)
            reply = whole(result)
        except Exception as error:  # noqa: BLE001 - whatever a tool raises is the code's to handle
            self.calls.append(ToolCall(name, arguments, error=error))
            return {"exception": error}
        self.calls.append(ToolCall(name, arguments, result))
        return {"return_value": reply}


def _bind(name: str, function: ToolFunction, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by name: as the catalogue says, or for a tool outside it as its own signature does."""
    if name in CATALOGUE:
        return CATALOGUE[name].bind(args, kwargs)
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def _in_time(name: str, work: Callable[[], Any], seconds: float) -> Any:  # noqa: ANN401 - whatever a tool returns
    """The result of `work`, which goes on unseen in its thread when it takes too long."""
    if seconds == math.inf:
        return work()
    done: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            done.put((None, error))

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), daemon=True, name=f"punie tool {name}").start()
    try:
        result, error = done.get(timeout=seconds)
    except queue.Empty:
        message = f"{name}() took longer than {seconds:g} s"
        raise TimeoutError(message) from None
    if error is not None:
        raise error
    return result
