"""Shared pools of phrases that templates name in braces; an entry may hold choices itself."""

from __future__ import annotations

from typing import Final

POOLS: Final[dict[str, tuple[str, ...]]] = {
    "show": ("show me", "show", "list", "print", "give me", "display", "get me", "let me see", "report"),
    "find": ("find", "look for", "look up", "search for", "locate", "track down", "hunt down", "find me"),
    "run": ("run", "run", "execute", "start", "launch", "kick off", "fire up", "use"),
    "check": ("check", "check", "verify", "validate", "examine", "inspect", "look at", "go over", "go through", "test"),
    "are_there": ("are there", "are there", "do we have", "do I have", "do you see", "does ty see", "can you find"),
    "are_there_any": ("are there", "are there", "do we have", "do I have", "do you see", "can you find", "did I leave"),
    "now": (
        "", "", "", "right now", "now", "currently", "at the moment", "at this point", "today", "still", "these days",
    ),
    # quality: things that the type checker finds
    "type_errors": (
        "type errors", "type errors", "typing errors", "typing problems", "type issues", "typing mistakes",
        "type checker complaints", "mypy-style complaints", "static typing errors", "type check errors",
        "typing issues", "annotation errors", "type problems", "type-check failures", "errors from the type checker",
        "static type errors", "wrong types", "type violations", "type hint errors", "annotations that do not check",
    ),
    "type_error": (
        "type error", "typing error", "typing problem", "type issue", "typing mistake", "type checker complaint",
        "mypy-style complaint", "static typing error", "type check error", "typing issue", "annotation error",
        "type problem", "type-check failure", "error from the type checker", "static type error", "type violation",
        "type hint error",
    ),
    "type_warnings": (
        "type warnings", "typing warnings", "type checker warnings", "warnings from the type checker",
        "type check warnings", "warnings from ty", "static typing warnings",
    ),
    "type_check": (
        "type check", "type checker", "static type check", "typecheck", "type checks", "static type analysis",
        "typing check", "ty",
    ),
    "typecheck_verb": ("typecheck", "type check", "type-check", "statically check", "check the types (of|in)",
        "verify the types (of|in)", "validate the annotations (of|in)", "check the type hints (of|in)",
        "run the type checker (on|over|against)", "run a type check (on|over)", "run static typing checks (on|over)",
        "run typecheck (on|over)", "run ty (on|over)"),
    # quality: things that ruff finds
    "violations": (
        "lint violations", "lint errors", "ruff violations", "ruff findings", "style violations", "lint issues",
        "style issues", "linter warnings", "lint problems", "ruff complaints", "linter findings", "style problems",
        "lint findings", "linting errors", "ruff errors", "code style violations", "linting issues", "ruff issues",
        "things that ruff complains about", "linter complaints", "ruff warnings",
    ),
    "violation": (
        "lint violation", "lint error", "ruff violation", "ruff finding", "style violation", "lint issue",
        "style issue", "linter warning", "lint problem", "ruff complaint", "linter finding", "style problem",
        "lint finding", "linting error", "ruff error", "code style violation",
    ),
    "lint_verb": ("lint", "lint", "ruff check", "run ruff (on|over|against)", "run the linter (on|over|against)",
        "run a lint check (on|over)", "check the style of", "run a style check (on|over)",
        "run the lint checks (on|over)",
        "check the code style (of|in)", "run ruff check (on|over)", "have ruff look at", "let ruff check"),
    "linter": ("ruff", "the linter", "the lint check", "the style check", "ruff check", "linting"),
    # what pytest runs
    "tests": ("tests", "tests", "test suite", "unit tests", "specs", "test cases", "pytest suite", "pytest tests"),
    "failures": (
        "failing tests", "failed tests", "broken tests", "red tests", "test failures", "tests that fail",
        "failing test cases", "tests that do not pass", "failures in the tests", "failing specs", "pytest failures",
        "tests failing", "unsuccessful tests", "tests which break",
    ),
    "failure": ("failing test", "failed test", "broken test", "red test", "test failure", "test that fails",
        "failing test case", "failing spec", "pytest failure"),
    "test_verb": (
        "run the tests (in|of|for|under)", "run pytest (on|in|over|against)", "execute the tests (in|of|for|under)",
        "run the test suite (in|of|for)", "run the unit tests (in|of|for)", "run the specs (in|of)", "test",
        "start the tests (in|of|for)", "run all tests (in|of|under)", "pytest", "run tests (in|for|on)"),
    # navigation
    "symbol_kind": ("function", "class", "method", "symbol", "name", "helper", "variable", "identifier"),
    "usages": ("usages", "references", "uses", "callers", "call sites", "occurrences", "usage sites"),
    # the repository
    "uncommitted": ("uncommitted", "pending", "modified", "changed", "dirty", "unsaved", "touched", "edited",
        "not yet committed", "local"),
    "commits": ("commits", "commits", "changes", "revisions", "git commits", "log entries", "commit messages"),
    "latest": ("latest", "last", "most recent", "newest", "recent"),
    # files
    "contents": ("contents", "content", "text", "source", "code", "full text", "body"),
}  # fmt: skip
