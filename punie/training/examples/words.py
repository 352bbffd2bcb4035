"""Questions that are answered in words: general knowledge, small talk, and requests that forbid a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from punie.training.examples import words_limits, words_tools
from punie.training.examples.draft import Intent, Turn, answered, asked
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.knowledge import Concept, Kind, load_concepts, namings, questions_and_answers
from punie.training.examples.phrasing import dress, say

Make = Callable[[Draw], tuple[Turn, ...]]

_HELD_CONCEPTS: Final = 24


# The field that a question may name, where a concept's own words name it.
_DOMAINS: Final = ("git", "pytest", "ruff", "asyncio", "Docker", "SQL", "Python")
_WIDE: Final[dict[Kind, tuple[str, ...]]] = {
    "definition": wordings("knowledge_definition"),
    "difference": wordings("knowledge_difference"),
    "reason": wordings("knowledge_reason"),
    "howto": wordings("knowledge_howto"),
    "usage": wordings("knowledge_usage"),
}
_PAIR: Final = wordings("knowledge_pair")


@lru_cache(maxsize=2)
def _concepts(*, held: bool) -> tuple[tuple[Concept, tuple[tuple[str, str], ...]], ...]:
    """Every concept with its questions; whole concepts are held out for validation."""
    return tuple(
        (concept, tuple(questions_and_answers(concept)))
        for place, concept in enumerate(load_concepts())
        if (place % _HELD_CONCEPTS == 0) is held
    )


def _domain(draw: Draw, concept: Concept) -> str:
    text = " ".join((*concept.flat_names, *concept.questions))
    named = [domain for domain in _DOMAINS if re.search(rf"\b{domain}\b", text)]
    return named[0] if named else draw.any(("programming", "software development", "coding"))


def _concept(draw: Draw) -> tuple[Turn, ...]:
    concept, pairs = draw.any(_concepts(held=draw.held))
    if draw.chance(0.55):
        slots = draw.any(namings(concept)) | {"domain": _domain(draw, concept)}
        return asked(say(draw, _WIDE[concept.kind], slots)), answered(draw.any(concept.answers))
    question, answer = draw.any(pairs)
    return asked(dress(draw, question[:1].lower() + question[1:] if draw.chance(0.2) else question, {})), answered(
        answer
    )


def _two_concepts(draw: Draw) -> tuple[Turn, ...]:
    """Two neighbouring definitions at once."""
    known = [concept for concept, _ in _concepts(held=draw.held) if concept.kind == "definition"]
    place = draw.number(1, len(known) - 1)
    first, second = known[place], known[max(0, place - draw.number(1, 4))]
    a, b = draw.any(namings(first)), draw.any(namings(second))
    slots = {"a": a["name"], "a_is": a["is"], "b": b["name"], "b_is": b["is"]}
    answer = f"{draw.any(first.answers)} {draw.any(second.answers)}"
    return asked(say(draw, _PAIR, slots)), answered(answer)


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
    Intent("words", "two_concepts", _two_concepts, 0.8),
    Intent("words", "small_talk", _small_talk, 0.6),
    *words_tools.INTENTS,
    *words_limits.INTENTS,
)
