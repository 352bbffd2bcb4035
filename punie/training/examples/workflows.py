"""Requests that need two or three tools at once: together, under a condition, or compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.phrasing import clause, dress
from punie.training.examples.quality import PYTEST_CLAUSES, RUFF_CLAUSES, TYPECHECK_CLAUSES
from punie.training.examples.snippets import literal
from punie.training.examples.steps import (
    NAMING,
    PAIRS,
    QUALITY,
    STEPS,
    code_of,
    it,
    named_slots,
    slots_of,
    verdict_slots,
)
from punie.training.examples.vocabulary import (
    Target,
    code_target,
    count_word,
    directory,
    place,
    python_file,
    test_directory,
    test_target,
    whole_project,
)

_JOINED: Final = (
    *lines("""
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
"""),
    *wordings("joined"),
)
_TRIPLES: Final = (
    ("git_status", "typecheck", "pytest_run"),
    ("git_status", "ruff_check", "typecheck"),
    ("git_status", "git_diff", "git_log"),
    ("pytest_run", "typecheck", "ruff_check"),
    ("ruff_check", "typecheck", "pytest_run"),
    ("git_diff", "ruff_check", "pytest_run"),
    ("typecheck", "pytest_run", "git_log"),
)
_THREE: Final = (
    *lines("""
!{a}, {b} and {c}
!{a}, then {b}, then {c}
first {a}, then {b}, (finally|and finally|and at last) {c}
three things: {a}, {b} and {c}
!{a}. {b}. {c}
!{a}; {b}; {c}
!{a} and {b}, and then {c}
!{a}, {b}, and {c} (too|as well|at the end)
"""),
    *wordings("three"),
)
_TWO_COUNTS: Final = (
    *lines("""
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
"""),
    *wordings("counts"),
)
_ALL_THREE: Final = (
    *lines("""
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
"""),
    *wordings("all_three"),
)


# Wordings with more than the two orders say one path for both.
_NOUNS: Final = re.compile(r"\{(?!a\}|b\})")
_LINE_EACH: Final = wordings("one_line_each")
_THRESHOLD: Final = wordings("threshold")


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
        **named_slots(draw, (first, second), about),
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
        **named_slots(draw, tools, about),
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
    templates = [text for text in _JOINED if not _NOUNS.search(text)]
    prompt = dress(draw, expand(draw, draw.pick(templates), slots), slots)
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
        **named_slots(draw, QUALITY, about),
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


_IF: Final = (
    *lines("""
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
"""),
    *wordings("conditional"),
)
_IF_ELSE: Final = (
    *lines("""
!{a}. If {cond}, {b}, otherwise {say}
!{a} and if {cond}, {b}, else {say}
if {cond} {in}, {b}, otherwise {say}
if {cond} {in}, {b}; if not, {say}
{b} if {cond} {in}, else {say}
!{a}; {b} if {cond}, otherwise {say}
"""),
    *wordings("conditional_else"),
)
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
        **named_slots(draw, (first, second), about),
        **verdict_slots(draw, first, about, clean=clean),
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


def _line_each(draw: Draw) -> tuple[Turn, ...]:
    tools = draw.some(("typecheck", "ruff_check", "pytest_run", "git_status", "git_diff"), 2, 4)
    about = code_target(draw)
    names = [expand(draw, NAMING[tool].report, {}).removeprefix("the ") for tool in tools]
    return _asked(draw, _LINE_EACH, about, {"r": f"{', '.join(names[:-1])} and {names[-1]}"}, tools)


def _threshold(draw: Draw) -> tuple[Turn, ...]:
    first, limit = draw.any(QUALITY), draw.any((2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 99, 100, 120))
    second = draw.any([name for name in STEPS if name != first])
    about, step = code_target(draw), STEPS[first]
    slots = {
        **slots_of(about),
        "a": clause(draw, step.clauses, slots_of(about)),
        "b": clause(draw, STEPS[second].clauses, it(draw)),
        "n": count_word(draw, limit),
        "x": expand(draw, step.nouns, {}),
    }
    prompt = dress(draw, expand(draw, draw.pick(_THRESHOLD), slots), slots)
    path = about.named_in(prompt)
    test = f"if {step.variable}.{step.count} > {limit}:"
    return asked(prompt), called(f"{code_of(first, path)}\n{test}\n{code_of(second, path, indent='    ')}")


INTENTS: Final = (
    Intent("workflows", "line_each", _line_each, 1),
    Intent("workflows", "threshold", _threshold, 0.8),
    Intent("workflows", "together", _together, 3),
    Intent("workflows", "three", _three, 1),
    Intent("workflows", "two_paths", _two_paths, 1),
    Intent("workflows", "counts", _counts, 1),
    Intent("workflows", "all_three", _all_three, 1.2),
    Intent("workflows", "conditional", _conditional, 4),
)
