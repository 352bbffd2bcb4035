"""What a text in words is like: empty of words, a promise, an echo, endless, cut off."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

_FENCED: Final = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z']*")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n+|:\s")
_COURTESY: Final = re.compile(
    r"^(?:(?:sure|okay|ok|certainly|of course|alright|all right|great|yes|absolutely|no problem|got it"
    r"|happy to help|one moment|just a (?:moment|second|sec)|hold on|please wait|thanks?|thank you)\b[\s,.!;:-]*)+",
    re.IGNORECASE,
)
_PROMISE: Final = re.compile(
    r"^(?:(?:first|now|next|then|so|and|here)\b,?\s*)*"
    r"(?:i'll|i will|i shall|let me|let's|i'm (?:going to|about to)|i am (?:going to|about to)"
    r"|i need to|i'd (?:need to|have to)|i can|we'll|we will)\s+(?:\w+\s+)?"
    r"(?:use|run|check|call|look|search|find|read|open|list|show|get|fetch|execute|start|take|do|see|inspect|analy[sz]e"
    r"|examine|query|lint|type-?check|test|diff|gather|retrieve|count|explore|scan|investigate|try|help|handle|perform)\b",
    re.IGNORECASE,
)
_UNDER_WAY: Final = re.compile(r"^\w+ing\b.{0,120}(?:\bnow|\.\.\.|…)[.!]?$", re.IGNORECASE)
_DANGLING: Final = re.compile(
    r"(?:[,(\[{]|\b(?:a|an|the|of|and|or|because|with|which|whose|than|into|from))\s*$", re.IGNORECASE
)
_COMMON: Final = re.compile(
    r"\b(?:a|an|and|are|as|at|be|because|but|by|can|do|does|each|every|for|from|has|have|how|if|in|into|is|it|its|like|no"
    r"|not|of|on|one|only|or|other|same|so|some|than|that|the|their|them|then|there|these|they|this|to|use|used|uses|using"
    r"|was|what|when|where|which|while|who|will|with|without|you|your)\b",
    re.IGNORECASE,
)
ECHO: Final = 0.9
_FEW: Final = 8
_RECORD: Final = re.compile(r"\s*\w+\(\w+=")
_LONGEST_PERIOD: Final = 40
_TIMES: Final = 5
_TIMES_OF_A_WORD: Final = 8


def prose(text: str) -> str:
    """The text without fenced code."""
    return _FENCED.sub(" ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()


def says_nothing(text: str) -> bool:
    """Whether a text holds no word outside fences."""
    return _WORD.search(prose(text)) is None and not any(character.isdigit() for character in prose(text))


def words_of(text: str) -> set[str]:
    """The different words of a text, in lower case."""
    return {word.lower() for word in _WORD.findall(text)}


def is_gibberish(text: str) -> bool:
    """Whether a text is no English prose: hardly any of its words is one that every explanation needs."""
    said = prose(text)
    return len(_COMMON.findall(said)) * 10 < len(_WORD.findall(said))


def is_note_on(text: str, source: str) -> bool:
    """Whether a text says a few different words, one of them taken from a source."""
    said, words = prose(text), words_of(prose(text))
    return len(words) == len(_WORD.findall(said)) < _FEW and bool(words & words_of(source))


def is_promise(text: str) -> bool:
    """Whether every sentence only announces what will be done."""
    sentences = [_COURTESY.sub("", part).strip() for part in _SENTENCE_END.split(prose(text))]
    meant = [sentence for sentence in sentences if _WORD.search(sentence)]
    return all(_PROMISE.match(part) or _UNDER_WAY.match(part) for part in meant) and bool(_WORD.search(text))


def is_echo(text: str, source: str) -> bool:
    """Whether a text only repeats another one; a record in a few words, or any text in hardly a word of its own."""
    said, given = _plain(text), _plain(source)
    if _RECORD.match(source) and given in said and len(said.replace(given, " ").split()) < _FEW:
        return True
    if len(set(said.split()) - set(given.split())) > 1:
        return False
    if not said or not given or not 0.8 <= len(said) / len(given) <= 1.25:  # noqa: PLR2004 - cannot be near otherwise
        return False
    return said == given or SequenceMatcher(None, said, given, autojunk=False).ratio() >= ECHO


def is_repetition(text: str) -> bool:
    """Whether one word comes eight times in a row, or a longer stretch five times."""
    words = text.split()
    for period in range(1, min(_LONGEST_PERIOD, len(words) // _TIMES) + 1):
        run, times = 0, _TIMES if period > 1 else _TIMES_OF_A_WORD
        for number in range(period, len(words)):
            run = run + 1 if words[number] == words[number - period] else 0
            if run >= period * (times - 1):
                return True
    return False


def is_cut_off(text: str) -> bool:
    """Whether a text ends where no sentence can end."""
    return _DANGLING.search(text) is not None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())
