"""
Code state: a walk over the Python tokens of a value.

`</` is valid Python only inside a string or a comment, so a tag met outside both is a real one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Final, Literal

from punie.agent.tool_calls.reply import Span
from punie.agent.tool_calls.source import TAG_PATTERN, Source, Tag

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
_HIDING: Final = re.compile(HIDING, re.DOTALL)
# All that lies before the next tag, strings and comments at one go.
_UP_TO_TAG: Final = re.compile(rf"(?:[^#\"'<]++|{HIDING}|(?!{TAG_PATTERN})<)*+", re.DOTALL)
_CLOSED: Final = re.compile(
    rf"(?P<quote>\"\"\"|'''|\"|')(?:(?!(?P=quote))(?:[^\\]|{_ESCAPE}))*+(?P=quote)\Z", re.DOTALL
)

Inside = Literal["", "string", "comment"]


def next_tag(source: Source, start: int) -> Tag | None:
    """The next structural tag outside strings and comments, from an offset that is outside of them too."""
    run = source.match(_UP_TO_TAG, start)
    return source.tag_at(run.end()) if run is not None and run.end() < source.end else None


def inside_at_end(source: Source, start: int) -> Inside:
    """What the end of the text cuts: a string or a comment of the code that begins at `start`, or neither."""
    tokens = deque(hiding_tokens(source, start, source.end), maxlen=1)
    return cut_token(source, tokens[0][0]) if tokens and tokens[0][1] == source.end else ""


def cut_token(source: Source, start: int) -> Inside:
    """What the string or comment is that begins at `start` and reaches the end of the text."""
    if source.text[start] == "#":
        return "comment"
    return "" if source.match(_CLOSED, start) else "string"


def hiding_tokens(source: Source, start: int, stop: int) -> Iterator[Span]:
    """The strings and comments that begin between two offsets, the first of which is outside of them."""
    position = start
    while (found := source.search(_HIDING, position)) is not None and found.start() < stop:
        yield found.span()
        position = found.end()


def is_hidden(source: Source, start: int, place: int) -> bool:
    """Whether `place` is inside a string or a comment of the code that begins at `start`."""
    return any(begin < place < end for begin, end in hiding_tokens(source, start, place))
