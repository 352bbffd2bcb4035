"""
Phrase templates and the seeded choices that expand them.

A template is text with choices and slots: ``(count|list) the errors (in {p}|)``. ``(a|b)`` picks one alternative, also
an empty one; ``{name}`` is a slot given by the caller or a shared pool of phrases. A template that begins with ``!`` is
an order, which polite forms may wrap ("could you ...").
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, TypeVar

from punie.training.examples.pools import POOLS

T = TypeVar("T")

_CHOICE: Final = re.compile(r"\(([^()]*)\)")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_ARGUMENT: Final = "\x00"  # stands for a blank and a dot in a slot, which is no full stop ("git add .")
# Every sixteenth template and word of a long pool is seen by the validation split only.
_STRIDE: Final = 16
_HELD_INDEX: Final = 7


def lines(block: str) -> tuple[str, ...]:
    """The lines of a block of templates, without blank ones."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())


def wordings(name: str) -> tuple[str, ...]:
    """The templates of `wordings/<name>.txt`, one in a line; a line that begins with # is a remark."""
    text = files(__package__).joinpath("wordings", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in lines(text) if not line.startswith("#"))


@dataclass(frozen=True)
class Draw:
    """
    Seeded choices for one split.

    Args:
        rng: source of all choices.
        held: draw from the held-out part of long pools (validation) instead of the other part (training).

    """

    rng: random.Random
    held: bool = False

    def pick(self, pool: Sequence[T]) -> T:
        """One element of a pool; long pools are divided between the splits."""
        if len(pool) < _STRIDE:
            return self.rng.choice(pool)
        index = self.rng.randrange(len(pool))
        while (index % _STRIDE == _HELD_INDEX) is not self.held:
            index = self.rng.randrange(len(pool))
        return pool[index]

    def any(self, pool: Sequence[T]) -> T:
        """One element of a whole pool, whatever the split."""
        return self.rng.choice(pool)

    def some(self, pool: Sequence[T], low: int, high: int) -> tuple[T, ...]:
        """Between low and high different elements of a pool."""
        return tuple(self.rng.sample(pool, min(len(pool), self.rng.randint(low, high))))

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.rng.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return self.rng.randint(low, high)


def seeded(key: str, *, held: bool = False) -> Draw:
    """Choices that the key repeats."""
    return Draw(random.Random(key), held)  # noqa: S311 - choices, no secrets


def expand(draw: Draw, template: str, slots: Mapping[str, str]) -> str:
    """
    The template with its choices made and its slots filled.

    Raises:
        ValueError: a slot is neither given nor a shared pool.

    """
    text = chosen(draw, template)
    for _ in range(8):
        names = [name for name in _SLOT.findall(text) if name not in slots]
        if not names:
            return _tidy(_SLOT.sub(lambda match: slots[match[1]].replace(" .", _ARGUMENT), text)).replace(
                _ARGUMENT, " ."
            )
        for name in names:
            text = text.replace(f"{{{name}}}", chosen(draw, _phrase(draw, name, template)), 1)
    message = f"the template {template!r} refers to itself: break the circle in the shared pools"
    raise ValueError(message)


def _phrase(draw: Draw, name: str, template: str) -> str:
    if name not in POOLS:
        message = f"the template {template!r} has the unknown slot {name!r}: give it or add it to POOLS"
        raise ValueError(message)
    return draw.any(POOLS[name])


def chosen(draw: Draw, text: str) -> str:
    """The text with its choices made, and its slots and blanks as they are."""
    while match := _CHOICE.search(text):
        text = text[: match.start()] + draw.any(match[1].split("|")) + text[match.end() :]
    return text


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]{2,}", " ", text).strip()
    return re.sub(r" ([?!,;:.])(?=\s|$)", r"\1", text)
