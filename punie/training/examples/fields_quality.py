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
    ranked,
    selected,
)
from punie.training.examples.grammar import Draw, lines
from punie.training.examples.records_pool import LINT_RULES, TYPE_RULES
from punie.training.examples.snippets import literal
from punie.training.examples.vocabulary import (
    code_target,
    count_word,
    function_name,
    python_file,
    quoted,
    syllables,
    symbol,
    test_target,
)

_FILE: Final = Attribute("file", ("file", "file name", "path"), ("files", "file names", "paths"))
_LINE: Final = Attribute("line", ("line", "line number"), ("lines", "line numbers"))
_COLUMN: Final = Attribute("column", ("column", "column number"), ("columns", "column numbers"))
_CODE: Final = Attribute("code", ("code", "rule", "rule name", "error code"), ("codes", "rules", "rule names"))
_MESSAGE: Final = Attribute("message", ("message", "text", "description"), ("messages", "texts", "descriptions"))
_SEVERITY: Final = Attribute("severity", ("severity", "level"), ("severities", "levels"))
_FIXABLE: Final = Attribute(
    "fixable", ("fixable flag", "information whether it is fixable"), ("fixable flags", "fixability")
)
_NAME: Final = Attribute("name", ("name", "test name", "node id"), ("names", "test names", "node ids"))
_OUTCOME: Final = Attribute("outcome", ("outcome", "result", "status"), ("outcomes", "results"))
_DURATION: Final = Attribute("duration", ("duration", "run time", "time taken"), ("durations", "run times"))

_TYPE: Final = ("{type_errors}", "{type_error}")
_LINT: Final = ("{violations}", "{violation}")
_FAIL: Final = ("{failures}", "{failure}")
_SPOT: Final = "{x.file}:{x.line} {x.code}: {x.message}"


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
""")


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
        about("codes", f.CODES, f"for code in sorted({{x.code for x in result.{elements}}}):\n    print(code)"),
        about("per_code", f.PER_CODE, counted(elements, "code")),
        about("with_code", f.WITH_CODE, with_code, rules),
        about("mentioning", f.MENTIONING, selected(elements, "$word in x.message", _SPOT), mentioned),
        about(
            "in_file", _IN_FILE, selected(elements, "x.file == $file", "{x.line} {x.code}: {x.message}"), _in_file, 0.6
        ),
        about("more_than", f.AT_LEAST, f'print("yes" if result.{count} > $n else "no", result.{count})', limit),
    )


TYPE_COUNT: Final = (*f.framed(f.COUNT, *_TYPE), *f.framed(f.COUNT, "{type_warnings}", "type warning"))
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
            ),
            selected("errors", 'x.severity == "warning"', _SPOT),
            code_target,
        ),
    ),
    intent("typecheck_attributes", attributes("typecheck", "errors", _TYPE,
        (_FILE, _LINE, _COLUMN, _CODE, _MESSAGE, _SEVERITY), code_target), 1.5),
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
""")
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
""")
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
""")
_UNFIXABLE_LIST: Final = lines("""
which {violations} {in} (cannot be fixed automatically|are not fixable|must be fixed by hand|need manual work)?
!(list|show|print) (only|just|) the {violations} {in} that (are not fixable|ruff cannot fix|need a manual fix)
{violations} {in} that are not fixable
which {violations} {in} would (remain|be left) after ruff --fix?
what can ruff not fix (by itself|automatically) {in}?
!filter out the fixable {violations} {in}, show the rest
I only want the {violations} {in} that I must fix (by hand|myself)
{np}: which {violations} are not fixable?
""")


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
        (_FILE, _LINE, _COLUMN, _CODE, _MESSAGE, _FIXABLE), code_target), 1.5),
    *_common("ruff_check", "violations", "violation_count", _LINT, one_of("code", LINT_RULES)),
)  # fmt: skip
_OUTCOMES: Final = {
    "passed": ("passing tests", "tests that pass", "green tests", "successful tests"),
    "failed": ("{failures}",),
    "skipped": ("skipped tests", "tests that are skipped", "skips", "ignored tests"),
    "error": ("tests with errors", "erroring tests", "tests that error out", "tests with a setup error"),
}
TEST_COUNT: Final = (
    *(frame for nouns in _OUTCOMES.values() for noun in nouns for frame in f.framed(f.COUNT, noun, noun)),
    *lines("""
how many tests (pass|passed|fail|failed|were skipped|are skipped|error out|are failing|succeed|break) {in}?
how many tests {in} (pass|passed|fail|failed|were skipped|are skipped|are failing|succeed|break)?
how many of the tests {in} (pass|passed|fail|failed|were skipped|are failing|succeed)?
how many passed and how many failed {in}?
(passed|failed|skipped) count {in}
the number of tests {in} that (passed|failed|were skipped|succeeded)
!run the tests {in} and (tell me|say) how many (passed|failed|were skipped|are red|are green)
!run the tests {in} and count the (failures|passes|skips|passing ones|failing ones)
passed versus failed {in}?
!give me the (numbers|counts) of passed, failed and skipped tests {in}
what are the (passed and failed counts|test counts|counts of each outcome) {in}?
{np}: how many tests (pass|fail|are skipped)?
after running {np}, how many tests (pass|fail|are skipped)?
how many (specs|test cases|unit tests) (pass|fail|are red|are green) {in}?
"""),
)
_TOTAL: Final = (
    *f.framed(f.COUNT, "tests in total", "test"),
    *lines("""
how many tests (exist|are there|do we have|are collected|run|ran) {in}?
how many tests does {np} (have|contain|hold) (in all|altogether|in total|)?
the total number of tests {in}
size of the test suite {in}?
how (big|large) is the test suite {in}?
!add up all tests {in}, whatever their outcome
{np}: total number of tests?
"""),
)
_DURATION_ASKED: Final = lines("""
how long (do|did|does it take to run) the tests {in} (take|run|)?
how long does the test suite {in} (take|run|need)?
how long (do|did) the tests {in} (take|run|need)?
how many seconds (do|did) the tests {in} (take|need)?
what is the (duration|run time|total time) of the tests {in}?
(duration|run time|total time) of the test run {in}
!(time|measure) the tests {in}
!run the tests {in} and tell me how long (they|it) took
how (slow|fast) (is the test suite|are the tests) {in}?
the tests {in}: how long do they take?
I want to know the (duration|run time) of the tests {in}
is the test suite {in} slow? (how many seconds|the duration)
how much time do the tests {in} (need|take|cost)?
""")
_SLOWEST: Final = lines("""
which test {in} is the slowest?
what is the slowest test {in}?
the slowest test {in}
!(find|show|tell me|name) the slowest test {in}
which test {in} takes the (longest|most time)?
what test {in} (took|needs) the most time?
!find the test {in} with the longest duration
{np}: slowest test?
which test should I speed up first {in}?
the test with the (longest|highest) (run time|duration) {in}
who is the slowest among the tests {in}?
""")
_SLOWEST_N: Final = lines("""
what are the {n} slowest tests {in}?
!(show|list|print|give me) the {n} slowest tests {in}
the {n} slowest tests {in}
which {n} tests {in} take the (longest|most time)?
top {n} slowest tests {in}
!find the {n} tests {in} with the longest (run time|duration)
{np}: the {n} slowest tests
!sort the tests {in} by duration and show the (first|top) {n}
""")
_SLOWER: Final = lines("""
which tests {in} take (longer|more) than {n} seconds?
which tests {in} are slower than {n} seconds?
!(list|show|print) (the|all) tests {in} (slower than|that take longer than|over) {n} seconds
how many tests {in} take (longer|more) than {n} seconds?
(are there|do we have) tests {in} (slower than|over) {n} seconds?
!find tests {in} with a duration (above|over|of more than) {n} seconds
tests {in} that need more than {n} s
!filter the tests {in} by duration: more than {n} seconds
""")
_WHY: Final = lines("""
why do the tests {in} fail?
why (are|do) the {failures} {in} (failing|fail|break)?
what are the (error messages|messages|reasons) of the {failures} {in}?
!(show|print|list|give me) the (messages|error messages|reasons) of the {failures} {in}
with which messages do the tests {in} fail?
what do the {failures} {in} say?
for each {failure} {in}, (print|show|give me) its (name and message|message|reason)
I need the (assertion messages|failure messages|error messages) of the {failures} {in}
!explain the {failures} {in}: the message of each
{np}: why do tests fail?
what is the reason (for|of) the {failures} {in}?
what went wrong in the {failures} {in}?
""")
_RATE: Final = lines("""
what is the pass rate {in}?
pass rate {in}
what (share|percentage|part|fraction) of the tests {in} (pass|passes|passed)?
how many percent of the tests {in} pass?
!compute the (pass rate|success rate|percentage of passing tests) {in}
success rate of the tests {in}?
I need the (pass rate|success rate) {in} for a report
{np}: pass rate in percent
!divide passed by all tests {in}
""")
_ONE_TEST: Final = lines("""
does {test} pass {in}?
did {test} (pass|fail|succeed) {in}?
what is the (outcome|result|status) of {test} {in}?
is {test} (green|red|failing|passing|skipped) {in}?
!run the tests {in} and tell me (if|whether) {test} (passes|passed|failed)
(outcome|result) of {test} {in}
how did {test} (do|go) {in}?
{np}: what happened to {test}?
!check the outcome of {test} {in}
""")


def _test_name(draw: Draw) -> Mapping[str, Value]:
    name = f"test_{function_name(draw).strip('_')}"
    return {"test": Value(quoted(draw, name), literal(name))}


def _seconds(draw: Draw) -> Mapping[str, Value]:
    number = draw.any(("0.1", "0.2", "0.5", "1", "1.5", "2", "3", "5", "10", "30", str(draw.number(1, 90))))
    return {"n": Value(number, number)}


def _few(draw: Draw) -> Mapping[str, Value]:
    number = draw.number(2, 10)
    return {"n": Value(count_word(draw, number), str(number))}


def _pytest(
    name: str, templates: tuple[str, ...], body: str, extras: Extras | None = None, weight: float = 1.0
) -> Intent:
    make = (
        about_path("pytest_run", templates, body, test_target, extras)
        if extras
        else about_path("pytest_run", templates, body, test_target)
    )
    return intent(f"pytest_{name}", make, weight)


def _list_outcome(outcome: str) -> Intent:
    nouns = _OUTCOMES[outcome]
    body = selected("tests", f'x.outcome == "{outcome}"', "{x.name}")
    names = lines("""
!(list|show|print|give me) the names of the {things} {in}
what are the {things} {in} called?
names of the {things} {in}
the {things} {in} by name
""")
    forms = (*f.framed(names, nouns[0]), *(() if outcome == "failed" else f.framed(f.LIST, nouns[0], nouns[0])))
    return _pytest(f"list_{outcome}", forms, body, weight=0.8)


_TOTAL_CODE: Final = "total = result.passed + result.failed + result.errors + result.skipped"
_PYTEST: Final = (
    _pytest("count", TEST_COUNT, 'print(f"{result.passed} passed, {result.failed} failed, '
        '{result.errors} errors, {result.skipped} skipped")', weight=3),
    _pytest("total", _TOTAL, f'{_TOTAL_CODE}\nprint(f"{{total}} tests")'),
    _pytest("duration", _DURATION_ASKED, 'print(f"{result.duration} seconds")', weight=1.5),
    _pytest("slowest", _SLOWEST,
        ranked("tests", "duration", "name", "1"), weight=1.2),
    _pytest("slowest_n", _SLOWEST_N,
        ranked("tests", "duration", "name", "$n"), _few),
    _pytest("slower", _SLOWER, selected("tests", "x.duration > $n", "{x.name}: {x.duration} s"), _seconds),
    _pytest("why", _WHY, selected("tests", 'x.outcome in ("failed", "error")', "{x.name}: {x.message}"), weight=1.2),
    _pytest("rate", _RATE,
        _TOTAL_CODE + '\nprint(f"{100 * result.passed / total:.0f} percent" if total else "no tests")', weight=0.8),
    _pytest("one", _ONE_TEST, selected("tests", "$test in x.name", "{x.name}: {x.outcome}"), _test_name),
    _pytest("more_than", f.framed(f.AT_LEAST, *_FAIL),
        'print("yes" if result.failed > $n else "no", result.failed)', limit, 0.8),
    _pytest("first", f.framed(f.FIRST, *_FAIL), 'hits = [x for x in result.tests if x.outcome in ("failed", "error")]\n'
        'for x in hits[:1]:\n    print(f"{x.name}: {x.message}")'),
    _list_outcome("passed"), _list_outcome("failed"), _list_outcome("skipped"), _list_outcome("error"),
    intent("pytest_attributes", attributes("pytest_run", "tests", ("tests", "test"),
        (_NAME, _OUTCOME, _DURATION, _MESSAGE), test_target), 1.2),
)  # fmt: skip
INTENTS: Final = (*_TYPECHECK, *_RUFF, *_PYTEST)
