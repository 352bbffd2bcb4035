"""Tools as steps of a workflow: how they are asked for, what they print, and when nothing was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from punie.training.examples.git import DIFF_CLAUSES, LOG_CLAUSES, STATUS_CLAUSES
from punie.training.examples.grammar import Draw, expand
from punie.training.examples.phrasing import clause
from punie.training.examples.quality import PYTEST_CLAUSES, RUFF_CLAUSES, TYPECHECK_CLAUSES
from punie.training.examples.snippets import call
from punie.training.examples.vocabulary import Target


@dataclass(frozen=True)
class Step:
    """
    A tool as one step of a workflow.

    Args:
        variable: name of its result in the code.
        line: code that prints what counts.
        clauses: orders for it.
        nouns: its findings, in plural.
        clean: ways to say that it found nothing.
        dirty: ways to say that it found something.
        is_clean: code that tests for nothing found.
        count: the field that counts findings.
        gerund: the step as the subject of a sentence.

    """

    variable: str
    line: str
    clauses: tuple[str, ...]
    nouns: str
    clean: tuple[str, ...]
    dirty: tuple[str, ...]
    is_clean: str
    count: str
    gerund: str = ""


STEPS: Final[dict[str, Step]] = {
    "typecheck": Step(
        "types", 'print(f"types: {types.error_count} errors, {types.warning_count} warnings")', TYPECHECK_CLAUSES,
        "{type_errors}",
        ("there are no {type_errors}", "the types are (clean|fine|ok|correct)", "it type-checks",
            "the type check passes", "(no {type_errors} show up|nothing is wrong with the types)",
            "typecheck is clean"),
        ("there are (any|) {type_errors}", "the type check fails", "the types are (wrong|broken|not clean)",
            "it has {type_errors}", "(any|some) {type_errors} show up", "typecheck (fails|complains|finds something)"),
        "types.success", "error_count", "(type-checking|typechecking|type checking) {np}",
    ),
    "ruff_check": Step(
        "lint", 'print(f"lint: {lint.violation_count} violations, {lint.fixable_count} fixable")', RUFF_CLAUSES,
        "{violations}",
        ("there are no {violations}", "(ruff|the linter|lint) is (clean|happy|silent)", "it is lint-free",
            "the lint check passes", "ruff finds nothing", "no {violations} show up"),
        ("there are (any|) {violations}", "the lint check fails", "(ruff|the linter) complains", "it has {violations}",
            "ruff finds (something|anything)", "(any|some) {violations} show up"),
        "lint.success", "violation_count", "(linting|checking the style of|running ruff on) {np}",
    ),
    "pytest_run": Step(
        "tests", 'print(f"tests: {tests.passed} passed, {tests.failed} failed, {tests.errors} errors")', PYTEST_CLAUSES,
        "{failures}",
        ("the tests pass", "(all|the) tests are green", "no test fails", "everything passes", "the suite is green",
            "there are no {failures}", "pytest passes"),
        ("(a|any) test fails", "there are (any|) {failures}", "the tests fail", "the suite is red", "something is red",
            "pytest fails", "(the tests|they) do not pass"),
        "tests.success", "failed", "(testing|running the tests of|running pytest on) {np}",
    ),
    "git_status": Step(
        "status", 'print(f"status: {status.file_count} changed files, clean={status.clean}")', STATUS_CLAUSES,
        "{uncommitted} files",
        ("the (working tree|repo|checkout) is clean", "nothing is uncommitted", "there are no {uncommitted} files",
            "everything is committed"),
        ("the (working tree|repo|checkout) is dirty", "(something|anything) is uncommitted",
            "there are (any|) {uncommitted} files", "the working tree is not clean"),
        "status.clean", "file_count", "a look at git status {in}",
    ),
    "git_diff": Step(
        "diff", 'print(f"diff: +{diff.additions} -{diff.deletions} in {diff.file_count} files")', DIFF_CLAUSES,
        "changed lines", ("the diff is empty", "no lines changed"), ("the diff is not empty", "any line changed"),
        "diff.file_count == 0", "file_count",
    ),
    "git_log": Step(
        "log", 'for c in log.commits:\n    print(f"{c.hash} {c.author}: {c.message}")',
        tuple(line.replace("{of}", "{in}").replace("{lately}", "lately") for line in LOG_CLAUSES),
        "commits", (), (), "", "",
    ),
}  # fmt: skip


class Naming(NamedTuple):
    """
    Words for a step that are no orders.

    Args:
        doing: gerund phrase.
        report: noun phrase for what it yields.
        subject: the tool as the subject of a sentence.
        works: verbs for "found nothing", with the form after "it".
        fails: verbs for "found something", with the form after "it".
        clean: questions that are answered with yes when nothing was found.
        dirty: questions that are answered with yes when something was found.

    """

    doing: str
    report: str
    subject: str = ""
    works: tuple[tuple[str, str], ...] = ()
    fails: tuple[tuple[str, str], ...] = ()
    clean: tuple[str, ...] = ()
    dirty: tuple[str, ...] = ()


_QUIET: Final = (("pass", "passes"), ("succeed", "succeeds"), ("come back clean", "comes back clean"),
    ("find nothing", "finds nothing"), ("stay quiet", "stays quiet"), ("turn up nothing", "turns up nothing"),
)  # fmt: skip
_LOUD: Final = (("fail", "fails"), ("complain", "complains"), ("find anything", "finds anything"),
    ("report problems", "reports problems"), ("turn up errors", "turns up errors"))  # fmt: skip
NAMING: Final[dict[str, Naming]] = {
    "typecheck": Naming(
        "(type-checking {np}|running the type checker {on}|checking the types {in}|a run of ty {on})",
        "(the typing report|the {type_errors}|the output of the type checker|the verdict of ty|the typecheck results)",
        "(the type check|ty|the type checker|typecheck)", _QUIET, _LOUD,
        ("does {np} type-check", "are the types {in} (fine|ok|right|sound)", "is {np} free of {type_errors}"),
        ("are there (any|) {type_errors} {in}", "does ty find anything {in}", "is anything wrong with the types {in}",
            "does {np} have {type_errors}"),
    ),
    "ruff_check": Naming(
        "(linting {np}|running ruff {on}|a lint run {on}|checking the style {in})",
        "(the lint report|the {violations}|the output of ruff|the linter's verdict|the lint results)",
        "(ruff|the linter|the lint check|the style check)", _QUIET, _LOUD,
        ("is {np} lint-free", "does {np} pass (ruff|the linter)", "is ruff happy with {np}"),
        ("are there (any|) {violations} {in}", "does ruff complain about {np}", "does {np} have {violations}"),
    ),
    "pytest_run": Naming(
        "(running the tests {in}|running pytest {on}|testing {np}|a test run {on})",
        "(the test results|the {failures}|the output of pytest|the outcome of the tests)",
        "(pytest|the test run|the suite|the test suite)",
        (("pass", "passes"), ("succeed", "succeeds"), ("be green", "is green"),
            ("come back green", "comes back green")),
        (("fail", "fails"), ("be red", "is red"), ("come back red", "comes back red"), ("break", "breaks")),
        ("do the tests {in} pass", "are the tests {in} green", "does everything pass {in}"),
        ("do any tests {in} fail", "are there (any|) {failures} {in}", "is anything red {in}"),
    ),
    "git_status": Naming(
        "(looking at git status {in}|checking the working tree {in}|going over the {uncommitted} files {in})",
        "(the git status|the {uncommitted} files|the state of the working tree)",
        "git status", (("be clean", "is clean"), ("come back empty", "comes back empty"),
            ("show nothing", "shows nothing")),
        (("show changes", "shows changes"), ("list any files", "lists any files"), ("not be clean", "is not clean")),
        ("is the working tree clean", "is everything committed {in}"),
        ("is anything uncommitted {in}", "are there (any|) {uncommitted} files {in}", "is the working tree dirty"),
    ),
    "git_diff": Naming("(looking at the diff {in}|reading the diff {in}|a git diff {in})",
        "(the diff|the git diff|the changed lines|the size of the diff)"),
    "git_log": Naming("(reading the git log {in}|a look at the log {in}|going through the history {in})",
        "(the git log|the latest {commits}|the commit history|the recent history)"),
}  # fmt: skip
QUALITY: Final = ("typecheck", "ruff_check", "pytest_run")
PAIRS: Final = (
    ("typecheck", "ruff_check"), ("typecheck", "pytest_run"), ("ruff_check", "pytest_run"),
    ("ruff_check", "typecheck"), ("pytest_run", "typecheck"), ("pytest_run", "ruff_check"),
    ("git_status", "git_diff"), ("git_status", "git_log"), ("git_diff", "git_log"), ("git_status", "typecheck"),
    ("git_status", "pytest_run"), ("git_diff", "pytest_run"), ("typecheck", "git_log"), ("ruff_check", "git_log"),
    ("pytest_run", "git_log"), ("git_diff", "ruff_check"), ("typecheck", "git_diff"), ("pytest_run", "git_diff"),
)  # fmt: skip


def code_of(tool: str, path: str, *, indent: str = "") -> str:
    """One step: the call and its line."""
    step = STEPS[tool]
    text = f"{step.variable} = {call(tool, path)}\n{step.line}"
    return "\n".join(indent + line for line in text.splitlines())


def it(draw: Draw) -> Mapping[str, str]:
    """Slots of a second clause that means the same path."""
    return {"np": "it", "in": draw.any(("", "there", "in it")), "on": "on it", "of": ""}


def slots_of(about: Target) -> Mapping[str, str]:
    """Slots of a first clause."""
    return {**about.slots, "of": about.inside}


def named_slots(draw: Draw, tools: Sequence[str], about: Target) -> dict[str, str]:
    """Nouns and gerunds of several steps, numbered from the second on; `a2` and `b2` are orders about "it"."""
    slots = {}
    for index, tool in enumerate(tools):
        number = "" if index == 0 else str(index + 1)
        where = slots_of(about) if index == 0 else it(draw)
        slots[f"doing{number}"] = expand(draw, NAMING[tool].doing, where)
        slots[f"report{number}"] = expand(draw, NAMING[tool].report, where)
    slots |= {
        f"{letter}2": clause(draw, STEPS[tool].clauses, it(draw)) for letter, tool in zip("abc", tools, strict=False)
    }
    return slots


def verdict_slots(draw: Draw, tool: str, about: Target, *, clean: bool) -> dict[str, str]:
    """What a step may turn out to say: as a verb, and as a question that means it or its opposite."""
    names, where = NAMING[tool], slots_of(about)
    turn, turns = draw.any(names.works if clean else names.fails)
    return {
        "subject": expand(draw, names.subject, where),
        "turn": turn,
        "turns": turns,
        "ask": expand(draw, draw.any(names.clean if clean else names.dirty), where),
        "unask": expand(draw, draw.any(names.dirty if clean else names.clean), where),
    }
