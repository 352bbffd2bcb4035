"""Requests that take something back: one tool is named but not wanted, another one is."""

from __future__ import annotations

from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.phrasing import clause, dress
from punie.training.examples.snippets import summary
from punie.training.examples.steps import PAIRS, STEPS, it, slots_of
from punie.training.examples.vocabulary import code_target, directory, place, test_directory

# `{a}` is wanted, `{b}` and `{q}` are not.
_NOT_THAT: Final = lines("""
!{a}, but (do not|don't) {b}
(do not|don't) {b}, (just|only) {a}
(do not|don't) {b}, {a} instead
!{a}, (do not|don't) {b} (yet|now|)
no need to {b}, (just|only) {a}
instead of having you {b}, I want you to {a}
{b}, no wait, {a} instead
{b}... actually {a} instead
rather than {b}, {a}
you (do not have|don't have|need not) to {b}, (just|only) {a}
skip the rest: (do not|don't) {b}, {a}
(just|only) {a}; (do not|don't) {b}
!{a} without making me {b}
I said {b}, but I meant: {a}
forget what I said about {b_ing}, {a}
""")
_NOT_THERE: Final = lines("""
!{a}, not {q}
!{a}, leave {q} alone
!{a} but not {q}
!{a}, (do not|don't) touch {q}
not {q}: {a}
(do not|don't) look at {q}, {a}
!{a}; {q} (is|comes) later
!{a}, {q} does not matter
""")


def _not_that(draw: Draw) -> tuple[Turn, ...]:
    wanted, other = draw.any(PAIRS)
    about = code_target(draw)
    slots = {
        **slots_of(about),
        "a": clause(draw, STEPS[wanted].clauses, slots_of(about)),
        "b": clause(draw, STEPS[other].clauses, it(draw)),
        "b_ing": draw.any(("the rest", "that", "the other thing")),
    }
    prompt = dress(draw, expand(draw, draw.pick(_NOT_THAT), slots), slots)
    return asked(prompt), called(summary(wanted, about.named_in(prompt)))


def _not_there(draw: Draw) -> tuple[Turn, ...]:
    tool = draw.any(("typecheck", "ruff_check", "pytest_run"))
    one, two = place(draw, directory(draw)), place(draw, draw.any((test_directory, directory))(draw))
    clauses = [text for text in STEPS[tool].clauses if any(slot in text for slot in ("{np}", "{in}", "{on}"))]
    slots = {"a": clause(draw, clauses, slots_of(one)), "q": two.np}
    prompt = dress(draw, expand(draw, draw.pick(_NOT_THERE), slots), slots)
    return asked(prompt), called(summary(tool, one.path))


INTENTS: Final = (
    Intent("corrections", "not_that", _not_that, 1.5),
    Intent("corrections", "not_there", _not_there, 0.8),
)
