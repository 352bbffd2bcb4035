"""Field questions about type errors, lint violations and tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from punie.training.examples import frames as f
from punie.training.examples.draft import Intent
from punie.training.examples.fields import (
    Attribute,
    Extras,
    Make,
    Value,
    about_path,
    attributes,
    counted,
    each,
    intent,
    limit,
    one_of,
    selected,
)
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.records_pool import LINT_RULES, TYPE_RULES
from punie.training.examples.snippets import literal
from punie.training.examples.vocabulary import (
    code_target,
    function_name,
    python_file,
    quoted,
    syllables,
    symbol,
)

_FILE: Final = Attribute("file", ("file", "file name", "path"), ("files", "file names", "paths"))
_LINE: Final = Attribute("line", ("line", "line number"), ("lines", "line numbers"))
_COLUMN: Final = Attribute("column", ("column", "column number"), ("columns", "column numbers"))
_CODE: Final = Attribute("code", ("code", "rule", "rule name", "error code"), ("codes", "rules", "rule names"))
MESSAGE: Final = Attribute("message", ("message", "text", "description"), ("messages", "texts", "descriptions"))
_SEVERITY: Final = Attribute("severity", ("severity", "level"), ("severities", "levels"))
_FIXABLE: Final = Attribute(
    "fixable", ("fixable flag", "information whether it is fixable"), ("fixable flags", "fixability")
)

_TYPE: Final = ("{type_errors}", "{type_error}")
_LINT: Final = ("{violations}", "{violation}")
_SPOT: Final = "{x.file}:{x.line} {x.code}: {x.message}"


# two fields of one finding that are asked for together
_PAIRS: Final = (
    ("code", "message"),
    ("line", "message"),
    ("line", "code"),
    ("file", "message"),
    ("file", "code"),
)


def mentioned(draw: Draw) -> Mapping[str, Value]:
    """A word that a message may hold."""
    word = draw.any((symbol, syllables, function_name))(draw)
    word = draw.any((word, word, "import", "return", "str", "None", "argument", "int", "list", "attribute", "unused"))
    return {"word": Value(draw.any(("{}", "'{}'", "`{}`", '"{}"')).format(word), literal(word))}


def _in_file(draw: Draw) -> Mapping[str, Value]:
    path = python_file(draw)
    return {"file": Value(quoted(draw, path), literal(path))}


_IN_FILE: Final = lines("""
how many of the {things} {in} are in {file}?
!check {np}, but (show|list) only the {things} of {file}
of the {things} {in}, which (are|sit) in {file}?
which {things} {in} (concern|belong to|come from) the file {file}?
!(run it|check) over {np} and keep only the {things} in {file}
!filter the {things} {in} down to {file}
among the {things} {in}, show those in {file}
do any of the {things} {in} (sit|stand|occur) in {file}?
""") + wordings("quality_in_file")


def _common(tool: str, elements: str, count: str, nouns: tuple[str, str], rules: Extras) -> tuple[Intent, ...]:
    def about(name: str, frames: tuple[str, ...], body: str, extras: Extras | None = None, weight: float = 1) -> Intent:
        framed = f.framed(frames, *nouns)
        make: Make = about_path(tool, framed, body, code_target, extras) if extras else _plain(framed, body)
        return intent(f"{tool}_{name}", make, weight)

    def _plain(framed: tuple[str, ...], body: str) -> Make:
        return about_path(tool, framed, body, code_target)

    with_code = selected(elements, "x.code == $code", "{x.file}:{x.line} {x.message}")
    return (
        about(
            "which_files", f.WHICH_FILES, f"for name in sorted({{x.file for x in result.{elements}}}):\n    print(name)"
        ),
        about("per_file", f.PER_FILE, counted(elements, "file")),
        about("worst_file", f.WORST_FILE, counted(elements, "file", top=True)),
        about("first", f.FIRST, each(f"{elements}[:1]", _SPOT)),
        about("messages", f.MESSAGES, each(elements, "{x.message}")),
        about("lines", f.LINE_NUMBERS, each(elements, "{x.file}:{x.line}")),
        *(
            about(f"{a}_and_{b}", wordings(f"quality_{a}_and_{b}"), each(elements, f"{{x.{a}}} {{x.{b}}}"), None, 0.5)
            for a, b in _PAIRS
        ),
        about("codes", f.CODES, f"for code in sorted({{x.code for x in result.{elements}}}):\n    print(code)"),
        about("per_code", f.PER_CODE, counted(elements, "code")),
        about("with_code", f.WITH_CODE, with_code, rules),
        about("mentioning", f.MENTIONING, selected(elements, "$word in x.message", _SPOT), mentioned),
        about(
            "in_file", _IN_FILE, selected(elements, "x.file == $file", "{x.line} {x.code}: {x.message}"), _in_file, 0.6
        ),
        about("more_than", f.AT_LEAST, f'print("yes" if result.{count} > $n else "no", result.{count})', limit),
    )


TYPE_COUNT: Final = (
    *f.framed(f.COUNT, *_TYPE),
    *f.framed(f.COUNT, "{type_warnings}", "type warning"),
    *wordings("quality_errors_and_warnings"),
)
_TYPECHECK: Final = (
    intent(
        "typecheck_count",
        about_path(
            "typecheck",
            TYPE_COUNT,
            'print(f"{result.error_count} type errors, {result.warning_count} warnings")',
            code_target,
        ),
        2.5,
    ),
    intent(
        "typecheck_warnings",
        about_path(
            "typecheck",
            (
                *f.framed(f.LIST, "{type_warnings}", "type warning"),
                *lines("""
leave out the errors, only the warnings of the type checker {in}
of what the type checker reports {in}, show only the warnings
which of the {type_errors} {in} (are only warnings|have the severity warning)?
only findings of severity warning from the type checker {in}
"""),
                *wordings("quality_type_warnings"),
            ),
            selected("errors", 'x.severity == "warning"', _SPOT),
            code_target,
        ),
    ),
    intent("typecheck_attributes", attributes("typecheck", "errors", _TYPE,
        (_FILE, _LINE, _COLUMN, _CODE, MESSAGE, _SEVERITY), code_target), 1.5),
    *_common("typecheck", "errors", "error_count", _TYPE, one_of("code", TYPE_RULES)),
)  # fmt: skip
FIXABLE_COUNT: Final = lines("""
how many of the {violations} {in} (can be fixed automatically|are fixable|can ruff fix|are auto-fixable)?
how many {violations} {in} (can be fixed automatically|are fixable|could ruff fix itself)?
how many fixable {violations} (are there|do we have|are left) {in}?
number of fixable {violations} {in}
!count the (fixable|auto-fixable|automatically fixable) {violations} {in}
what is the number of auto-fixable {violations} {in}?
how much of the lint {in} can ruff fix (by itself|automatically|on its own)?
!tell me how many {violations} {in} ruff could fix for me
fixable count {in}
{np}: how many fixable {violations}?
are (some|any) of the {violations} {in} (fixable|auto-fixable|automatically fixable)?
would ruff --fix help {in}? how many {violations} are fixable
how many {violations} {in} would --fix (remove|repair|take care of)?
I want the fixable count {in}
""") + wordings("quality_fixable_count")
LINT_COUNT: Final = (*f.framed(f.COUNT, *_LINT), *FIXABLE_COUNT)
_UNFIXABLE_COUNT: Final = lines("""
how many of the {violations} {in} (cannot be fixed automatically|are not fixable|need manual work|must I fix by hand)?
how many {violations} {in} (remain|would remain|are left) after (an automatic fix|ruff --fix|--fix)?
!count the {violations} {in} that (cannot be fixed automatically|ruff cannot fix|need a manual fix)
number of {violations} {in} that are not fixable
how many {violations} {in} need a (human|manual fix|person)?
{np}: how many {violations} are not fixable?
how many {violations} must be fixed by hand {in}?
what is left {in} if ruff fixes what it can? (the number|how many)
""") + wordings("quality_unfixable_count")
_FIXABLE_LIST: Final = lines("""
which {violations} {in} (can be fixed automatically|are fixable|can ruff fix|are auto-fixable)?
!(list|show|print) (only|just|) the (fixable|auto-fixable|automatically fixable) {violations} {in}
!(list|show|print) the {violations} {in} that (can be fixed automatically|ruff can fix|are fixable)
what can ruff fix (by itself|automatically) {in}?
fixable {violations} {in}
what would ruff --fix (change|fix|repair) {in}?
!filter the {violations} {in} for those that are fixable
I only want the {violations} {in} that can be fixed automatically
{np}: list what is fixable
where are the fixable {violations} {in}?
""") + wordings("quality_fixable_list")
_UNFIXABLE_LIST: Final = lines("""
which {violations} {in} (cannot be fixed automatically|are not fixable|must be fixed by hand|need manual work)?
!(list|show|print) (only|just|) the {violations} {in} that (are not fixable|ruff cannot fix|need a manual fix)
{violations} {in} that are not fixable
which {violations} {in} would (remain|be left) after ruff --fix?
what can ruff not fix (by itself|automatically) {in}?
!filter out the fixable {violations} {in}, show the rest
I only want the {violations} {in} that I must fix (by hand|myself)
{np}: which {violations} are not fixable?
""") + wordings("quality_unfixable_list")


def _ruff(name: str, templates: tuple[str, ...], body: str, weight: float = 1.0) -> Intent:
    return intent(f"ruff_{name}", about_path("ruff_check", templates, body, code_target), weight)


_RUFF: Final = (
    _ruff("count", LINT_COUNT,
        'print(f"{result.violation_count} violations, {result.fixable_count} fixable")', 3),
    _ruff("unfixable", _UNFIXABLE_COUNT,
        'print(f"{result.violation_count - result.fixable_count} of {result.violation_count} not fixable")', 0.8),
    _ruff("fixable_list", _FIXABLE_LIST, selected("violations", "x.fixable", _SPOT), 1.2),
    _ruff("unfixable_list", _UNFIXABLE_LIST, selected("violations", "not x.fixable", _SPOT), 0.8),
    intent("ruff_attributes", attributes("ruff_check", "violations", _LINT,
        (_FILE, _LINE, _COLUMN, _CODE, MESSAGE, _FIXABLE), code_target), 1.5),
    *_common("ruff_check", "violations", "violation_count", _LINT, one_of("code", LINT_RULES)),
)  # fmt: skip
INTENTS: Final = (*_TYPECHECK, *_RUFF)
