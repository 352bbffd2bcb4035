"""Questions about one subject of the concepts, answered in words."""

from __future__ import annotations

from functools import lru_cache

from punie.training.examples.draft import Intent, Turn, answered, asked
from punie.training.examples.grammar import Draw
from punie.training.examples.knowledge import load_concepts, questions_and_answers
from punie.training.examples.phrasing import dress


@lru_cache
def _pairs(subject: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for concept in load_concepts(subject) for pair in questions_and_answers(concept))


def asked_about(subject: str) -> Intent:
    """
    Ask about the concepts of one file.

    Args:
        subject: the file's name without its suffix.

    """

    def make(draw: Draw) -> tuple[Turn, ...]:
        question, answer = draw.any(_pairs(subject))
        return asked(dress(draw, question, {})), answered(answer)

    return Intent("subjects", subject, make, 3)
