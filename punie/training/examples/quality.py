"""Plain requests for the type checker, the linter and the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.frames import ANY, COMPOUND, LIST, framed
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.phrasing import ask
from punie.training.examples.snippets import summary
from punie.training.examples.vocabulary import Target, code_target, test_target

TYPECHECK_CLAUSES: Final = lines("""
!{typecheck_verb} {np}
!{typecheck_verb} {np}
!{check} {np} for {type_errors}
!(run|do|perform|start) a (type check|typing check|static type check) {on}
!(run|use|start) (the type checker|ty|typecheck) {on}
!make sure (that|) {np} (type-checks|is well typed|is typed correctly)
!see (if|whether) {np} (type-checks|is well typed|passes the type checker)
!look for {type_errors} {in}
!find (the|all|any|) {type_errors} {in}
!check (if|whether|that) the types {in} are (right|correct|fine|consistent)
""")
RUFF_CLAUSES: Final = lines("""
!{lint_verb} {np}
!{lint_verb} {np}
!{check} {np} for {violations}
!(run|do|perform|start) (a lint check|a lint run|a style check|linting) {on}
!(run|use|start) (ruff|the linter|ruff_check) {on}
!make sure (that|) {np} (is lint-free|is clean for ruff|passes the linter)
!see (if|whether) {np} (is lint-clean|passes the linter|passes ruff)
!look for {violations} {in}
!find (the|all|any|) {violations} {in}
!check (if|whether|that) {np} (follows|keeps to) our (style|lint) rules
""")
PYTEST_CLAUSES: Final = lines("""
!{test_verb} {np}
!{test_verb} {np}
!(run|execute|start|launch) (the|all|our) {tests} {in}
!(run|use|start) (pytest|pytest_run|the test runner) {on}
!see (if|whether) the {tests} {in} (pass|are green|succeed|still work)
!check (if|whether|that) the {tests} {in} (pass|are green|succeed|still pass)
!make sure (that|) the {tests} {in} (pass|are green|still pass)
!look for {failures} {in}
!find (the|all|any|) {failures} {in}
""")
TYPECHECK: Final = (
    *TYPECHECK_CLAUSES,
    *wordings("typecheck"),
    *framed((*LIST, *ANY, *COMPOUND), "{type_errors}", "{type_error}"),
    *lines("""
does {np} (type-check|typecheck|pass the type checker|pass type checking) {now}?
what does (the type checker|ty|typecheck|a type check) (say|report|find|tell us) (about|for) {np}?
is {np} (well typed|typed correctly|clean in terms of types|type safe|fully typed)?
are the types {in} (correct|right|fine|ok|consistent|sound) {now}?
are the (annotations|type hints|types) {in} (right|correct|consistent|valid)?
(type check|typecheck|types|typing) {np}
(type checker|type check|ty|typecheck) (report|output|results|result) for {np}
I need (a type check|the type checker's opinion|the typing report) (of|on|for) {np}
I (changed|edited|refactored|annotated|rewrote) {np}, (do the types still check|are the types still fine|does it \
still type-check)?
I think I broke the (types|annotations|type hints) {in}
I want to know (if|whether) {np} (type-checks|is well typed)
we (added|changed) some annotations {in}, (check them|are they right|do they hold)
there might be {type_errors} {in}, (have a look|check it|please look)
something is wrong with the (types|annotations) {in}, what is it?
how (good|healthy|clean) are the types {in}?
how does {np} do in (the type check|terms of types|static typing)?
what is wrong with the (types|annotations|type hints) {in}?
what (typing|type) mistakes did I make {in}?
would {np} pass (a type check|the type checker|static typing)?
anything wrong with the (types|typing|annotations|type hints) {in}?
before merging I want {np} type-checked
the annotations {in} may be wrong, verify them
static typing status of {np}?
{np} needs a type check
{np}: types ok?
what is the (typing|type) (situation|state|status) {in}?
does {np} (satisfy|please|get past|survive|get through) the type checker {now}?
do my (edits|changes|annotations) {in} (satisfy|pass|please) the type checker?
(is|are) there (something|anything|bugs|mistakes) (wrong|) in the typing {in}?
after my (edits|changes|refactoring), does {np} (type-check|pass the type checker|satisfy the type checker)?
any (bugs|mistakes|trouble) with types {in}?
how do the types {in} look?
could the type checker (be unhappy with|dislike|reject) {np}?
(call|use) typecheck (with|on|for) {np}
typecheck{args}
what happens if we type-check {np}?
check my (type hints|annotations|typing) {in}
{np}: (run a type check|type check it|check the types)
can {np} be trusted (type-wise|in terms of types)?
did my last edit break the types {in}?
"""),
)
RUFF: Final = (
    *RUFF_CLAUSES,
    *wordings("ruff_check"),
    *framed((*LIST, *ANY, *COMPOUND), "{violations}", "{violation}"),
    *lines("""
does {np} pass {linter} {now}?
what does {linter} (say|report|find|complain about) (about|for|in) {np}?
is {np} (lint-free|lint clean|clean for ruff|in good style|tidy|free of lint)?
(lint|ruff|linting|style check) {np}
(ruff|linter|lint|linting) (report|output|results|result) for {np}
I need (a lint check|the linter's opinion|the lint report|a ruff run) (of|on|for) {np}
I (changed|edited|refactored|cleaned up|rewrote) {np}, (is the style fine|does ruff still pass|is it lint-clean)?
I think the (style|formatting|imports) {in} (is|are) a mess, check with ruff
I want to know (if|whether) {np} (passes the linter|is lint-clean|passes ruff)
we want {np} to be lint-clean, (what is missing|is it|how far are we)?
there might be {violations} {in}, (have a look|check it|please look)
how (clean|tidy) is {np} (according to|for|in the eyes of) {linter}?
does {np} follow the (style guide|code style|lint rules|style rules)?
what style (mistakes|rules) did I (make|break) {in}?
which (lint|style) rules does {np} (break|violate)?
would {np} pass (the lint check|the linter|ruff)?
anything ruff (dislikes|does not like|complains about) {in}?
before merging I want {np} linted
unused imports or other lint {in}?
lint status of {np}?
{np} needs a lint check
{np}: lint ok?
what is the (lint|style|linting) (situation|state|status) {in}?
does {np} (satisfy|please|get past|survive|get through) (ruff|the linter) {now}?
do my (edits|changes) {in} (satisfy|pass|please) (ruff|the linter)?
after my (edits|changes|refactoring), does {np} (pass ruff|pass the linter|satisfy the linter)?
does (my|our) code {in} have {violations}?
how does {np} look in terms of (lint|style|code style)?
could ruff (be unhappy with|dislike|reject) {np}?
(call|use) ruff_check (with|on|for) {np}
ruff_check{args}
what happens if we lint {np}?
any (style|lint|linting) trouble {in}?
any unused (imports|variables) or (style slips|long lines) {in}?
is {np} (written|formatted) in good style?
{np}: (run ruff|lint it|check the style)
is the (style|code style) {in} (fine|ok|alright|acceptable)?
are there unused imports, long lines or other {violations} {in}?
did my last edit break the lint check {in}?
"""),
)
PYTEST: Final = (
    *PYTEST_CLAUSES,
    *wordings("pytest_run"),
    *framed((*LIST, *ANY, *COMPOUND), "{failures}", "{failure}"),
    *lines("""
do (the|all|our|my) {tests} {in} pass {now}?
(are|are) (the|all|our|my) {tests} {in} (green|passing|ok|fine|healthy) {now}?
is the test suite {in} (green|passing|ok|red|broken) {now}?
what (is the|are the) (test results|result of the tests|outcome of the tests) {in}?
what does pytest (say|report|tell us) (about|for) {np}?
which {tests} {in} (fail|are broken|do not pass|are red)?
which {tests} are failing {in}?
what (fails|is failing|is broken) in the tests {in}?
how (do|did) the {tests} {in} (go|do|look)?
how are the {tests} {in} doing {now}?
pytest {np}
(test|pytest|test run) (report|output|results|result|status) for {np}
tests {in}
I need (a test run|the test results|the tests run) {in}
I (changed|edited|refactored|fixed|rewrote) some code, do the {tests} {in} still pass?
I think I broke (a test|some tests|the tests) {in}
I want to know (if|whether) the {tests} {in} (pass|are green|still pass)
there might be {failures} {in}, (have a look|check it|please look)
did (I|we|somebody|my change|the refactoring) break (any|some) {tests} {in}?
does everything {in} still pass?
does {np} pass (its|the|all its|all) tests?
anything (red|failing|broken) in the tests {in}?
before merging I want the tests {in} run
{np}: do the tests pass?
{np}: run the tests
{np} needs a test run
will CI be green for {np}? run the tests
how healthy is the test suite {in}?
are we green {in}?
what is the (test|testing) (situation|state|status) {in}?
what is (broken|failing|red) in the tests {in} {now}?
(call|use) pytest_run (with|on|for) {np}
pytest_run{args}
what happens if we run the tests {in}?
run (them all|all of them|the lot): the tests {in}
which tests {in} failed and why?
!run {np} and (tell|show) me what (failed|fails|broke) and why
!run the tests {in} and (tell|show) me (what|which ones) (failed|fail|broke)
do the tests {in} (work|run|hold) (after my change|)?
are there (regressions|broken tests) {in}?
did my (edits|changes) break the tests {in}?
test results {in}?
did the {tests} {in} succeed?
"""),
)


def _plain(tool: str, templates: Sequence[str], target: Callable[[Draw], Target]) -> Callable[[Draw], tuple[Turn, ...]]:
    def make(draw: Draw) -> tuple[Turn, ...]:
        prompt, path = ask(draw, templates, target(draw))
        return asked(prompt), called(summary(tool, path))

    return make


INTENTS: Final = (
    Intent("quality", "typecheck", _plain("typecheck", TYPECHECK, code_target), 3),
    Intent("quality", "ruff_check", _plain("ruff_check", RUFF, code_target), 3),
    Intent("quality", "pytest_run", _plain("pytest_run", PYTEST, test_target), 3),
)
