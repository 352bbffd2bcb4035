"""The text of a reply, read in counted steps, so that linear time can be shown without a clock."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

OPEN: Final = "<tool_call>"
CLOSE: Final = "</tool_call>"
NAME: Final = r"[^<>\r\n]+"
TAG_PATTERN: Final = rf"<(?:/?tool_call|(?:function|parameter)={NAME}|/function|/parameter)>"
_TAG: Final = re.compile(TAG_PATTERN)
_BLANKS: Final = re.compile(r"\s*+")
_HALF_NAME: Final = re.compile(r"<(?:function|parameter)=[^<>\r\n]*\Z")
_WHOLE_TAGS: Final = (OPEN, CLOSE, "<function=", "</function>", "<parameter=", "</parameter>")
_LONGEST_TAG: Final = max(map(len, _WHOLE_TAGS))
# Going back after a wrong guess is allowed while the steps stay below this multiple of the length.
_PATIENCE: Final = 4
_UNKNOWN: Final = -2

Kind = Literal["call", "function", "parameter", "/call", "/function", "/parameter"]
_KINDS: Final[dict[str, Kind]] = {
    OPEN: "call",
    CLOSE: "/call",
    "</function>": "/function",
    "</parameter>": "/parameter",
}


class Tag(NamedTuple):
    """A structural tag: its kind, the name after `=` and where it stands."""

    kind: Kind
    name: str
    start: int
    end: int


def _tag_of(found: re.Match[str]) -> Tag:
    token = found[0]
    kind = _KINDS.get(token)
    if kind is not None:
        return Tag(kind, "", found.start(), found.end())
    word, _, name = token[1:-1].partition("=")
    return Tag("function" if word == "function" else "parameter", name, found.start(), found.end())


class Source:
    """
    A text and the number of characters that were looked at so far.

    Attributes:
        text: the reply.
        end: its length.
        steps: characters visited by all reads.
        touched: whether a read saw where the text ends. What was read before that stays true however the text goes on.

    """

    __slots__ = ("_found", "end", "steps", "text", "touched")

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text)
        self.steps = 0
        self.touched = False
        self._found: dict[str, tuple[int, int]] = {}

    @property
    def exhausted(self) -> bool:
        """Whether so much was read twice that guesses have to end, so that the whole stays linear."""
        return self.steps > _PATIENCE * self.end

    def search(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        """The next match of a pattern from `start`."""
        found = pattern.search(self.text, start)
        stop = found.end() if found else self.end
        self.steps += stop - start
        # A whole tag stays what it is, whatever comes behind it.
        self.touched |= stop == self.end and not (found and self.text[found.start()] == "<")
        return found

    def match(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        """A match of a pattern right at `start`."""
        found = pattern.match(self.text, start)
        stop = found.end() if found else min(start + _LONGEST_TAG, self.end)
        self.steps += stop - start
        self.touched |= stop == self.end
        return found

    def find(self, needle: str, start: int) -> int:
        """Where `needle` is next found, or -1. The answer is remembered, also that there is none up to the end."""
        asked, found = self._found.get(needle, (0, _UNKNOWN))
        if asked > start or -1 < found < start or found == _UNKNOWN:
            found = self.text.find(needle, start)
            self.steps += (self.end if found < 0 else found + len(needle)) - start
            self._found[needle] = (start, found)
        self.touched |= found < 0
        return found

    def find_within(self, needle: str, start: int, stop: int) -> int:
        """Where `needle` is first found between two offsets, or -1."""
        found = self.text.find(needle, start, stop)
        self.steps += max((stop if found < 0 else found + len(needle)) - start, 0)
        return found

    def rfind(self, needle: str, start: int, stop: int) -> int:
        """Where `needle` is last found between two offsets, or -1."""
        found = self.text.rfind(needle, start, stop)
        self.steps += max(stop - max(found, start), 0)
        return found

    def count(self, needle: str, start: int, stop: int) -> int:
        """How often `needle` stands between two offsets."""
        self.steps += stop - start
        return self.text.count(needle, start, stop)

    def skip_blanks(self, start: int) -> int:
        """The first offset from `start` that holds no white space."""
        found = self.match(_BLANKS, start)
        return found.end() if found else start

    def at(self, tag: str, start: int) -> bool:
        """Whether `tag` stands at `start`."""
        self.touched |= self.end - start < len(tag)
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
        return _tag_of(found) if found else None

    def tag_at(self, start: int) -> Tag | None:
        """The structural tag right at `start`."""
        found = _TAG.match(self.text, start)
        if found is None:
            self.touched |= self.ends_within_a_tag(start)
            return None
        self.steps += found.end() - start
        return _tag_of(found)

    def ends_within(self, tag: str, start: int) -> bool:
        """Whether the text ends, from `start` on, with a part of `tag`, be it empty."""
        if self.end - start >= len(tag):
            return False
        self.touched = True
        return tag.startswith(self.text[start:])

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
        position = self.skip_blanks(tag.end)
        return self.at("<parameter=", position) or self.at("</function>", position)
