"""Whether an answer in words states the facts that it must."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from punie.evaluation.grading.attempt import Attempt
from punie.evaluation.grading.claims import contradiction
from punie.evaluation.grading.numbers import as_number, states_number
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect

_STEM: Final = 4
_NEGATED: Final = re.compile(
    r"\b(?:no|zero|0|without|never|none|not|\w+n't)(?!\s+only\b)(?:\s+[^\W\d]+){0,2}\s+$", re.IGNORECASE
)
_DENIALS: Final = frozenset({"without", "nothing", "never", "none", "not"})


def mentions(expect: Expect, attempt: Attempt, *, shown: str | None = None) -> LayerVerdict:
    """
    Whether each fact is stated, and no count of the tool response contradicted.

    Args:
        expect: with `mentions`; "a|b" means either.
        attempt: the reply.
        shown: the tool response that the reply follows; None in the first turn.

    """
    counted = shown is not None and any(_is_count(wanted) for wanted in expect.mentions)
    for wanted in expect.mentions:
        if not any(states(attempt.words, part.strip(), undenied=counted) for part in wanted.split("|")):
            return failed("mentions", "wrong_fact", f"does not state {wanted}")
    contradicted = None if shown is None else contradiction(attempt.words, shown)
    if contradicted is not None:
        return failed("mentions", "wrong_fact", contradicted)
    return passed("mentions", "states what it must" if expect.mentions else "no fact is asked for")


def states(text: str, fact: str, *, undenied: bool = False) -> bool:
    """
    Whether a text states a fact.

    Numbers count as whole numbers, in digits or in words; words of four letters and more as beginnings of words,
    shorter ones with the usual endings; anything else as it is, between boundaries; case never matters.

    Args:
        text: what was said.
        fact: a number, word, phrase, path or symbol.
        undenied: whether "no failure" does not count for "failure".

    """
    number = as_number(fact)
    if number is not None:
        return states_number(text, number)
    return any(
        not (undenied and fact.isalpha() and _NEGATED.search(text[: found.start()]))
        and not (found[0].lower() in _DENIALS and fact.lower() != found[0].lower())
        for found in _pattern(fact).finditer(text)
    )


def _is_count(wanted: str) -> bool:
    """Whether a fact is a number above 0, so that there is something to be denied."""
    number = as_number(wanted.partition("|")[0].strip())
    return number is not None and number > 0


@cache
def _pattern(fact: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, fact.split()))
    before = r"(?<!\w)" if fact[0].isalnum() or fact[0] == "_" else ""
    if fact.replace(" ", "").isalpha():
        after = (
            r"[^\W\d_]*" if len(fact.rsplit(maxsplit=1)[-1]) >= _STEM else rf"(?:s|es|d|{fact[-1]}?(?:ed|ing|able))?"
        )
        after += r"(?!\w)"
    else:
        after = r"(?!\w)" if fact[-1].isalnum() or fact[-1] == "_" else ""
    return re.compile(before + words + after, re.IGNORECASE)
