"""Requests to do something with files that another tool yields: every changed file, the files with findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.phrasing import dress
from punie.training.examples.snippets import call
from punie.training.examples.symbol_flows import started
from punie.training.examples.vocabulary import code_target, git_target, test_target, whole_project


class Selection(NamedTuple):
    """
    A tool that yields names of files.

    Args:
        tool: that is asked first.
        variable: name of its result.
        head: code that prints how many there are.
        names: code of the list of files.
        one: singular noun phrase ("every modified file").
        many: plural noun phrase ("the modified files").

    """

    tool: str
    variable: str
    head: str
    names: str
    one: str
    many: str


class Action(NamedTuple):
    """
    What is done with each file.

    Args:
        code: lines of the loop's body; the file is `name`.
        templates: wordings; ``{one}`` and ``{many}`` are the selection's noun phrases.

    """

    code: str
    templates: tuple[str, ...]


SELECTIONS: Final[dict[str, Selection]] = {
    "changed": Selection("git_status", "status", 'print(f"{status.file_count} changed files")',
        "[f.file for f in status.files]",
        "(every|each) {uncommitted} file {in}",
        "((the|all|all the|my) {uncommitted} files|(all|the) files (that|) I (have|) (changed|modified|touched)|"
        "what I (have|) (changed|modified)|everything I (have|) changed) {in}"),
    "staged": Selection("git_status", "status", 'print(f"{status.file_count} changed files")',
        "[f.file for f in status.files if f.staged]",
        "(every|each) staged file {in}", "(the|all|all the|my) (staged files|files in the index) {in}"),
    "diff": Selection("git_diff", "diff", 'print(f"{diff.file_count} files in the diff")',
        "[f.file for f in diff.files]",
        "(every|each) file (in|of) the diff {in}", "(the|all) files (in|of) the diff {in}"),
    "type_errors": Selection("typecheck", "types", 'print(f"{types.error_count} type errors")',
        "sorted({e.file for e in types.errors})",
        "(every|each) file with {type_errors} {in}", "(the|all) files (with|that have) {type_errors} {in}"),
    "violations": Selection("ruff_check", "lint", 'print(f"{lint.violation_count} violations")',
        "sorted({v.file for v in lint.violations})",
        "(every|each) file with {violations} {in}", "(the|all) files (with|that have) {violations} {in}"),
    "references": Selection("find_references", "refs", 'print(f"{refs.reference_count} references")',
        "sorted({r.file for r in refs.references})",
        "(every|each) file that (uses|calls|references) {s} (at|defined at|from) {at}",
        "(the|all) files (that|which) (use|call|reference) {s} (at|defined at|from) {at}"),
    "matches": Selection("workspace_symbols", "found", 'print(f"{found.symbol_count} symbols")',
        "sorted({s.file for s in found.symbols})",
        "(every|each) file that defines (a symbol called|a symbol named|) {s}",
        "(the|all) files (that define|with a symbol called|with a definition of) {s}"),
    "failures": Selection("pytest_run", "tests", 'print(f"{tests.failed} failed")',
        'sorted({t.name.split("::")[0] for t in tests.tests if t.outcome != "passed"})',
        "(every|each) (test file with {failures}|failing test file|broken test file) {in}",
        "(the|all) (test files (with|that have) {failures}|failing test files) {in}"),
}  # fmt: skip
ACTIONS: Final[dict[str, Action]] = {
    "typecheck": Action(
        'types = typecheck(name)\n    print(f"{name}: {types.error_count} errors, {types.warning_count} warnings")',
        lines("""
!{typecheck_verb} {one}
!{typecheck_verb} {many}
!(get|find|look up|list) {many} and {typecheck_verb} (them|each of them|each one)
for {one}, run the type checker
do {many} (type-check|pass the type checker)?
which of {many} have {type_errors}?
how many {type_errors} do {many} have?
how many {type_errors} are in {one}?
are there {type_errors} in {many}?
!check {many} for {type_errors}
what does the type checker say about {many}?
I want {one} type-checked
(loop|go|iterate) over {many} and {typecheck_verb} each (one|of them)
"""),
    ),
    "ruff_check": Action(
        'lint = ruff_check(name)\n    print(f"{name}: {lint.violation_count} violations")',
        lines("""
!{lint_verb} {one}
!{lint_verb} {many}
!(get|find|look up|list) {many} and {lint_verb} (them|each of them|each one)
for {one}, run ruff
do {many} pass (ruff|the linter)?
which of {many} have {violations}?
how many {violations} do {many} have?
how many {violations} are in {one}?
are there {violations} in {many}?
!check {many} for {violations}
what does (ruff|the linter) say about {many}?
I want {one} linted
(loop|go|iterate) over {many} and {lint_verb} each (one|of them)
"""),
    ),
    "pytest_run": Action(
        'tests = pytest_run(name)\n    print(f"{name}: {tests.passed} passed, {tests.failed} failed")',
        lines("""
!run the tests (of|in|for) {one}
!run pytest on {one}
!run pytest on {many}
!(get|find|look up|list) {many} and run pytest on (them|each of them|each one)
for {one}, run the tests
do the tests in {many} pass?
how many tests fail in {one}?
!test {many}, one by one
(loop|go|iterate) over {many} and run the tests of each (one|of them)
"""),
    ),
    "git_log": Action(
        "log = git_log(name, count=1)\n    for c in log.commits:\n"
        '        print(f"{name}: {c.hash} {c.author} {c.message}")',
        lines("""
who (last changed|changed|touched|last touched) {many}?
who (last changed|was the last to change) {one}?
!(show|list|print) the (latest|last|most recent) commit (of|for) {one}
!(get|find|look up|list) {many} and show (the last commit|who changed them last|the latest commit of each)
for {one}, (show|print|find) the (last|latest) commit
when was {one} last changed?
what is the (last|latest) commit of {one}?
!tell me who last worked on {many}
whose commits touched {many} last?
(loop|go|iterate) over {many} and print the last commit of each (one|of them)
"""),
    ),
    "read_file": Action(
        "print(name)\n    print(read_file(name))",
        lines("""
!(read|open|print|show me) {one}
!(read|open|print|show me) {many}
!(show|print) the (contents|text|source) of {one}
!(get|find|look up|list) {many} and (read|print|open) (them|each of them)
for {one}, print its (contents|text)
what (is|stands) in {many}? show (them|the contents)
(loop|go|iterate) over {many} and print the text of each (one|of them)
"""),
    ),
    "document_symbols": Action(
        'outline = document_symbols(name)\n    print(f"{name}: {outline.symbol_count} symbols")',
        lines("""
!(show|list|print) the (outline|symbols) of {one}
how many symbols does {one} (define|have)?
!(get|find|look up|list) {many} and count (their symbols|the symbols of each)
for {one}, list the symbols
what do {many} define?
!outline {many}
"""),
    ),
    "git_diff": Action(
        'diff = git_diff(name)\n    print(f"{name}: +{diff.additions} -{diff.deletions}")',
        lines("""
!(show|print) the (diff|git diff) of {one}
how many lines changed in {one}?
!(get|find|look up|list) {many} and show (the diff of each|their diffs)
for {one}, count the (added and removed|changed) lines
how big is the diff of {one}?
"""),
    ),
}
_SHAPES: Final = wordings("each_file")
# Orders for the file at hand, about "it" and about "them".
DEEDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "typecheck": (
        ("(typecheck|type-check) it", "check its types", "run (ty|the type checker) on it", "count its {type_errors}"),
        (
            "(typecheck|type-check) them",
            "check their types",
            "run (ty|the type checker) on each",
            "count the {type_errors} of each",
        ),
    ),
    "ruff_check": (
        ("lint it", "check its style", "run (ruff|the linter) on it", "count its {violations}"),
        ("lint them", "check their style", "run (ruff|the linter) on each", "count the {violations} of each"),
    ),
    "pytest_run": (
        ("run its tests", "run pytest on it", "test it", "see whether its tests pass"),
        ("run their tests", "run pytest on each", "test them", "see whether their tests pass"),
    ),
    "git_log": (
        (
            "(show|print|tell me) (its last commit|who changed it last)",
            "look up its latest commit",
            "see who touched it last",
        ),
        ("(show|print) the last commit of each", "tell me who changed them last", "look up their latest commits"),
    ),
    "read_file": (
        ("(read|open|print|show) it", "(print|show) its (text|contents|source)", "let me see what it says"),
        ("(read|open|print|show) them", "(print|show) their (text|contents|source)", "let me see what they say"),
    ),
    "document_symbols": (
        ("outline it", "count its symbols", "see how many symbols it defines"),
        ("outline them", "count their symbols", "see how many symbols they define"),
    ),
    "git_diff": (
        ("(show|print) its diff", "diff it", "count its changed lines", "see how many lines changed in it"),
        ("(show|print) their diffs", "diff them", "count the changed lines of each", "show the diff of each"),
    ),
}
USED: Final[tuple[tuple[str, str, float], ...]] = (
    ("changed", "typecheck", 4),
    ("changed", "ruff_check", 4),
    ("changed", "git_log", 1.5),
    ("changed", "read_file", 1.5),
    ("changed", "pytest_run", 1.5),
    ("changed", "document_symbols", 0.7),
    ("changed", "git_diff", 1.5),
    ("staged", "typecheck", 1.2),
    ("staged", "ruff_check", 1.2),
    ("staged", "read_file", 0.6),
    ("staged", "git_log", 0.6),
    ("diff", "typecheck", 1.2),
    ("diff", "ruff_check", 1.2),
    ("diff", "git_log", 0.8),
    ("diff", "document_symbols", 0.5),
    ("type_errors", "git_log", 2),
    ("type_errors", "ruff_check", 1.2),
    ("type_errors", "read_file", 1.2),
    ("type_errors", "document_symbols", 0.6),
    ("type_errors", "git_diff", 0.7),
    ("violations", "git_log", 2),
    ("violations", "typecheck", 1.2),
    ("violations", "read_file", 1.2),
    ("violations", "git_diff", 0.7),
    ("references", "typecheck", 1.5),
    ("references", "ruff_check", 0.8),
    ("references", "git_log", 0.8),
    ("references", "read_file", 0.6),
    ("matches", "typecheck", 0.8),
    ("matches", "document_symbols", 0.8),
    ("matches", "git_log", 0.6),
    ("matches", "ruff_check", 0.6),
    ("failures", "git_log", 2),
    ("failures", "read_file", 1.2),
    ("failures", "typecheck", 1),
    ("failures", "git_diff", 0.7),
    ("failures", "ruff_check", 0.8),
)


class Request(NamedTuple):
    """
    A request to do something with files that a tool yields.

    Args:
        prompt: its words.
        arguments: of the first tool.
        first: only the first file counts.
        code: of both steps.

    """

    prompt: str
    arguments: tuple[object, ...]
    first: bool
    code: str


def each_request(draw: Draw, selection: str, action: str, *, first: bool) -> Request:
    """A request to do something with every file, or the first, of a selection."""
    chosen, act = SELECTIONS[selection], ACTIONS[action]
    place, arguments_in = _subject(draw, selection)
    nouns = {"one": _first(chosen.one) if first else chosen.one, "many": chosen.many}
    slots = {**place, **{name: expand(draw, phrase, place) for name, phrase in nouns.items()}}
    slots |= {
        name: expand(draw, draw.any(deeds), {}) for name, deeds in zip(("do", "them"), DEEDS[action], strict=True)
    }
    every = (*act.templates, *_SHAPES)
    templates = [text for text in every if "{one}" in text] if first else every
    prompt = dress(draw, expand(draw, draw.pick(templates), slots), slots)
    arguments = arguments_in(prompt)
    head = f"{chosen.variable} = {call(chosen.tool, *arguments)}\n{chosen.head}"
    names = chosen.names
    if needs_python(selection, action):
        names = f'{names[:-1]} {"and" if " if " in names else "if"} f.file.endswith(".py")]'
    names = f"{names}[:1]" if first else names
    return Request(prompt, arguments, first, f"{head}\nfor name in {names}:\n    {act.code}")


def needs_python(selection: str, action: str) -> bool:
    """Whether other files than Python's may be selected that the action cannot take."""
    return selection in {"changed", "staged", "diff"} and action in {
        "typecheck",
        "ruff_check",
        "pytest_run",
        "document_symbols",
    }


def _each(selection: str, action: str) -> Callable[[Draw], tuple[Turn, ...]]:
    def make(draw: Draw) -> tuple[Turn, ...]:
        request = each_request(draw, selection, action, first=draw.chance(0.15))
        return asked(request.prompt), called(request.code)

    return make


def _first(phrase: str) -> str:
    return phrase.replace("(every|each)", "the first", 1)


def _subject(draw: Draw, selection: str) -> tuple[Mapping[str, str], Callable[[str], tuple[object, ...]]]:
    """The slots that say where the files come from, and the first call's arguments once the prompt is known."""
    if selection in {"references", "matches"}:
        arguments, slots = started(draw, "goto_definition" if selection == "references" else "workspace_symbols")
        return slots, lambda _: arguments
    if SELECTIONS[selection].tool.startswith("git"):
        about = whole_project(draw) if draw.chance(0.5) else git_target(draw)
    else:
        about = (test_target if selection == "failures" else code_target)(draw)
    return about.slots, lambda prompt: (about.named_in(prompt),)


INTENTS: Final = tuple(Intent("workflows", f"{one}_{act}", _each(one, act), weight * 0.35) for one, act, weight in USED)
