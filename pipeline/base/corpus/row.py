"""One piece of pre-training text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

Turn = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """Either a conversation (`turns`, roles user, assistant and tool) or plain `text`."""

    turns: tuple[Turn, ...] = ()
    text: str = ""

    @property
    def prompts(self) -> tuple[str, ...]:
        """What the user turns ask."""
        return tuple(turn["content"] for turn in self.turns if turn["role"] == "user")


# A source of rows: called again and again with the corpus' own random generator.
Family = Callable[[Random], Row]


def chat(*contents: str, roles: str = "ua") -> Row:
    """A conversation; `roles` has a letter per content: user, assistant, tool."""
    names = {"u": "user", "a": "assistant", "t": "tool"}
    return Row(turns=tuple({"role": names[r], "content": c} for r, c in zip(roles, contents, strict=True)))


_TYPO_RATE: Final = 0.03


def spoken(random: Random, sentence: str) -> str:
    """The sentence as people type it: politeness, capitals and full stops come and go, a rare typo."""
    text = random.choice(_BEFORE) + sentence + random.choice(_AFTER) if random.random() < 0.4 else sentence
    if random.random() < 0.6:
        text = text[:1].upper() + text[1:]
    if text[-1].isalnum() and random.random() < 0.4:
        text += "?" if text.lower().startswith(_QUESTION) else "."
    if random.random() < _TYPO_RATE:
        at = random.randrange(len(text))
        text = text[:at] + text[at + 1 :]
    return text


_QUESTION: Final = (
    "what",
    "how",
    "which",
    "where",
    "who",
    "is ",
    "are ",
    "does",
    "do ",
    "can ",
    "could",
    "why",
    "when",
)
_BEFORE: Final = (
    "please ",
    "can you ",
    "could you ",
    "hey, ",
    "hi, ",
    "I need you to ",
    "I'd like you to ",
    "would you ",
    "now ",
    "next, ",
    "quickly ",
    "for the review, ",
    "before I push, ",
    "just ",
    "ok, ",
    "first, ",
    "one thing: ",
)
_AFTER: Final = (
    "",
    "",
    "",
    " please",
    ", please",
    " for me",
    ", thanks",
    " now",
    " and tell me",
    " when you can",
    " quickly",
)
