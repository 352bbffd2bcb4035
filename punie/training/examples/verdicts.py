"""Questions that one number of a quality tool decides, and reports of chosen numbers in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.phrasing import ask
from punie.training.examples.snippets import answer, call, literal
from punie.training.examples.steps import STEPS
from punie.training.examples.vocabulary import Target, code_target, test_target

Make = Callable[[Draw], tuple[Turn, ...]]


class Judged(NamedTuple):
    """
    A tool whose numbers are asked for.

    Args:
        decides: the field that decides; zero is clean.
        numbers: fields to report and what developers call them.
        target: draws the path.

    """

    decides: str
    numbers: tuple[tuple[str, str], ...]
    target: Callable[[Draw], Target]


JUDGED: Final[dict[str, Judged]] = {
    "typecheck": Judged(
        "error_count",
        (("error_count", "number of type errors"), ("warning_count", "number of type warnings")),
        code_target,
    ),
    "ruff_check": Judged(
        "violation_count",
        (("violation_count", "number of violations"), ("fixable_count", "number of fixable violations")),
        code_target,
    ),
    "pytest_run": Judged(
        "failed",
        (
            ("passed", "number of passed tests"),
            ("failed", "number of failed tests"),
            ("errors", "number of tests with errors"),
            ("skipped", "number of skipped tests"),
            ("duration", "duration"),
        ),
        test_target,
    ),
}
_VERDICT: Final = lines("""
if there are {x} {in}, tell me how many, otherwise say '{w}'
if {np} has any {x}, (print|give me) the number, else (print|say) '{w}'
!(say|print|answer) '{w}' if {np} has no {x}, otherwise (say|print) how many there are
!check {np}: with no {x} say '{w}', with some of them print their number
'{w}' or the number of {x} {in}, please
are there {x} {in}? if so how many, if not just '{w}'
!look for {x} {in}; when there are none, answer '{w}', when there are some, count them
I want to read '{w}' when {np} is free of {x}, and their number when it is not
only when there are {x} {in} I need the number, else '{w}' will do
zero {x} {in} means '{w}', anything above zero: show me the number
depending on the {x} {in}: none gives '{w}', some gives the count
provided that no {x} turn up {in}, print '{w}'; if they do, print how many
does {np} have {x}? a number if yes, '{w}' if no
!report how many {x} {np} has, or '{w}' if it has none
""")
_WORDS: Final = ("all clean", "ready", "fine", "ship it", "good to go", "no problems", "nothing to do", "green", "ok")
_REPORT: Final = lines("""
!report {numbers} {in} in one line
one line with {numbers} {in}
!(print|show) {numbers} {in}, (separated by|with) commas
!put {numbers} {in} (on|into) a single line
!give me {numbers} {in} as name and value
a short line for my notes: {numbers} {in}
{np}: {numbers}, in a line
what are {numbers} {in}? a line of names and values is enough
I need {numbers} {in} for a log line
!format {numbers} {in} as one status line
for the (dashboard|status page|build log): {numbers} {in}
!write out {numbers} {in}, labelled
""")


def verdict(tool: str) -> Intent:
    """Ask for a word when nothing is found and for the number when something is."""
    judged = JUDGED[tool]

    def make(draw: Draw) -> tuple[Turn, ...]:
        word = draw.any(_WORDS)
        slots = {"x": expand(draw, STEPS[tool].nouns, {}), "w": word}
        prompt, path = ask(draw, _VERDICT, judged.target(draw), slots)
        test = f"if result.{judged.decides} > 0:\n    print(result.{judged.decides})"
        body = f"{test}\nelse:\n    print({literal(word)})"
        return asked(prompt), called(answer(call(tool, path), body))

    return Intent("verdicts", f"{tool}_verdict", make)


def report(tool: str) -> Intent:
    """Ask for some of the numbers in one line."""
    judged = JUDGED[tool]

    def make(draw: Draw) -> tuple[Turn, ...]:
        chosen = draw.some(judged.numbers, 2, 3)
        named = [f"the {name}" for _, name in chosen]
        slots = {"numbers": f"{', '.join(named[:-1])} and {named[-1]}"}
        prompt, path = ask(draw, _REPORT, judged.target(draw), slots)
        shown = ", ".join(f"{field}={{result.{field}}}" for field, _ in chosen)
        return asked(prompt), called(answer(call(tool, path), f'print(f"{shown}")'))

    return Intent("verdicts", f"{tool}_report", make)
