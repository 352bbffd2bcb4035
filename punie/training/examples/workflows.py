"""Requests that need two or three tools at once: together, under a condition, or compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.git import DIFF_CLAUSES, LOG_CLAUSES, STATUS_CLAUSES
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.phrasing import clause, dress
from punie.training.examples.quality import PYTEST_CLAUSES, RUFF_CLAUSES, TYPECHECK_CLAUSES
from punie.training.examples.snippets import call, literal
from punie.training.examples.vocabulary import (
    Target,
    code_target,
    directory,
    place,
    python_file,
    test_directory,
    test_target,
    whole_project,
)


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
_JOINED: Final = lines("""
!{a} and {b}
!{a} and then {b}
!{a}, then {b}
!{a}. Then {b}
!{a}; {b}
!{a} and also {b}
!{a}, and {b} (too|as well|)
!{a}, afterwards {b}
!{a}. After that {b}
!{a}. Also {b}
first {a}, then {b}
first {a}, and after that {b}
I want you to {a} and {b}
can you {a} and {b}?
two things: {a} and {b}
step one: {a}. Step two: {b}
do both: {a} and {b}
once you are done with it ({a}), {b}
before anything else {a}, then {b}
(I need both:|both please:) {a}, {b}
""")
_TRIPLES: Final = (
    ("git_status", "typecheck", "pytest_run"),
    ("git_status", "ruff_check", "typecheck"),
    ("git_status", "git_diff", "git_log"),
    ("pytest_run", "typecheck", "ruff_check"),
    ("ruff_check", "typecheck", "pytest_run"),
    ("git_diff", "ruff_check", "pytest_run"),
    ("typecheck", "pytest_run", "git_log"),
)
_THREE: Final = lines("""
!{a}, {b} and {c}
!{a}, then {b}, then {c}
first {a}, then {b}, (finally|and finally|and at last) {c}
three things: {a}, {b} and {c}
!{a}. {b}. {c}
!{a}; {b}; {c}
!{a} and {b}, and then {c}
!{a}, {b}, and {c} (too|as well|at the end)
""")
_TWO_COUNTS: Final = lines("""
how many {x} and how many {y} (are there|do we have) {in}?
how many {x} and {y} does {np} have?
!(count|list|report|give me) the {x} and the {y} {in}
(are there|do we have) (any|) {x} or {y} {in}?
{np}: {x} and {y}?
!check {np} for {x} and for {y}
!check {np} for both {x} and {y}
does {np} have {x} or {y}?
is {np} free of {x} and {y}?
number of {x} and number of {y} {in}
I need the {x} and the {y} {in}
both the {x} and the {y} {in}, please
!tell me (about|how many|the number of) {x} and {y} {in}
""")
_ALL_THREE: Final = lines("""
!run (all|all the|the full|every|the complete) (checks|check|quality check|quality gate|set of checks) (on|for|over) \
{np}
!run (types, lint and tests|the type checker, ruff and the tests|typecheck, ruff and pytest) {on}
!check types, lint and tests {in}
!{a}, {b} and {c}
first {a}, then {b}, then {c}
{a}. Then {b}. Finally {c}
is {np} (ready to|ready for a) (merge|release|ship|review)? types, lint and tests
(types, lint and tests|type check, lint check and tests) (of|for) {np}?
is everything fine {in}: types, style and tests?
(a|the) (health|quality) (check|report) (for|of) {np}: types, lint and tests
do types, lint and tests (pass|look good) {in}?
are types, style and tests (ok|fine|green) {in}?
before I (merge|push|release): types, lint and tests {in}
I want types, lint and tests (checked|verified) {in}
how many {x}, {y} and {z} does {np} have?
{np}: type errors, lint violations and failing tests?
full (report|check) (on|of|for) {np}: typing, linting, testing
""")


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


class Request(NamedTuple):
    """
    A request for two tools on the same path.

    Args:
        prompt: its words.
        path: the path of both.
        tools: in order.
        code: of both steps.

    """

    prompt: str
    path: str
    tools: tuple[str, str]
    code: str


def together_request(draw: Draw) -> Request:
    """A request to run one tool and then another one."""
    first, second = draw.any(PAIRS)
    about = (test_target if "pytest_run" in (first, second) and draw.chance(0.5) else code_target)(draw)
    if first.startswith("git") and draw.chance(0.5):
        about = whole_project(draw)
    slots = {
        "a": clause(draw, STEPS[first].clauses, slots_of(about)),
        "b": clause(draw, STEPS[second].clauses, it(draw) if draw.chance(0.6) else slots_of(about)),
    }
    every = {**slots_of(about), **slots}
    prompt = dress(draw, expand(draw, draw.pick(_JOINED), every), every)
    path = about.named_in(prompt)
    return Request(prompt, path, (first, second), f"{code_of(first, path)}\n{code_of(second, path)}")


def _together(draw: Draw) -> tuple[Turn, ...]:
    request = together_request(draw)
    return asked(request.prompt), called(request.code)


def _three(draw: Draw) -> tuple[Turn, ...]:
    tools = draw.any(_TRIPLES)
    about = code_target(draw)
    first, *others = tools
    slots = {
        **slots_of(about),
        "a": clause(draw, STEPS[first].clauses, slots_of(about)),
        "b": clause(draw, STEPS[others[0]].clauses, it(draw)),
        "c": clause(draw, STEPS[others[1]].clauses, it(draw)),
    }
    return _asked(draw, _THREE, about, slots, tools)


def _two_paths(draw: Draw) -> tuple[Turn, ...]:
    first, second = draw.any(PAIRS)
    one = place(draw, draw.any((python_file, directory))(draw))
    two = place(draw, draw.any((test_directory, directory, python_file))(draw))
    slots = {
        "a": _naming(draw, STEPS[first].clauses, one),
        "b": _naming(draw, STEPS[second].clauses, two),
    }
    prompt = dress(draw, expand(draw, draw.pick(_JOINED), slots), slots)
    return asked(prompt), called(f"{code_of(first, one.path)}\n{code_of(second, two.path)}")


def _naming(draw: Draw, clauses: Sequence[str], about: Target) -> str:
    """A clause that names the target's path."""
    return clause(draw, [item for item in clauses if any(slot in item for slot in ("{np}", "{in}", "{on}"))],
        slots_of(about))  # fmt: skip


def _counts(draw: Draw) -> tuple[Turn, ...]:
    first, second = draw.any([pair for pair in PAIRS if set(pair) <= set(QUALITY)])
    about = code_target(draw)
    nouns = {"x": expand(draw, STEPS[first].nouns, {}), "y": expand(draw, STEPS[second].nouns, {})}
    return _asked(draw, _TWO_COUNTS, about, nouns, (first, second))


def _all_three(draw: Draw) -> tuple[Turn, ...]:
    about = code_target(draw)
    slots = {
        "a": clause(draw, TYPECHECK_CLAUSES, slots_of(about)),
        "b": clause(draw, RUFF_CLAUSES, it(draw)),
        "c": clause(draw, PYTEST_CLAUSES, it(draw)),
        **{name: expand(draw, STEPS[tool].nouns, {}) for name, tool in zip("xyz", QUALITY, strict=True)},
    }
    return _asked(draw, _ALL_THREE, about, slots, QUALITY)


def _asked(
    draw: Draw, templates: Sequence[str], about: Target, slots: Mapping[str, str], tools: Sequence[str]
) -> tuple[Turn, ...]:
    every = {**slots_of(about), **slots}
    prompt = dress(draw, expand(draw, draw.pick(templates), every), every)
    path = about.named_in(prompt)
    return asked(prompt), called("\n".join(code_of(tool, path) for tool in tools))


_IF: Final = lines("""
!{a} and if {cond}, {b}
!{a}. If {cond}, {b}
!{a}; if {cond}, {b}
!{a}, and if {cond} then {b}
!{a}, and only if {cond} {b}
!{a} and {b} (only|) if {cond}
!{a}. {b} only if {cond}
!{a} and (when|in case|as soon as|provided that) {cond}, {b}
!{a} and, if {cond}, {b}
first {a}; if {cond}, {b}
if {cond} {in}, {b}
if {cond} {in}, then {b}
{b}, but only if {cond} {in}
{b} if {cond} {in}
(when|in case|provided) {cond} {in}, {b}
only if {cond} {in}: {b}
should it turn out that {cond} {in}, {b}
!{a}, and only if {cond}, {b}
!{a} and {b}, but only if {cond}
!{a} first, and {b} (only|just|) if {cond}
as long as {cond} {in}, {b}
assuming {cond} {in}, {b}
{b} as long as {cond} {in}
{b} provided (that|) {cond} {in}
{b} unless {anti} {in}
unless {anti} {in}, {b}
!{a} and {b} unless {anti}
!{a}; unless {anti}, {b}
if {gerund} {works}, {b}
if {gerund} {works}, {b}
{b} if {gerund} {works}
when {gerund} {works}, {b}
""")
_IF_ELSE: Final = lines("""
!{a}. If {cond}, {b}, otherwise {say}
!{a} and if {cond}, {b}, else {say}
if {cond} {in}, {b}, otherwise {say}
if {cond} {in}, {b}; if not, {say}
{b} if {cond} {in}, else {say}
!{a}; {b} if {cond}, otherwise {say}
""")
_WORKS: Final = ("passes", "succeeds", "finds nothing", "comes back clean", "turns up nothing", "is clean")
_FAILS: Final = ("fails", "finds something", "turns up problems", "shows problems", "does not come back clean")
_SAY: Final = ("stop", "done", "skip", "nothing to do", "not now", "not ready", "all good", "fix first", "wait", "no")


class Conditional(NamedTuple):
    """
    A request for a tool under a condition on another one.

    Args:
        prompt: its words.
        path: the path of both.
        first: tool whose result decides.
        second: tool that may follow.
        clean: it follows when nothing was found; otherwise when something was.
        code: of both steps.

    """

    prompt: str
    path: str
    first: str
    second: str
    clean: bool
    code: str


def _conditional(draw: Draw) -> tuple[Turn, ...]:
    request = conditional_request(draw)
    return asked(request.prompt), called(request.code)


def conditional_request(draw: Draw) -> Conditional:
    """A request with a condition, and now and then an alternative to say."""
    first = draw.any(("typecheck", "ruff_check", "pytest_run", "git_status"))
    second = draw.any([name for name in STEPS if name != first])
    clean = draw.chance(0.5)
    about = whole_project(draw) if first == "git_status" else code_target(draw)
    condition = expand(draw, draw.pick(STEPS[first].clean if clean else STEPS[first].dirty), {})
    word = draw.any(_SAY)
    slots = {
        **slots_of(about),
        "a": clause(draw, STEPS[first].clauses, slots_of(about)),
        "b": clause(draw, STEPS[second].clauses, it(draw) if draw.chance(0.6) else {**it(draw), "np": "the tests"}
            if second == "pytest_run" and draw.chance(0.3) else it(draw)),
        "cond": condition,
        "anti": expand(draw, draw.pick(STEPS[first].dirty if clean else STEPS[first].clean), {}),
        "gerund": expand(draw, STEPS[first].gerund, slots_of(about)),
        "works": draw.any(_WORKS if clean else _FAILS),
        "say": draw.any((f"say '{word}'", f'print "{word}"', f"answer '{word}'", f"just say '{word}'")),
    }  # fmt: skip
    other = draw.chance(0.3)
    prompt = dress(draw, expand(draw, draw.pick(_IF_ELSE if other else _IF), slots), slots)
    path = about.named_in(prompt)
    test = STEPS[first].is_clean if clean else f"not {STEPS[first].is_clean}"
    code = f"{code_of(first, path)}\nif {test}:\n{code_of(second, path, indent='    ')}"
    code = f"{code}\nelse:\n    print({literal(word)})" if other else code
    return Conditional(prompt, path, first, second, clean, code)


INTENTS: Final = (
    Intent("workflows", "together", _together, 3),
    Intent("workflows", "three", _three, 1),
    Intent("workflows", "two_paths", _two_paths, 1),
    Intent("workflows", "counts", _counts, 1),
    Intent("workflows", "all_three", _all_three, 1.2),
    Intent("workflows", "conditional", _conditional, 4),
)
