"""Second turns about plain outputs: a file's text, a command's lines, a count, or the error of a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from punie.agent.prompt_utils import render_response
from punie.agent.typed_tools import HoverResult, Result
from punie.training.examples import conversations, fields_git, fields_navigation, fields_quality, fields_tests, files
from punie.training.examples.draft import Intent, Turn, answered, asked, called, printed
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.navigation import python_target
from punie.training.examples.phrasing import ask, say
from punie.training.examples.snippets import answer, call, summary
from punie.training.examples.summaries import listed, plural, summarize
from punie.training.examples.vocabulary import (
    Target,
    code_target,
    folder,
    function_name,
    git_target,
    quoted,
    stem,
    syllables,
    test_target,
)

Make = Callable[[Draw], tuple[Turn, ...]]

_TEXT_LINES: Final = lines("""
name = "{w}"
version = "{n}.{m}.0"
[tool.{w}]
# {w}
import {w}
from {w} import {v}
{w}: {n}
{w} = {n}
{w} {n}.{m}
def {v}() -> None:
TODO: {v}
{w} >= {n}.{m}
port = {n}
Welcome to {w}.
the {w} is ready
author: {w}
debug = true
timeout = {n}
""")
_OUTPUT_LINES: Final = lines("""
{w} {n}.{m}.0
Successfully installed {w}-{n}.{m}
{n} files formatted
build finished in {n}.{m} seconds
{w}.txt
Python 3.{m}.{n}
{w}: up to date
drwxr-xr-x {w}
{w}: no such file or directory
error: {w} failed with exit code {m}
warning: {w} is deprecated
Already up to date.
Switched to branch {w}
total {n}
{w} running on port {n}
done
""")
_ERRORS: Final = (
    "FileNotFoundError: {p}",
    "FileNotFoundError: no such file: {p}",
    "PermissionError: {p} lies outside the root folder",
    "TimeoutError: {tool} took longer than 30 seconds",
    "RuntimeError: {tool} did not answer",
)
_PARSE_ERRORS: Final[dict[str, tuple[str, ...]]] = {
    "typecheck": ("no such path: {p}", "ty exited with status 2", "ty is not installed"),
    "ruff_check": ("no such path: {p}", "ruff exited with status 2", "ruff is not installed"),
    "pytest_run": ("no such path: {p}", "no tests were collected", "pytest exited with status 4"),
    "git_status": ("not a git repository", "git exited with status 128"),
    "git_diff": ("not a git repository", "git exited with status 129"),
    "git_log": ("not a git repository", "the repository has no commits"),
    "document_symbols": ("no such file: {p}", "the language server did not answer"),
    "goto_definition": ("no such file: {p}", "the language server did not answer"),
    "find_references": ("no such file: {p}", "the language server did not answer"),
    "hover": ("no such file: {p}", "the language server did not answer"),
    "workspace_symbols": ("the language server did not answer", "the language server crashed"),
}


def _some_lines(draw: Draw, pool: Sequence[str]) -> list[str]:
    return [
        expand(
            draw,
            draw.any(pool),
            {
                "w": draw.any((stem, folder, syllables))(draw),
                "v": function_name(draw),
                "n": str(draw.number(1, 99)),
                "m": str(draw.number(0, 15)),
            },
        )
        for _ in range(draw.any((1, 1, 2, 3)))
    ]


def _restated(found: Sequence[str]) -> str:
    return f"{plural(len(found), 'line')}: {'; '.join(found)}"


def _read(draw: Draw) -> tuple[Turn, ...]:
    about = files.text_target(draw)
    found = _some_lines(draw, _TEXT_LINES)
    prompt = say(draw, files.READ, {**about.slots, "p": about.path})
    turns = asked(prompt), called(files.read_code(about.path), train=False)
    if draw.chance(0.1):
        return *turns, printed(""), answered(f"{about.path} is empty: it has no text.")
    return *turns, printed("\n".join(found)), answered(f"{about.path} has {_restated(found)}")


def _write(draw: Draw) -> tuple[Turn, ...]:
    about, text = files.text_target(draw), files.short_text(draw)
    slots = {**about.slots, "p": quoted(draw, about.path), "c": files.quoted_text(draw, text)}
    return (
        asked(say(draw, files.WRITE, slots)),
        called(files.write_code(about.path, text), train=False),
        printed("success"),
        answered(f"Done: I wrote {text!r} to {about.path} with success."),
    )


def _run(draw: Draw) -> tuple[Turn, ...]:
    command = files.shell_command(draw)
    found = _some_lines(draw, _OUTPUT_LINES)
    return (
        asked(say(draw, files.RUN, {"cmd": files.quoted_text(draw, command)})),
        called(files.run_code(command), train=False),
        printed("\n".join(found)),
        answered(f"{command} printed {_restated(found)}"),
    )


def _failed(draw: Draw) -> tuple[Turn, ...]:
    """The call raised: the answer says so."""
    opening = conversations.OPENINGS[draw.any(tuple(conversations.OPENINGS))](draw)
    path = str(opening.arguments[0])
    error = draw.any(_ERRORS).format(p=path, tool=opening.tool)
    code = called(summary(opening.tool, *opening.arguments), train=False)
    return asked(opening.prompt), code, printed(error), answered(f"The call of {opening.tool} failed: {error}.")


def _unusable(draw: Draw) -> tuple[Turn, ...]:
    """The tool itself could not run: its record holds the error."""
    tool = draw.any(tuple(conversations.OPENINGS))
    opening = conversations.OPENINGS[tool](draw)
    error = draw.any(_PARSE_ERRORS[tool]).format(p=opening.arguments[0])
    result = emptied(opening.result).model_copy(update={"success": False, "parse_error": error})
    code = called(summary(tool, *opening.arguments), train=False)
    return asked(opening.prompt), code, printed(render_response(result)), answered(summarize(result))


def emptied(result: Result) -> Result:
    """The same record without findings."""
    blank: dict[type, object] = {list: [], int: 0, float: 0.0}
    changes = {name: blank[type(value)] for name, value in result if type(value) in blank}
    if isinstance(result, HoverResult):
        changes |= {"content": None, "language": None}
    return result.model_copy(update=changes)


class Count(NamedTuple):
    """
    A question for numbers, the line that answers it, and the sentence that restates the line.

    Args:
        tool: that is called.
        templates: wordings.
        body: code that prints the line.
        line: the line, with numbers as slots.
        nouns: singular and plural of each number.
        target: draws the path.

    """

    tool: str
    templates: tuple[str, ...]
    body: str
    line: str
    nouns: tuple[tuple[str, str], ...]
    target: Callable[[Draw], Target]


_COUNTS: Final = (
    Count("typecheck", fields_quality.TYPE_COUNT,
        'print(f"{result.error_count} type errors, {result.warning_count} warnings")', "{} type errors, {} warnings",
        (("type error", "type errors"), ("warning", "warnings")), code_target),
    Count("ruff_check", fields_quality.LINT_COUNT,
        'print(f"{result.violation_count} violations, {result.fixable_count} fixable")', "{} violations, {} fixable",
        (("violation", "violations"), ("fixable violation", "fixable violations")), code_target),
    Count("pytest_run", fields_tests.TEST_COUNT,
        'print(f"{result.passed} passed, {result.failed} failed, {result.errors} errors, {result.skipped} skipped")',
        "{} passed, {} failed, {} errors, {} skipped",
        (("test passed", "tests passed"), ("failed", "failed"), ("error", "errors"), ("skipped", "skipped")),
        test_target),
    Count("git_status", fields_git.STATUS_COUNT, 'print(f"{result.file_count} changed files, clean={result.clean}")',
        "{} changed files, clean=False", (("changed file", "changed files"),), git_target),
    Count("git_diff", fields_git.LINES_COUNT,
        'print(f"{result.additions} additions, {result.deletions} deletions, {result.file_count} files")',
        "{} additions, {} deletions, {} files",
        (("addition", "additions"), ("deletion", "deletions"), ("file", "files")), git_target),
    Count("document_symbols", fields_navigation.SYMBOL_COUNT, 'print(f"{result.symbol_count} symbols")', "{} symbols",
        (("symbol", "symbols"),), python_target),
)  # fmt: skip


def _counted(draw: Draw) -> tuple[Turn, ...]:
    asks = draw.any(_COUNTS)
    prompt, path = ask(draw, asks.templates, asks.target(draw))
    numbers = [draw.any((1, draw.number(2, 20), draw.number(2, 400))) for _ in asks.nouns]
    sentence = listed([plural(number, *nouns) for number, nouns in zip(numbers, asks.nouns, strict=True)])
    where = "The project" if path == "." else path
    return (
        asked(prompt),
        called(answer(call(asks.tool, path), asks.body), train=False),
        printed(asks.line.format(*numbers)),
        answered(f"{where} has {sentence}."),
    )


INTENTS: Final = (
    Intent("conversations", "output_read", _read, 1),
    Intent("conversations", "output_write", _write, 0.4),
    Intent("conversations", "output_run", _run, 1),
    Intent("conversations", "output_failed", _failed, 0.7),
    Intent("conversations", "output_unusable", _unusable, 0.8),
    Intent("conversations", "output_count", _counted, 1.5),
)
