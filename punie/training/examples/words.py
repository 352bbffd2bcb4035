"""Questions that are answered in words: general knowledge, small talk, and requests that forbid a call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from punie.training.examples import words_limits, words_tools
from punie.training.examples.draft import Intent, Turn, answered, asked
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.knowledge import load_concepts, questions_and_answers
from punie.training.examples.phrasing import dress

Make = Callable[[Draw], tuple[Turn, ...]]

_HELD_CONCEPTS: Final = 24


@lru_cache(maxsize=2)
def _concepts(*, held: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The questions of every concept; whole concepts are held out for validation."""
    return tuple(
        tuple(questions_and_answers(concept))
        for place, concept in enumerate(load_concepts())
        if (place % _HELD_CONCEPTS == 0) is held
    )


def _concept(draw: Draw) -> tuple[Turn, ...]:
    question, answer = draw.any(draw.any(_concepts(held=draw.held)))
    return asked(dress(draw, question[:1].lower() + question[1:] if draw.chance(0.2) else question, {})), answered(
        answer
    )


_GREETINGS: Final = lines("""
(hi|hello|hey|good morning|good evening|good afternoon|hi there|hello punie|hey punie|yo|hiya|howdy)
(hi|hello|hey), (how are you|are you there|what's up|nice to meet you|how is it going)?
are you (there|ready|awake|online)?
(good morning|hello), ready to (work|help|code)?
""")
_THANKS: Final = lines("""
(thanks|thank you|thx|cheers|many thanks|thanks a lot|thank you so much)
(thanks|thank you), (that helped|that is all|great work|perfect|that was quick|you are great|all good now)
(great|perfect|nice|awesome|cool|wonderful|excellent), (thanks|thank you|that is all I needed|that's it for today)
that is all (for today|for now|I needed), (thanks|bye)
(bye|goodbye|see you|see you tomorrow|good night|that's it for today)
(ok|okay|alright), (got it|I understand|that makes sense), thanks
no further questions, (thanks|thank you)
""")
_WHO: Final = lines("""
who are you?
what (are you|is punie)?
what can you (do|do for me|help me with)?
which tools (do you have|can you use|are available|can you call)?
what tools (do you have|can you use|are at your disposal)?
what kind of (help|questions|tasks) (can you give|can I ask you|are you good at)?
how can you help me?
(list|name|tell me) your (tools|capabilities|skills), (do not|don't) (run|use) them
introduce yourself
are you (an AI|a bot|a person|human)?
(can|do) you (run code|use git|check types|run tests)? just curious
""")
_SMALL: Final[tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = (
    (_GREETINGS, (
        "Hello! What should I look at: types, lint, tests, symbols or git?",
        "Hi! I am ready. Ask me about your code, its tests or its history.",
        "Hello! How can I help with your Python project?",
    )),
    (_THANKS, (
        "You are welcome! Ask again whenever you need something.",
        "Glad to help. Tell me when there is more to do.",
        "You are welcome. Good luck with the code!",
    )),
    (_WHO, (
        "I am Punie. I can check types, lint, run tests, find definitions and references, read files and use git.",
        "I am Punie: I check types, lint with ruff, run pytest, look up symbols, read files and inspect git.",
    )),
)  # fmt: skip


def _small_talk(draw: Draw) -> tuple[Turn, ...]:
    questions, answers = draw.any(_SMALL)
    text = expand(draw, draw.any(questions), {})
    return asked(dress(draw, text, {})), answered(draw.any(answers))


INTENTS: Final = (
    Intent("words", "concept", _concept, 10),
    Intent("words", "small_talk", _small_talk, 0.6),
    *words_tools.INTENTS,
    *words_limits.INTENTS,
)
