"""Requests that compare or add the findings of two paths or of two tools."""

from __future__ import annotations

from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.files import READ_CLAUSES
from punie.training.examples.git import DIFF_CLAUSES
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.navigation import OUTLINE_CLAUSES
from punie.training.examples.phrasing import clause, dress
from punie.training.examples.quality import PYTEST_CLAUSES, RUFF_CLAUSES, TYPECHECK_CLAUSES
from punie.training.examples.snippets import call, literal
from punie.training.examples.steps import PAIRS, QUALITY, STEPS
from punie.training.examples.vocabulary import Target, code_target, directory, place, python_file, test_directory

_COMPARED: Final = (
    *lines("""
which has more {x}, {p} or {q}?
which one has more {x}: {p} or {q}?
(does|has) {p} (have|) more {x} than {q}?
are there more {x} in {p} or in {q}?
are there more {x} in {p} than in {q}?
!compare the number of {x} in {p} and {q}
!compare {p} and {q} (by|in terms of|with regard to) {x}
!compare {p} with {q}: which has more {x}?
{p} or {q}: where are more {x}?
{p} versus {q}: {x}?
where are more {x}, in {p} or in {q}?
which of {p} and {q} has more {x}?
which is worse in terms of {x}, {p} or {q}?
which is cleaner, {p} or {q}, going by {x}?
is {p} worse than {q} when it comes to {x}?
(what is|tell me) the difference in {x} between {p} and {q}
!check {p} and {q} and tell me which has more {x}
"""),
    *wordings("compared"),
)
_SUMMED: Final = (
    *lines("""
how many {x} do {p} and {q} have (together|in total|in sum|altogether)?
how many {x} are there in {p} and {q} (together|in total|combined)?
what is the total number of {x} in {p} and {q}?
!add up the {x} (in|of) {p} and {q}
!sum the {x} (in|of) {p} and {q}
(total|sum of the) {x} in {p} and {q}
the {x} of {p} plus those of {q}, as one number
{p} and {q} together: how many {x}?
combined number of {x} in {p} and {q}?
!count the {x} in both {p} and {q} and add them
"""),
    *wordings("summed"),
)


def _compare(draw: Draw) -> tuple[Turn, ...]:
    tool = draw.any(QUALITY)
    step = STEPS[tool]
    one, two = _two(draw, tool)
    slots = {"x": expand(draw, step.nouns, {}), "p": one.np, "q": two.np}
    summed = draw.chance(0.35)
    prompt = dress(draw, expand(draw, draw.pick(_SUMMED if summed else _COMPARED), slots), slots)
    head = f"a = {call(tool, one.path)}\nb = {call(tool, two.path)}\n"
    x, y = f"a.{step.count}", f"b.{step.count}"
    if summed:
        return asked(prompt), called(f'{head}print(f"total {{{x} + {y}}}: {{{x}}} and {{{y}}}")')
    return asked(prompt), called(f'{head}print(f"first {{{x}}}, second {{{y}}}")\n{_more(x, y, ("first", "second"))}')


def _more(x: str, y: str, names: tuple[str, str]) -> str:
    return f'print("more: {names[0]}" if {x} > {y} else "more: {names[1]}" if {y} > {x} else "equal")'


def _two(draw: Draw, tool: str) -> tuple[Target, Target]:
    if tool in {"document_symbols", "read_file"}:
        make = python_file
    else:
        make = draw.any((test_directory,) if tool == "pytest_run" else (python_file, directory))
    one, two = place(draw, make(draw)), place(draw, make(draw))
    while two.path == one.path:
        two = place(draw, make(draw))
    return one, two


_TOTAL: Final = (
    *lines("""
how many problems (are there|do we have) {in} in total, (type errors plus lint violations|types and lint together)?
what is the total number of {x} and {y} {in}?
!add up the {x} and the {y} {in}
sum of {x} and {y} {in}
{x} plus {y} {in}, as one number
how many {x} and {y} (together|altogether|combined|in total) does {np} have?
the total of {x} plus {y} {in}
"""),
    *wordings("total"),
)
_MORE: Final = (
    *lines("""
does {np} have more {x} or more {y}?
are there more {x} than {y} {in}?
what is more frequent {in}, {x} or {y}?
!compare the number of {x} with the number of {y} {in}
which are more {in}: {x} or {y}?
{np}: more {x} or more {y}?
what do we have more of {in}, {x} or {y}?
"""),
    *wordings("more_of"),
)


def _two_tools_one_number(draw: Draw) -> tuple[Turn, ...]:
    first, second = draw.any([pair for pair in PAIRS if set(pair) <= set(QUALITY)])
    if draw.chance(0.4):
        first, second = "typecheck", "ruff_check"
    about = code_target(draw)
    nouns = {"x": expand(draw, STEPS[first].nouns, {}), "y": expand(draw, STEPS[second].nouns, {})}
    summed = draw.chance(0.5)
    slots = {**about.slots, **nouns}
    template = draw.pick(_TOTAL if summed else _MORE)
    if "type errors plus" in template:
        first, second = "typecheck", "ruff_check"
    prompt = dress(draw, expand(draw, template, slots), slots)
    path = about.named_in(prompt)
    one, two = STEPS[first], STEPS[second]
    head = f"{one.variable} = {call(first, path)}\n{two.variable} = {call(second, path)}\n"
    x, y = f"{one.variable}.{one.count}", f"{two.variable}.{two.count}"
    if summed:
        return asked(prompt), called(f'{head}print(f"total {{{x} + {y}}}: {{{x}}} and {{{y}}}")')
    names = (one.variable, two.variable)
    return asked(prompt), called(f'{head}print(f"{names[0]} {{{x}}}, {names[1]} {{{y}}}")\n{_more(x, y, names)}')


_BOTH: Final = (
    *lines("""
!{a} and {q}
!{a} and {q} too
!{a}, and also {q}
!{a} as well as {q}
!{a}; do the same for {q}
!{a}. Then do the same (for|with) {q}
!{a} and do the same (for|with) {q}
"""),
    *wordings("both_paths"),
)
_EACH: Final[dict[str, str]] = {
    "typecheck": 'print(f"{name}: {result.error_count} errors, {result.warning_count} warnings")',
    "ruff_check": 'print(f"{name}: {result.violation_count} violations, {result.fixable_count} fixable")',
    "pytest_run": 'print(f"{name}: {result.passed} passed, {result.failed} failed")',
    "git_diff": 'print(f"{name}: +{result.additions} -{result.deletions}")',
    "document_symbols": 'print(f"{name}: {result.symbol_count} symbols")',
    "read_file": "print(name)\n    print(result)",
}
_EACH_CLAUSES: Final[dict[str, tuple[str, ...]]] = {
    "typecheck": TYPECHECK_CLAUSES,
    "ruff_check": RUFF_CLAUSES,
    "pytest_run": PYTEST_CLAUSES,
    "git_diff": DIFF_CLAUSES,
    "document_symbols": OUTLINE_CLAUSES,
    "read_file": READ_CLAUSES,
}


def _same_tool(draw: Draw) -> tuple[Turn, ...]:
    tool = draw.any(("typecheck", "ruff_check", "pytest_run", *_EACH))
    one, two = _two(draw, tool)
    # both paths stand at the clause's end: "lint src/ and tests/"
    clauses = [text for text in _EACH_CLAUSES[tool] if text.endswith(("{np}", "{in}", "{on}"))]
    slots = {"a": clause(draw, clauses, one.slots), "q": two.np}
    prompt = dress(draw, expand(draw, draw.pick(_BOTH), slots), slots)
    body = f"result = {tool}(name)\n    {_EACH[tool]}"
    return asked(prompt), called(f"for name in [{literal(one.path)}, {literal(two.path)}]:\n    {body}")


# Two numbers of one file: noun, call, variable, number.
_NUMBERS: Final = (
    ("symbols", "document_symbols", "outline", "outline.symbol_count"),
    ("(lines|lines of text)", "read_file", "text", "len(text.splitlines())"),
    ("{type_errors}", "typecheck", "types", "types.error_count"),
    ("{violations}", "ruff_check", "lint", "lint.violation_count"),
    ("(commits|commits in the log)", "git_log", "log", "len(log.commits)"),
    ("added lines", "git_diff", "diff", "diff.additions"),
)
_FILE_NUMBERS: Final = wordings("file_numbers")


def _file_numbers(draw: Draw) -> tuple[Turn, ...]:
    about, pair = place(draw, python_file(draw)), draw.rng.sample(_NUMBERS, 2)
    slots = {**about.slots, **{name: expand(draw, part[0], {}) for name, part in zip("xy", pair, strict=True)}}
    prompt = dress(draw, expand(draw, draw.pick(_FILE_NUMBERS), slots), slots)
    calls = [f"{variable} = {call(tool, about.path)}" for _, tool, variable, _ in pair]
    numbers = ", ".join(f"{variable} {{{number}}}" for _, _, variable, number in pair)
    return asked(prompt), called("\n".join((*calls, f'print(f"{numbers}")')))


INTENTS: Final = (
    Intent("workflows", "file_numbers", _file_numbers, 1),
    Intent("workflows", "same_tool", _same_tool, 1.6),
    Intent("workflows", "compare", _compare, 2),
    Intent("workflows", "one_number", _two_tools_one_number, 1.2),
)
