"""
Which fields the code reads: observed in a replay on the results that the tools gave in the run.

Inside a function that `sorted`, `map`, `filter` and the like call, nothing can be fetched: a field that is there seems
missing. Such a field is sent along with its record in the next replay, where it counts as read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from punie.agent.sandbox.calls import Reply
from punie.agent.sandbox.execution import Failure, Read, ToolCall
from punie.agent.sandbox.feed import Answer, Feed
from punie.agent.sandbox.records import joined, observed

# The number of a call, and a path in its result.
Place = tuple[int, str]
Pass = Callable[[Answer], Feed]

_ROUNDS: Final = 16
_TRIALS: Final = 8
_MISSING: Final = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


class ReplayDivergedError(Exception):
    """The replay calls another tool than the run did."""


def observe(calls: Sequence[ToolCall], run: Feed, once: Pass) -> tuple[tuple[Read, ...], bool]:
    """
    The fields read, in order of the first read, and whether the replay took the same way as the run.

    Args:
        calls: of the run.
        run: how it ended.
        once: feeds the same code once more, calls answered by its argument.

    """
    if not any(_has_fields(call.result) for call in calls):
        return (), True
    replay = Replay(calls, once, frozenset())
    for _ in range(_ROUNDS):
        hidden = replay.hidden()
        if not hidden:
            break
        replay = _served(replay, hidden)
    return replay.all_reads(), replay.is_like(run)


def _served(replay: Replay, hidden: Sequence[Place]) -> Replay:
    """The replay that serves the one of the hidden places which stops the code, or all of them if none alone does."""
    for place in hidden[:_TRIALS] if len(hidden) > 1 else ():
        trial = replay.again({place})
        if trial.failure != replay.failure:
            return trial
    return replay.again(set(hidden))


class Replay:
    """
    One pass over the code, calls answered as they were in the run.

    Args:
        calls: of the run.
        once: feeds the code.
        served: fields that are sent along with their records.

    Attributes:
        failure: what ended the pass; None for its end, or when it left the run's way.

    """

    def __init__(self, calls: Sequence[ToolCall], once: Pass, served: frozenset[Place]) -> None:
        self.failure: Failure | None = None
        self._calls, self._once, self._served = calls, once, served
        self._answered = 0
        self._reads: dict[Read, None] = {}
        self._records: dict[Place, type[BaseModel]] = {}
        try:
            self.failure = once(self._answer).failure
            self._diverged = False
        except ReplayDivergedError:
            self._diverged = True

    def again(self, more: set[Place]) -> Replay:
        """A replay that serves more."""
        return Replay(self._calls, self._once, self._served | more)

    def is_like(self, run: Feed) -> bool:
        """Whether the pass made the run's calls and ended like it."""
        ended = None if self.failure is None else (self.failure.type, self.failure.line)
        wanted = None if run.failure is None else (run.failure.type, run.failure.line)
        return not self._diverged and self._answered == len(self._calls) and ended == wanted

    def hidden(self) -> list[Place]:
        """The fields, not served so far, one of which is there and yet ended the pass as missing."""
        return [place for place, exists in self._blamed() if exists and place not in self._served]

    def all_reads(self) -> tuple[Read, ...]:
        """What was read, with the field that ended the pass where it could not be fetched."""
        missing = [place for place, exists in self._blamed() if not exists]
        if not any(Read(call, self._calls[call].tool, path, exists=False) in self._reads for call, path in missing):
            for call, path in missing:
                self.note(call, path, exists=False)
        return tuple(self._reads)

    def note(self, call: int, path: str, *, exists: bool) -> None:
        """Keep a read."""
        self._reads[Read(call, self._calls[call].tool, path, exists)] = None

    def hold(self, call: int, path: str, model: type[BaseModel]) -> frozenset[str]:
        """Keep that the code got a record; the fields to send with it."""
        self._records[call, path] = model
        return frozenset(name for name in model.model_fields if (call, joined(path, name)) in self._served)

    def _answer(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """The recorded reply; the arguments are not compared, since a text made of a record differs here."""
        del args, kwargs
        number = self._answered
        if number >= len(self._calls) or self._calls[number].tool != name:
            message = f"call {number} of the replay is {name}"
            raise ReplayDivergedError(message)
        self._answered += 1
        call = self._calls[number]
        if call.error is not None:
            return {"exception": call.error}
        return {"return_value": observed(call.result, "", _CallWatch(self, number))}

    def _blamed(self) -> list[tuple[Place, bool]]:
        """The fields that the failure may be about, and whether they exist."""
        failure = self.failure
        found = _MISSING.fullmatch(failure.message) if failure and failure.type == "AttributeError" else None
        if found is None:
            return []
        model, name = found.groups()
        records = [item for item in self._records.items() if item[1].__name__ == model]
        return [((call, joined(path, name)), name in kind.model_fields) for (call, path), kind in records]


class _CallWatch:
    """Tells a replay what the code reads of one call's result."""

    def __init__(self, replay: Replay, call: int) -> None:
        self._replay, self._call = replay, call

    def holds(self, path: str, model: type[BaseModel]) -> frozenset[str]:
        served = self._replay.hold(self._call, path, model)
        for name in sorted(served):
            self._replay.note(self._call, joined(path, name), exists=True)
        return served

    def reads(self, path: str, *, exists: bool) -> None:
        self._replay.note(self._call, path, exists=exists)


def _has_fields(result: object) -> bool:
    if isinstance(result, list | tuple):
        return any(_has_fields(item) for item in result)
    if isinstance(result, dict):
        return any(_has_fields(item) for item in result.values())
    return isinstance(result, BaseModel)
