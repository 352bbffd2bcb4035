"""Tools as steps of a workflow: how they are asked for, what they print, and when nothing was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from punie.training.examples.git import DIFF_CLAUSES, LOG_CLAUSES, STATUS_CLAUSES
from punie.training.examples.grammar import Draw
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
