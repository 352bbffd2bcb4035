"""Second turns: a tool's response is restated in words, or leads to the next call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from punie.agent.prompt_utils import render_response
from punie.agent.typed_tools import Result
from punie.training.examples import (
    fields_git,
    fields_navigation,
    fields_quality,
    fields_tests,
    git,
    navigation,
    quality,
    records,
)
from punie.training.examples.draft import Intent, Turn, answered, asked, called, printed
from punie.training.examples.grammar import Draw
from punie.training.examples.phrasing import ask, say
from punie.training.examples.snippets import answer, call, summary
from punie.training.examples.summaries import shown, summarize
from punie.training.examples.vocabulary import Target, code_target, git_target, symbol, test_target


class Opening(NamedTuple):
    """The first request of a conversation: its words, the tool and its arguments, and a result for it."""

    prompt: str
    tool: str
    arguments: tuple[object, ...]
    result: Result


Open = Callable[[Draw], Opening]


def _about_path(
    tool: str,
    templates: Sequence[str],
    target: Callable[[Draw], Target],
    result: Callable[[Draw, str, int], Result],
) -> Open:
    def make(draw: Draw) -> Opening:
        prompt, path = ask(draw, templates, target(draw))
        return Opening(prompt, tool, (path,), result(draw, path, records.few(draw)))

    return make


def _positioned(tool: str, templates: Sequence[str], result: Callable[[Draw, str, int], Result]) -> Open:
    def make(draw: Draw) -> Opening:
        arguments, slots = navigation.spot(draw)
        return Opening(
            say(draw, templates, slots), tool, arguments, result(draw, arguments[3], records.few(draw, empty=0.15))
        )

    return make


def _log(draw: Draw) -> Opening:
    about = git_target(draw)
    prompt, path = ask(draw, git.LOG, about, git.log_slots(draw, about))
    return Opening(prompt, "git_log", (path,), records.log(draw, records.few(draw, empty=0.07)))


def _search(draw: Draw) -> Opening:
    name = symbol(draw)
    prompt = say(draw, navigation.SEARCH, {"s": navigation.quoted_symbol(draw, name)})
    return Opening(prompt, "workspace_symbols", (name,), records.matches(draw, name, records.few(draw, empty=0.15)))


OPENINGS: Final[dict[str, Open]] = {
    "typecheck": _about_path(
        "typecheck", (*quality.TYPECHECK, *fields_quality.TYPE_COUNT), code_target, records.type_check
    ),
    "ruff_check": _about_path("ruff_check", (*quality.RUFF, *fields_quality.LINT_COUNT), code_target, records.ruff),
    "pytest_run": _about_path("pytest_run", (*quality.PYTEST, *fields_tests.TEST_COUNT), test_target, records.tests),
    "goto_definition": _positioned("goto_definition", navigation.DEFINITION, records.definition),
    "find_references": _positioned(
        "find_references", (*navigation.REFERENCES, *fields_navigation.REFERENCE_COUNT), records.references
    ),
    "hover": _positioned("hover", navigation.HOVER, records.hover),
    "document_symbols": _about_path("document_symbols", navigation.OUTLINE, navigation.python_target, records.outline),
    "workspace_symbols": _search,
    "git_status": _about_path("git_status", (*git.STATUS, *fields_git.STATUS_COUNT), git_target, records.status),
    "git_diff": _about_path("git_diff", (*git.DIFF, *fields_git.LINES_COUNT), git_target, records.diff),
    "git_log": _log,
}


def first_call(draw: Draw, opening: Opening) -> tuple[Turn, Turn]:
    """The call of the first turn and what it printed: the standard answer's lines, or the record itself."""
    standard, text = summary(opening.tool, *opening.arguments), shown(opening.result)
    if text and draw.chance(0.3):
        return called(standard, train=False), printed(text)
    # a recorded result stands in history as its record, whatever the code printed
    code = standard if draw.chance(0.5) else answer(call(opening.tool, *opening.arguments), "print(result)")
    return called(code, train=False), printed(render_response(opening.result))


def _summary(open_with: Open) -> Callable[[Draw], tuple[Turn, ...]]:
    def make(draw: Draw) -> tuple[Turn, ...]:
        opening = open_with(draw)
        return asked(opening.prompt), *first_call(draw, opening), answered(summarize(opening.result))

    return make


INTENTS: Final = tuple(
    Intent("conversations", f"summary_{tool}", _summary(start), 2.2) for tool, start in OPENINGS.items()
)
