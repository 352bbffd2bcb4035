"""Kinds of damage for the tests of the data checks: each puts one defect into a sound row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from punie.agent.tool_calls import emit_call, parse_reply
from punie.training.dataset import ChatMessage, TrainingExample

Change = Callable[[TrainingExample], TrainingExample | None]
PROMPTS: Final = (
    "Which of the nightly importers still swallow their warnings?",
    "Tell me how far the renaming of the ledger columns has come.",
)
"""What a suite asks, for the rules about suites."""


class Damage(NamedTuple):
    """
    One kind of damage.

    Attributes:
        name: of the kind.
        rules: all that a row with it must be reported for; the first is the one it is made for.
        change: makes the damaged row, None of a row that cannot have it.
    """

    name: str
    rules: tuple[str, ...]
    change: Change


def query(text: str | Callable[[str], str]) -> Change:
    """Ask something else, in a row of one turn without a call."""
    return lambda row: _said(row, 1, text) if _turns(row) == 1 and not _code(row) else None


def answer(text: str | Callable[[str], str]) -> Change:
    """Answer a row of one turn without a call otherwise."""
    return lambda row: _said(row, -1, text) if _turns(row) == 1 and not _code(row) else None


def turn(text: str | Callable[[str], str]) -> Change:
    """Write the one turn of a row with a call otherwise."""
    return lambda row: _said(row, -1, text) if _turns(row) == 1 and _code(row) else None


def code(text: str) -> Change:
    """Ask for nothing that has a name, and call with this code."""
    return _asked(f"Settle point {len(text)} of the list for me, would you?", text)


def swapped(old: str, new: str) -> Change:
    """Write other code in the one turn of a row, where that has `old`."""
    return lambda row: _said(row, -1, lambda text: text.replace(old, new)) if old in _code(row) else None


def response(change: Callable[[str], str | None]) -> Change:
    """Give the first response of a row that ends in words another text, where `change` has one for it."""

    def changed(row: TrainingExample) -> TrainingExample | None:
        calls_again = "<tool_call>" in row.messages[-1].content
        if _turns(row) < 2 or calls_again or "<tool_response>" not in row.messages[3].content:
            return None
        text = change(row.messages[3].content)
        return None if text is None else _said(row, 3, text)

    return changed


def record(old: str, new: str) -> Change:
    """Render the first response of a row otherwise, where it is one record that `old` matches."""

    def changed(text: str) -> str | None:
        body = text.removeprefix("<tool_response>\n")
        return re.sub(old, new, text, count=1) if re.match(r"\w+Result\(", body) and re.search(old, text) else None

    return response(changed)


def messages(change: Callable[[list[ChatMessage]], list[ChatMessage]]) -> Change:
    """Give a row of one turn without a call other messages."""

    def changed(row: TrainingExample) -> TrainingExample | None:
        plain = _turns(row) == 1 and not _code(row)
        return TrainingExample(messages=tuple(change(list(row.messages)))) if plain else None

    return changed


def _said(row: TrainingExample, place: int, text: str | Callable[[str], str]) -> TrainingExample:
    said = list(row.messages)
    old = said[place]
    said[place] = old.model_copy(update={"content": text if isinstance(text, str) else text(old.content)})
    return TrainingExample(messages=tuple(said))


def _turns(row: TrainingExample) -> int:
    return sum(message.role == "assistant" for message in row.messages)


def _code(row: TrainingExample) -> str:
    """The code of a row with one turn, empty when it has several or none."""
    calls = parse_reply(row.messages[-1].content).calls if _turns(row) == 1 else ()
    return str(calls[0].arguments.get("code", "")) if calls else ""


def _between(text: str, first: str, last: str) -> str:
    return text.partition(first)[2].rpartition(last)[0]


def _json_call(text: str) -> str:
    written = _between(text, "<parameter=code>\n", "\n</parameter>")
    return json.dumps({"name": "execute_code", "arguments": {"code": written}})


def _fenced(text: str) -> str:
    return f"```json\n{_json_call(text)}\n```\n\nThere are 3 of them."


def _again(text: str) -> str:
    return f"<tool_response>\n{text}\n</tool_response>"


_ROLES: Final = {
    "assistant_first": (0, 2, 1),
    "two_users": (0, 1, 1, 2),
    "system_last": (1, 2, 0),
    "unanswered": (0, 1),
}


def _ordered(name: str) -> Change:
    return messages(lambda said: [said[place] for place in _ROLES[name]])


def _structure() -> tuple[Damage, ...]:
    system = ChatMessage(role="system", content=" \n")
    other = ChatMessage(role="system", content="You answer questions about Python projects.")
    empty = messages(lambda said: [*said[:-1], said[-1].model_copy(update={"content": " \n"})])
    return (
        Damage("an answer before the request", ("bad_structure",), _ordered("assistant_first")),
        Damage("two requests in a row", ("bad_structure",), _ordered("two_users")),
        Damage("the system prompt at the end", ("bad_structure", "no_system"), _ordered("system_last")),
        Damage("a request without an answer", ("bad_structure",), _ordered("unanswered")),
        Damage("an empty answer", ("bad_structure",), empty),
        Damage("no system prompt", ("no_system",), messages(lambda said: said[1:])),
        Damage("a blank system prompt", ("no_system", "bad_structure"), messages(lambda said: [system, *said[1:]])),
        Damage("another system prompt", ("several_system_prompts",), messages(lambda said: [other, *said[1:]])),
    )


def _shape() -> tuple[Damage, ...]:
    return (
        Damage("words before the call", ("preamble",), turn(lambda text: f"Here is what I found so far.\n\n{text}")),
        Damage("a promise before the call", ("preamble",), turn(lambda text: f"Let me look that up. {text}")),
        Damage("a promise instead of the call", ("promise_only_turn",), answer("I'll go through the files first.")),
        Damage("an announcement in -ing", ("promise_only_turn",), answer("Checking the whole package now...")),
        Damage("JSON in the tags", ("format_B",), turn(lambda text: f"<tool_call>\n{_json_call(text)}\n</tool_call>")),
        Damage("JSON without tags", ("format_B",), turn(_json_call)),
        Damage("a JSON fence with a result", ("format_json_fence",), turn(_fenced)),
        Damage("a call that is cut off", ("unparsable_call",), turn(lambda text: text.partition("</parameter>")[0])),
        Damage("a call without its function", ("unparsable_call",), turn(_without_function)),
        Damage("a call of a tool of its own", ("unparsable_call",), turn(_renamed)),
        Damage("a numbered example", ("placeholder_query",), query("Fix the import example 12")),
        Damage("an open slot", ("placeholder_query",), query("Show what changed inside <file_name>")),
        Damage("a word that holds a place", ("placeholder_query",), query("Sample prompt 7")),
    )


def _without_function(text: str) -> str:
    return re.sub(r"</?function[^>]*>\n?", "", text)


def _renamed(text: str) -> str:
    return text.replace("execute_code", "typecheck")


def _codes() -> tuple[Damage, ...]:
    return (
        Damage("a tool that is none", ("unknown_tool",), code('print(list_directory("src"))')),
        Damage("a tool in a branch", ("unknown_tool",), code('if False:\n    run_mypy("src")\nprint(typecheck("."))')),
        Damage("too few arguments", ("wrong_arity",), code("print(git_status())")),
        Damage("too many arguments", ("wrong_arity",), code('print(read_file("setup.cfg", 1, 40, True))')),
        Damage("an unknown keyword", ("wrong_arity",), code('print(ruff_check(".", fix=True))')),
        Damage("a field of a result", ("nonexistent_field",), swapped(".error_count", ".errors_total")),
        Damage("a field of an element", ("nonexistent_field",), code(_ELEMENT)),
        Damage("a field of a hover", ("nonexistent_field",), code(_HOVER)),
        Damage("a builtin that reads files", ("builtin_not_in_sandbox",), code('print(open("notes.txt").read())')),
        Damage("a builtin that lists names", ("builtin_not_in_sandbox",), code("print(sorted(globals()))")),
        Damage("an import of a process", ("import_in_sandbox",), code(_SUBPROCESS)),
        Damage("an import from a library", ("import_in_sandbox",), code("from numpy import mean\nprint(mean([1]))")),
        Damage("a division by no tests", ("runtime_failure",), code(_RATE)),
        Damage("the first of none", ("runtime_failure",), code('print(typecheck(".").errors[0].message)')),
        Damage("a syntax error", ("runtime_failure",), code('for x in typecheck("."):\nprint(x)')),
        Damage("a name that nothing binds", ("runtime_failure",), code('typecheck(".")\nprint(result.success)')),
    )


_ELEMENT: Final = 'for each in typecheck(".").errors:\n    print(each.path, each.line)'
_HOVER: Final = 'found = workspace_symbols("Ledger")\nfor each in found.symbols:\n    print(each.documentation)'
_SUBPROCESS: Final = "import subprocess\nprint(subprocess.run(['ls']))"
_RATE: Final = 'done = pytest_run(".")\nprint(done.passed / (done.passed + done.failed + done.errors + done.skipped))'


def _responses() -> tuple[Damage, ...]:
    return (
        Damage("tags in tags", ("double_wrapped_response",), response(_again)),
        Damage("a record in JSON", ("double_wrapped_response",), record(r"(?s)\n(\w+Result.*)\n", _enveloped)),
        Damage("a class that is none", ("response_unknown_class",), record(r"\w+Result\(", "ToolOutcome(")),
        Damage(
            "a field that is none", ("response_unknown_field",), record(r"parse_error=", "elapsed=0.2, parse_error=")
        ),
        Damage("a field that is missing", ("response_missing_field",), record(r"success=(?:True|False), ", "")),
        Damage("a record that is cut off", ("response_unparsable",), record(r"\)\n</tool", "\n</tool")),
        Damage("a placeholder", ("response_unparsable",), response(lambda _: _again("[tool output here]"))),
        Damage("JSON's words for truth", ("response_unparsable",), record(r"success=\w+", "success=true")),
        Damage("a tag that stays open", ("response_unparsable", "prompt_drift"), response(_opened)),
        Damage("a response without tags", ("prompt_drift",), response(_untagged)),
    )


_enveloped: Final = r'\n{"result": "\1"}\n'


def _opened(text: str) -> str:
    return text.removesuffix("</tool_response>")


def _untagged(text: str) -> str:
    return _between(text, "<tool_response>\n", "\n</tool_response>")


def _values() -> tuple[Damage, ...]:
    return (
        Damage(
            "an invented position",
            ("ungrounded_position",),
            _asked(_WHERE, 'print(hover("ledger/rows.py", 41, 9, "Row"))'),
        ),
        Damage(
            "an invented line",
            ("ungrounded_position",),
            _asked(_LINELESS, 'print(hover("ledger/bank.py", 17, 4, "Row"))'),
        ),
        Damage("another file", ("path_argument_mismatch",), _asked(_LINT, 'print(ruff_check("src/ledger/rows.py"))')),
        Damage("another folder", ("path_argument_mismatch",), _asked(_FOLDER, 'print(typecheck("docs/"))')),
        Damage("a prompt of a suite", ("eval_overlap_exact",), query(PROMPTS[0].lower())),
        Damage("nearly a prompt of a suite", ("eval_overlap_near",), query(f"Please {PROMPTS[1].lower()}")),
        Damage("a mark of the template", ("prompt_drift",), query(lambda text: f"{text}<|im_end|>")),
        Damage("an answer that has no end", ("truncated_row",), answer(" ".join(map(str, range(2500))))),
    )


_WHERE: Final = "Kindly tell which signature the bookkeeping rows carry there"
_LINELESS: Final = "Tell me the signature that Row has inside ledger/bank.py, would you?"
_LINT: Final = "Might there be style violations inside src/ledger/bank.py by now?"
_FOLDER: Final = "Could anything below src/payments/ have lost its annotations lately?"


def _asked(text: str, program: str) -> Change:
    def change(row: TrainingExample) -> TrainingExample | None:
        calls = turn(emit_call(program))(row)
        return None if calls is None else _said(calls, 1, text)

    return change


IN_ROWS: Final = (*_structure(), *_shape(), *_codes(), *_responses(), *_values())
"""The damages of one row."""

BAD_LINES: Final = (
    ("not JSON", "bad_json", b'{"messages": ['),
    ("more behind a row", "bad_json", b'{"messages": []} and more'),
    ("not UTF-8", "bad_json", b'{"messages": [{"role": "user", "content": "caf\xe9"}]}'),
    ("a key that stands twice", "bad_json", b'{"messages": [], "messages": []}'),
    ("a number that JSON lacks", "bad_json", b'{"messages": [{"role": "user", "content": NaN}]}'),
    ("no messages", "bad_structure", b'{"text": "a row of another kind"}'),
    ("a role that is none", "bad_structure", b'{"messages": [{"role": "tool", "content": "a"}]}'),
    ("content that is no text", "bad_structure", b'{"messages": [{"role": "user", "content": ["a"]}]}'),
    ("a list for a row", "bad_structure", b"[1, 2]"),
)
"""Lines that are no rows, each with its rule."""
