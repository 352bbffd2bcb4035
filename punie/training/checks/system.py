"""The system prompts of a set: every row has one, and it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from punie.training.checks.requests import shortened
from punie.training.checks.row import CheckedRow, found
from punie.training.finding import Finding

_MOST_PROMPTS: Final = 100
_MOST_NAMED: Final = 5


@dataclass
class _Prompt:
    """A prompt, where it stands first, and how many rows have it."""

    text: str
    place: str
    rows: int = 0


def no_system(row: CheckedRow) -> Iterator[Finding]:
    """Report a row that does not begin with a system prompt, or with one that says nothing."""
    system = row.example.system
    if system is None:
        first = row.example.messages[0].role if row.example.messages else "nothing"
        yield found("no_system", row, f"the row begins with {first!r}, not with a system prompt")
    elif not system.strip():
        yield found("no_system", row, f"the system prompt is empty: {system!r}")


class SystemPrompts:
    """
    Compares the system prompts of a set, letter by letter: the trainer sees every one of them.

    More than a hundred different prompts are counted, and not told apart.
    """

    def __init__(self, expected: str | None = None) -> None:
        """
        Prepare for one pass.

        Args:
            expected: the prompt that run time uses; rows with another one are named, each for itself.
        """
        self._expected = expected
        self._prompts: dict[bytes, _Prompt] = {}
        self._others = 0

    def see(self, row: CheckedRow) -> Iterator[Finding]:
        """Count the prompt of `row`, and report it where another one is expected; a missing one is another rule's."""
        system = row.example.system
        if system is None or not system.strip():
            return
        self._count(system, row.place)
        if self._expected is not None and system != self._expected:
            yield found(
                "several_system_prompts", row, f"not the expected system prompt: {_apart(system, self._expected)}"
            )

    def end(self) -> Iterator[Finding]:
        """Return one finding for the set when it has several prompts."""
        if len(self._prompts) < 2:  # noqa: PLR2004 - several
            return
        prompts = sorted(self._prompts.values(), key=lambda prompt: -prompt.rows)
        named = "; ".join(f"{prompt.rows} rows have {prompt.text}" for prompt in prompts[:_MOST_NAMED])
        rest = sum(prompt.rows for prompt in prompts[_MOST_NAMED:]) + self._others
        message = f"{len(prompts)}{' or more' if self._others else ''} system prompts: {named}"
        message += f"; {rest} rows have others" if rest else ""
        yield found("several_system_prompts", None, message, related=[prompt.place for prompt in prompts])

    def _count(self, system: str, place: str) -> None:
        key = blake2b(system.encode(), digest_size=16).digest()
        if key not in self._prompts and len(self._prompts) >= _MOST_PROMPTS:
            self._others += 1
            return
        self._prompts.setdefault(key, _Prompt(shortened(system), place)).rows += 1


def _apart(system: str, expected: str) -> str:
    """Name where a prompt leaves the expected one."""
    common = next((place for place, pair in enumerate(zip(system, expected, strict=False)) if pair[0] != pair[1]), None)
    place = min(len(system), len(expected)) if common is None else common
    start = max(0, place - 20)
    return f"at letter {place + 1} it has {shortened(system[start:])} instead of {shortened(expected[start:])}"
