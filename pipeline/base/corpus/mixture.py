"""The pre-training text as a whole: which families, in which shares, and without the suites' questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Final

from pipeline.base.corpus import commands, copying, files, knowledge, library, objects, requests
from pipeline.base.corpus.row import Family, Row

# Shares of the rows; a test holds that every family is used.
FAMILIES: Final[Mapping[str, tuple[Family, float]]] = MappingProxyType(
    {
        "library docstrings": (library.docstring, 0.03),
        "library source": (library.source, 0.02),
        "developer knowledge": (knowledge.concept, 0.22),
        "requests": (requests.call, 0.31),
        "questions and objects": (requests.fields, 0.12),
        "questions and records": (requests.record, 0.08),
        "places named in requests": (requests.position, 0.03),
        "command calls": (commands.call, 0.03),
        "commands in words": (commands.in_words, 0.01),
        "command output": (commands.output, 0.02),
        "file calls": (files.call, 0.03),
        "object code": (objects.code, 0.03),
        "object records": (objects.record, 0.03),
        "positions": (copying.position, 0.02),
        "mentions": (copying.mention, 0.01),
        "listings": (copying.listing, 0.01),
    }
)


def rows(seed: int, count: int, forbidden: Callable[[str], bool], seen: Counter[str]) -> Iterator[tuple[str, Row]]:
    """
    `count` rows with their families, the same for the same seed.

    Args:
        seed: of the one random generator.
        count: how many rows to yield.
        forbidden: whether a prompt is too near to a suite's.
        seen: counts what came, by family, and what was dropped under "dropped".
    """
    random = Random(seed)  # noqa: S311 - text, not secrets
    names = list(FAMILIES)
    shares = [share for _, share in FAMILIES.values()]
    while count:
        name = random.choices(names, shares)[0]
        row = FAMILIES[name][0](random)
        if any(forbidden(prompt) for prompt in row.prompts):
            seen["dropped"] += 1
            continue
        seen[name] += 1
        count -= 1
        yield name, row


def texts(sample: Sequence[Row]) -> Iterator[str]:
    """All text of the rows, for the tokenizer's training."""
    for row in sample:
        yield row.text
        for turn in row.turns:
            yield turn["content"]
