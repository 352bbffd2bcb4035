"""Whether what a run says comes from the results of its tools: it is run again on other results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from punie.agent.monty_runner import Execution
from punie.evaluation.grading.source import short_texts
from punie.evaluation.grading.worlds import CHANGES, Change, World, calm, key, suited
from punie.testing.sandboxed import executed
from punie.testing.spies import SpyTools

# What these return says little: a fixed sentence after them is an answer.
ACTING: Final = frozenset({"run_command", "write_file"})


class Influence:
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
        if self._called == {tool} and _differ(self._found, self._nothing):
            return True
        changes = (*CHANGES, suited(short_texts(self._code)))
        return any(_differ(self._found, self._in({tool: change})) for change in changes) or self._alone(tool)

    def _alone(self, tool: str) -> bool:
        """Whether the tool's results matter where all is well otherwise: one failure may hide another."""
        well: dict[str, Change] = dict.fromkeys(self._called, calm)
        return _differ(self._in(well), self._in({name: change for name, change in well.items() if name != tool}))

    def _in(self, changes: Mapping[str, Change]) -> Execution:
        return executed(self._code, World(self._tools, changes, self._known))


def _differ(one: Execution, other: Execution) -> bool:
    """Whether two runs had different effects; one that ended early differs only if it went another way before."""
    if one.error is None and other.error is None:
        return _effects(one) != _effects(other)
    (said, done), (also_said, also_done) = _effects(one), _effects(other)
    length, times = min(len(said), len(also_said)), min(len(done), len(also_done))
    return said[:length] != also_said[:length] or done[:times] != also_done[:times]


def _effects(done: Execution) -> tuple[str, list[str]]:
    return done.output, _acts(done)


def _acts(done: Execution) -> list[str]:
    return [key(call.tool, call.arguments) for call in done.calls if call.tool in ACTING and call.error is None]
