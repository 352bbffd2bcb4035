"""The rules about the code of calls; of programs that stand in many rows or differ in names alone, one is run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.code import Fault, shown
from punie.training.checks.execution import faults_of
from punie.training.checks.program_shapes import SoundShapes
from punie.training.checks.row import AssistantTurn, CheckedRow, code_of, found
from punie.training.finding import Finding

CODE_RULES: Final = (
    "unknown_tool",
    "wrong_arity",
    "nonexistent_field",
    "builtin_not_in_sandbox",
    "import_in_sandbox",
    "runtime_failure",
)
# Fences may be examples in an answer in words.
_SHOWN_ONLY: Final = "python_fence"
_FENCES: Final = frozenset({"json_fence", _SHOWN_ONLY})
_RESPONSE: Final = "<tool_response>"
# Programs kept with their faults: some 50 MB.
_KEPT: Final = 65_536


class CodeRules:
    """
    What is wrong with the calls of a row and their code: a row rule for one pass.

    A program is run on results about what the user asked in the first row that has it, and not at all where another
    one that differs only in what it hands to tools ran well.
    """

    def __init__(self) -> None:
        self._known = _Programs()

    def __call__(self, row: CheckedRow) -> Iterator[Finding]:
        """Yield at most one finding of each rule."""
        told: set[str] = set()
        for turn in row.turns:
            for fault in (*_other_functions(turn), *self._of_codes(row, turn)):
                if fault.rule not in told:
                    told.add(fault.rule)
                    yield found(fault.rule, row, fault.message)

    def _of_codes(self, row: CheckedRow, turn: AssistantTurn) -> Iterator[Fault]:
        for call in turn.reply.calls:
            code = code_of(call)
            if code is not None and call.dialect != _SHOWN_ONLY:
                yield from self._known.faults(code, row, turn)


class _Programs:
    """The faults of programs by their text."""

    def __init__(self) -> None:
        self._about = ""
        sound = SoundShapes()
        self._faults = lru_cache(_KEPT)(lambda code: faults_of(code, self._about, sound))

    def faults(self, code: str, row: CheckedRow, turn: AssistantTurn) -> tuple[Fault, ...]:
        self._about = _asked(row, turn)
        return self._faults(code)


def _asked(row: CheckedRow, turn: AssistantTurn) -> str:
    """What the user said up to a turn, without the responses of tools."""
    said = row.example.messages[: turn.place]
    return " ".join(each.content for each in said if each.role == "user" and _RESPONSE not in each.content)


def _other_functions(turn: AssistantTurn) -> Iterator[Fault]:
    """Calls, written as such, of functions that are neither execute_code nor a tool."""
    for call in turn.reply.calls:
        if call.dialect not in _FENCES and call.name != "execute_code" and call.name not in CATALOGUE:
            yield Fault("unknown_tool", f"the turn calls {shown(call.name)}: there is execute_code alone")
