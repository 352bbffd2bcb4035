"""What is wrong with the code of a call, as it shows when the code runs in the sandbox on results of spies."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from punie.agent.monty_runner import Execution
from punie.agent.stubs import result_models
from punie.agent.typed_tools import CATALOGUE
from punie.testing.made_record import Record
from punie.testing.records import empty_records
from punie.testing.sandboxed import executed
from punie.testing.spies import SpyTools
from punie.training.checks.code import Facts, Fault, facts_of
from punie.training.checks.program_shapes import SoundShapes, shape_of
from punie.training.checks.sandbox_facts import missing_builtins

_ATTRIBUTE: Final = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
_NAME: Final = re.compile(r"name '(\w+)' is not defined")
_IMPORTS: Final = frozenset({"ImportError", "ModuleNotFoundError"})
# What the sandbox says of a module that can be imported and does nothing outside it.
_BARRED: Final = (
    re.compile(r"^AttributeError: module '[\w.]+' has no attribute"),
    re.compile(r"^RuntimeError: '[\w.]+' is not supported in this environment"),
    re.compile(r"^PermissionError: Permission denied"),
)
# What code raises that takes a text apart: whether the text of a real file or command would do is not known.
_OF_TEXTS: Final = frozenset({"JSONDecodeError", "KeyError", "TOMLDecodeError", "ToolCallLimitError", "ValueError"})
# Longer than any place in the results of spies.
_LINES: Final = "\n".join(f"line {number} of 400" for number in range(1, 401))


class Run(NamedTuple):
    """One run, and what the tools said in it, for messages."""

    done: Execution
    when: str


def faults_of(code: str, about: str, sound: SoundShapes | None = None) -> tuple[Fault, ...]:
    """
    What is wrong with a program, one fault of a rule; one that explains the failure of a run stands for it.

    Args:
        code: of one call.
        about: what the user asked, whose names the results hold.
        sound: shapes of programs that need not run, to which that of this one is added if it runs well.

    """
    facts = facts_of(code)
    found = [*facts.faults, *_faults_of_runs(code, about, facts, SoundShapes() if sound is None else sound)]
    by_rule = {fault.rule: fault for fault in reversed(found)}
    if len(by_rule) > 1:
        by_rule.pop("runtime_failure", None)
    return tuple(fault for fault in found if by_rule.get(fault.rule) is fault)


def _faults_of_runs(code: str, about: str, facts: Facts, sound: SoundShapes) -> list[Fault]:
    shape = shape_of(code, about)
    if shape in sound:
        return []
    found = [fault for run in runs(code, about) for fault in _faults(code, facts, run)]
    if not found:
        sound.add(shape)
    return found


def runs(code: str, about: str) -> Iterator[Run]:
    """
    Run a program where tools find something, where they find nothing, and where one of several finds nothing.

    The first run that fails is the last.
    """
    first = Run(_on_findings(code, about), "")
    yield first
    tools = tuple(dict.fromkeys(call.tool for call in first.done.calls))
    if not tools or _fails(first):
        return
    for when, spies in _barren(tools, about):
        run = Run(executed(code, spies), when)
        yield run
        if _fails(run):
            return


def _on_findings(code: str, about: str) -> Execution:
    """A run on populated results; where it looks for lines beyond a short text, one on long texts instead."""
    done = executed(code, SpyTools.dirty(about=about))
    if done.error is None or done.error.type != "IndexError" or not _reads_texts(done):
        return done
    texts: dict[str, Record] = dict.fromkeys(_texts(), f"{about}\n{_LINES}")
    long = executed(code, SpyTools(texts, about=about))
    return done if long.error is not None and long.error.type == "IndexError" else long


def _barren(tools: tuple[str, ...], about: str) -> Iterator[tuple[str, SpyTools]]:
    yield " where nothing is found", SpyTools.empty()
    if "pytest_run" in tools:
        yield " where no test exists", SpyTools.calm()
    records = [tool for tool in tools if tool not in _texts()]
    for tool in records if len(tools) > 1 else ():
        yield f" where {tool} finds nothing", SpyTools({tool: empty_records()[tool]}, about=about)


def _fails(run: Run) -> bool:
    error = run.done.error
    return error is not None and not (error.type in _OF_TEXTS and _reads_texts(run.done))


def _reads_texts(done: Execution) -> bool:
    return any(call.tool in _texts() and call.error is None for call in done.calls)


def _faults(code: str, facts: Facts, run: Run) -> Iterator[Fault]:
    done = run.done
    wrong = [call for call in done.calls if isinstance(call.error, TypeError)]
    if wrong:
        yield Fault("wrong_arity", str(wrong[0].error))
    error = done.error
    if error is None or not _fails(run) or any(str(call.error) == error.message for call in wrong):
        return
    where = "" if error.line is None else f" (line {error.line})"
    rule = _rule(code, facts, run)
    yield Fault(rule, f"{error.type}: {error.message}{where}{run.when}")


def _rule(code: str, facts: Facts, run: Run) -> str:
    """The rule that the failure of a run breaks."""
    error = run.done.error
    kind, message = ("", "") if error is None else (error.type, error.message)
    named = _NAME.fullmatch(message) if kind == "NameError" else None
    if kind in _IMPORTS or _uses_barred_module(f"{kind}: {message}", facts):
        return "import_in_sandbox"
    if named is not None and named[1] in missing_builtins():
        return "builtin_not_in_sandbox"
    if named is not None and _only_called(named[1], code):
        return "unknown_tool"
    read = _ATTRIBUTE.fullmatch(message) if kind == "AttributeError" else None
    if read is not None and _lacks_field(read[1], read[2], facts, run.done):
        return "nonexistent_field"
    return "runtime_failure"


def _uses_barred_module(error: str, facts: Facts) -> bool:
    opens = any(fault.rule == "builtin_not_in_sandbox" for fault in facts.faults)
    return not opens and any(form.search(error) for form in _BARRED)


def _only_called(name: str, code: str) -> bool:
    """Whether code that Python cannot parse, but the sandbox can, calls a name and binds it nowhere."""
    return bool(re.search(rf"\b{name}\s*\(", code)) and not re.search(rf"\b(def|class)\s+{name}\b|\b{name}\s*=", code)


def _lacks_field(owner: str, name: str, facts: Facts, done: Execution) -> bool:
    """Whether a missing attribute is one of a result, or of what a result was expected to be."""
    if owner in _models():
        return True
    kind = getattr(builtins, owner, None)
    taken = isinstance(kind, type) and not hasattr(kind, name) and name not in facts.own
    return taken and any(call.error is None for call in done.calls)


@cache
def _models() -> Mapping[str, type]:
    return {model.__name__: model for model in result_models(CATALOGUE.values())}


@cache
def _texts() -> frozenset[str]:
    """The tools that return texts."""
    return frozenset(name for name, tool in CATALOGUE.items() if tool.result is str)
