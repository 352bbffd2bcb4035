"""Turns a template into what a developer types: polite forms, context, lower case, missing dots and typos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.vocabulary import Target

_MAX_WORDS: Final = 60
_TYPO_MIN: Final = 5

_ORDER_WRAPPERS: Final = lines("""
please {x}
please {x}
{x} please
{x}, please
can you {x}?
could you {x}?
could you please {x}?
would you {x}?
can you {x} for me?
could you quickly {x}?
I want you to {x}
I'd like you to {x}
I need you to {x}
hey, {x}
hi, can you {x}?
go ahead and {x}
{x} for me
{x}, thanks
{x} and tell me what you find
{x} and (summarise|summarize|explain) the result
{x} and tell me the result in (a sentence|plain words|short)
{x} and report back
would you mind? {x}
let's {x}
we should {x}
next, {x}
first {x}
now {x}
just {x}
time to {x}
quickly {x}
your task: {x}
I would like to {x}
I want to {x}
I need to {x}
help me {x}
""")
_CONTRACTIONS: Final = (
    ("what is", "what's"),
    ("what is", "whats"),
    ("where is", "where's"),
    ("who is", "who's"),
    ("how is", "how's"),
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("is not", "isn't"),
    ("are not", "aren't"),
    ("cannot", "can't"),
    ("I am", "I'm"),
    ("let us", "let's"),
)
_FILLERS: Final = lines("""
properly
again
once more
right away
real quick
if possible
asap
this time
for a start
right now
in short
briefly
quickly
for me
""")
_OPENERS: Final = lines("""
actually,
also,
so,
well,
btw,
and now:
ok so
hmm,
um,
alright,
right,
then
""")
_BEFORE: Final = lines("""
Hi!
Hello there.
Hey punie,
Hey,
Quick one:
Quick question:
One more thing:
Next task.
I am about to (merge|push|release|commit|deploy).
I am (reviewing|refactoring|cleaning up) this (today|now|before lunch).
I just (pulled|rebased|merged) (main|the branch|master).
We release (tomorrow|tonight|on Friday|next week).
My (boss|lead|colleague|reviewer|teammate) is asking.
CI is (red|failing|slow|complaining).
I have to finish this (today|before the demo|before standup).
I am new to this (project|code base|team).
Before I (commit|push|open the PR|merge):
I just finished a (big|small|long) refactoring.
I changed a few things (yesterday|this morning|last night).
Something feels off.
For the (review|release notes|stand-up|pull request):
(Ok|Okay|Alright|Right|So), next:
I lost track of things.
After the last merge I want to be sure.
Sorry to bother you.
I am preparing a (pull request|release|hotfix).
Let's tidy up.
Let me know:
Question:
I'm curious:
I need a quick (answer|check|overview).
""")
_AFTER: Final = lines("""
Thanks!
Thank you.
thanks
Thx
Keep it short.
Be brief.
A short answer is enough.
I need (it|this) (for the review|for the report|before I merge|today|for my notes).
I'm in a hurry.
No rush.
That would help (a lot|me).
I want to be sure before I (push|merge|commit|release).
It is for the (changelog|stand-up|pull request|release).
I could not work it out (myself|by hand).
Appreciate it.
cheers
""")


def say(draw: Draw, templates: Sequence[str], slots: Mapping[str, str]) -> str:
    """One query: a template of the pool, expanded and dressed."""
    return dress(draw, expand(draw, draw.pick(templates), slots), slots)


def ask(
    draw: Draw, templates: Sequence[str], about: Target, slots: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, str]:
    """A query about a target and the path that it names: "." where its wording leaves the target out."""
    prompt = say(draw, templates, {**about.slots, **slots})
    return prompt, about.named_in(prompt)


def clause(draw: Draw, templates: Sequence[str], slots: Mapping[str, str]) -> str:
    """A template expanded as a clause of a longer query: no mark, no dressing."""
    return expand(draw, draw.pick(templates), slots).lstrip("!").rstrip("?. ")


def dress(draw: Draw, text: str, slots: Mapping[str, str]) -> str:
    """
    A plain query with politeness, context, capitals and marks, and now and then a typo.

    Args:
        draw: the choices.
        text: the query; a leading ``!`` marks an order.
        slots: names in the query, which no typo may touch.

    """
    order = text.startswith("!")
    text = text.lstrip("!")
    if order and draw.chance(0.06):
        text = f"{text.rstrip('.')} {draw.any(_FILLERS)}"
    if order and draw.chance(0.35):
        text = expand(draw, draw.any(_ORDER_WRAPPERS).replace("{x}", "{text}"), {"text": text.rstrip(".")})
    text = _mark(draw, _contracted(draw, text))
    if draw.chance(0.04):
        text = f"{draw.any(_OPENERS)} {text}"
    casual = draw.chance(0.28)
    text = text if casual else _capital(text)
    if draw.chance(0.1):
        text = f"{expand(draw, draw.any(_BEFORE), {})} {text}"
    if draw.chance(0.08):
        text = f"{text if text[-1] in '.?!' else text + '.'} {expand(draw, draw.any(_AFTER), {})}"
    if draw.chance(0.06):
        text = _typo(draw, text, slots)
    return _loud(draw, text, slots)


def _loud(draw: Draw, text: str, slots: Mapping[str, str]) -> str:
    """Now and then in capitals or with more marks than needed."""
    if not slots and draw.chance(0.02):
        return text.upper()
    return text + draw.any(("!", "!!", "?", "..")) if draw.chance(0.015) and text[-1].isalnum() else text


def _contracted(draw: Draw, text: str) -> str:
    """Short forms as people type them, now and then without the apostrophe."""
    if not draw.chance(0.4):
        return text
    for long, short in _CONTRACTIONS:
        if text.lower().startswith(f"{long} ") and draw.chance(0.8):
            text = short + text[len(long) :]
        text = text.replace(f" {long} ", f" {short} ") if draw.chance(0.5) else text
    return text


def _mark(draw: Draw, text: str) -> str:
    if text.endswith("?"):
        return text if draw.chance(0.85) else text[:-1]
    if text.endswith((".", "!", ":")):
        return text
    return f"{text}." if draw.chance(0.4) else text


def _capital(text: str) -> str:
    head = text.split(maxsplit=1)[0] if text.split() else ""
    # a path, a tool or a quoted name keeps its spelling
    if not head.isalpha() and not head.rstrip(",.:?!").replace("'", "").replace("-", "").isalpha():
        return text
    return text[:1].upper() + text[1:]


def _typo(draw: Draw, text: str, slots: Mapping[str, str]) -> str:
    names = " ".join(slots.values())
    words = text.split(" ")
    spots = [i for i, word in enumerate(words) if len(word) >= _TYPO_MIN and word.isalpha() and word not in names]
    if not spots:
        return text
    spot = draw.any(spots)
    words[spot] = misspell(draw, words[spot])
    return " ".join(words)


def misspell(draw: Draw, word: str) -> str:
    """A word with two letters swapped, one dropped or one doubled."""
    at = draw.number(1, len(word) - 3)
    kind = draw.number(1, 3)
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:  # noqa: PLR2004 - the second of three
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]


def fits(prompt: str) -> bool:
    """Whether a query is short enough."""
    return len(prompt.split()) <= _MAX_WORDS
