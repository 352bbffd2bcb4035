"""
Code state: a walk over the Python tokens of a value.

`</` is valid Python only inside a string or a comment, so a tag met outside both is a real one.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from punie.agent.tool_calls.source import TAG_PATTERN, Source, Tag, tag_of

# An escaped line break belongs to its string; otherwise a string in single quotes ends with the line at the latest.
# Each alternative begins with a literal character, which lets `re` skip the text between tokens.
_ESCAPE: Final = r"\\(?:\r\n|.|\Z)"
HIDING: Final = "|".join(
    (
        r"#[^\r\n]*+",
        rf'"""(?:[^"\\]++|{_ESCAPE}|"(?!""))*+(?:"""|\Z)',
        rf"'''(?:[^'\\]++|{_ESCAPE}|'(?!''))*+(?:'''|\Z)",
        rf'"(?:[^"\\\r\n]++|{_ESCAPE})*+"?',
        rf"'(?:[^'\\\r\n]++|{_ESCAPE})*+'?",
    )
)
_TOKEN: Final = re.compile(f"{HIDING}|{TAG_PATTERN}", re.DOTALL)
_HIDING: Final = re.compile(HIDING, re.DOTALL)
_CLOSED: Final = re.compile(
    rf"(?P<quote>\"\"\"|'''|\"|')(?:(?!(?P=quote))(?:[^\\]|{_ESCAPE}))*+(?P=quote)\Z", re.DOTALL
)

Inside = Literal["", "string", "comment"]


class CodeStop(NamedTuple):
    """Where the walk stopped: at a tag, or at the end of the text inside a token or outside of any."""

    tag: Tag | None
    inside: Inside


def next_tag(source: Source, start: int) -> CodeStop:
    """The next structural tag outside strings and comments, from an offset that is outside of them too."""
    position = start
    while (found := source.search(_TOKEN, position)) is not None:
        if source.text[found.start()] == "<":
            return CodeStop(tag_of(found), "")
        position = found.end()
        if position == source.end:
            return CodeStop(None, inside(source, found))
    return CodeStop(None, "")


def inside(source: Source, token: re.Match[str]) -> Inside:
    """What the end of the text cuts, given the token that reaches it."""
    if source.text[token.start()] == "#":
        return "comment"
    return "" if source.match(_CLOSED, token.start()) else "string"


def is_hidden(source: Source, start: int, place: int) -> bool:
    """Whether `place` is inside a string or a comment of the code that begins at `start`."""
    position = start
    while (found := source.search(_HIDING, position)) is not None and found.start() < place:
        if place < found.end():
            return True
        position = found.end()
    return False
