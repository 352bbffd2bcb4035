"""Developer knowledge in words: the concepts that the training examples answer from."""

from __future__ import annotations

from functools import cache
from random import Random

from pipeline.base.corpus.row import Row, chat, spoken
from punie.training.examples.knowledge import load_concepts, questions_and_answers


@cache
def _pairs() -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(tuple(questions_and_answers(concept)) for concept in load_concepts())


def concept(random: Random) -> Row:
    """A question about a concept and its answer; every concept is as likely."""
    question, answer = random.choice(random.choice(_pairs()))
    return chat(spoken(random, question) if random.random() < 0.3 else question, answer)
