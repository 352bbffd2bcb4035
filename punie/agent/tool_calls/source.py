"""The text of a reply, read in counted steps, so that linear time can be shown without a clock."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

OPEN: Final = "<tool_call>"
CLOSE: Final = "</tool_call>"
NAME: Final = r"[^<>\r\n]+"
# The names of the groups are the kinds of tags; `<tool_call>` is the alternative without a group.
TAG_PATTERN: Final = (
    rf"<(?:tool_call>|function=(?P<function>{NAME})>|parameter=(?P<parameter>{NAME})>"
    r"|/(?P<closer>tool_call|function|parameter)>)"
)
_TAG: Final = re.compile(TAG_PATTERN)
_BLANKS: Final = re.compile(r"\s*+")
_HALF_NAME: Final = re.compile(r"<(?:function|parameter)=[^<>\r\n]*\Z")
_WHOLE_TAGS: Final = (OPEN, CLOSE, "<function=", "</function>", "<parameter=", "</parameter>")
_LONGEST_TAG: Final = max(map(len, _WHOLE_TAGS))
# Going back after a wrong guess is allowed while the steps stay below this multiple of the length.
_PATIENCE: Final = 8

Kind = Literal["call", "function", "parameter", "/call", "/function", "/parameter"]
_CLOSERS: Final[dict[str, Kind]] = {"tool_call": "/call", "function": "/function", "parameter": "/parameter"}


class Tag(NamedTuple):
    """A structural tag: its kind, the name after `=` and where it stands."""

    kind: Kind
    name: str
    start: int
    end: int


def tag_of(found: re.Match[str]) -> Tag:
    """The tag that a match of `TAG_PATTERN` stands for."""
    if found["closer"]:
        return Tag(_CLOSERS[found["closer"]], "", *found.span())
    if found["function"]:
        return Tag("function", found["function"], *found.span())
    if found["parameter"]:
        return Tag("parameter", found["parameter"], *found.span())
    return Tag("call", "", *found.span())


class Source:
    """
    A text and the number of characters that were looked at so far.

    Attributes:
        text: the reply.
        end: its length.
        steps: characters visited by all reads.

    """

    __slots__ = ("_absent", "end", "steps", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text)
        self.steps = 0
        self._absent: dict[str, int] = {}

    @property
    def exhausted(self) -> bool:
        """Whether so much was read twice that guesses have to end, so that the whole stays linear."""
        return self.steps > _PATIENCE * self.end

    def search(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        """The next match of a pattern from `start`."""
        found = pattern.search(self.text, start)
        self.steps += (found.end() if found else self.end) - start
        return found

    def match(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        """A match of a pattern right at `start`."""
        found = pattern.match(self.text, start)
        self.steps += found.end() - start if found else 1
        return found

    def find(self, needle: str, start: int, stop: int | None = None) -> int:
        """Where `needle` is next found, or -1; that it is absent up to the end is remembered."""
        if start >= self._absent.get(needle, self.end):
            return -1
        limit = self.end if stop is None else stop
        found = self.text.find(needle, start, limit)
        self.steps += max((limit if found < 0 else found + len(needle)) - start, 0)
        if found < 0 and stop is None:
            self._absent[needle] = start
        return found

    def rfind(self, needle: str, start: int, stop: int) -> int:
        """Where `needle` is last found between two offsets, or -1."""
        found = self.text.rfind(needle, start, stop)
        self.steps += max(stop - max(found, start), 0)
        return found

    def skip_blanks(self, start: int) -> int:
        """The first offset from `start` that holds no white space."""
        found = self.match(_BLANKS, start)
        return found.end() if found else start

    def at(self, tag: str, start: int) -> bool:
        """Whether `tag` stands at `start`."""
        return self.text.startswith(tag, start)

    def at_line_start(self, start: int) -> bool:
        """Whether a line begins at `start`."""
        return start == 0 or self.text[start - 1] == "\n"

    def at_line_edge(self, tag: Tag) -> bool:
        """Whether a line begins or ends with `tag`."""
        return self.at_line_start(tag.start) or self.text.startswith(("\n", "\r\n"), tag.end)

    def tag(self, start: int) -> Tag | None:
        """The next structural tag from `start`."""
        found = self.search(_TAG, start)
        return tag_of(found) if found else None

    def tag_at(self, start: int) -> Tag | None:
        """The structural tag right at `start`."""
        found = self.match(_TAG, start)
        return tag_of(found) if found else None

    def ends_within(self, tag: str, start: int) -> bool:
        """Whether the text ends, from `start` on, with a part of `tag`, be it empty."""
        return self.end - start < len(tag) and tag.startswith(self.text[start:])

    def ends_within_a_tag(self, start: int) -> bool:
        """Whether nothing or a part of a structural tag lies between `start` and the end."""
        if self.end - start < _LONGEST_TAG and any(self.ends_within(tag, start) for tag in _WHOLE_TAGS):
            return True
        return self.match(_HALF_NAME, start) is not None

    def has_structure_at(self, start: int) -> bool:
        """Whether, after blanks, a structural tag follows, or the end."""
        position = self.skip_blanks(start)
        return self.tag_at(position) is not None or self.ends_within_a_tag(position)

    def begins_function(self, tag: Tag) -> bool:
        """Whether what follows a `<function=…>` makes it more than a mention."""
        return self.text.startswith(("<parameter=", "</function>"), self.skip_blanks(tag.end))
