"""The extent of a value that is Python: tags inside strings and comments are its text."""

from __future__ import annotations

import re
from typing import Final

from punie.agent.tool_calls.extent import END, Extent, closed, cut, unclosed
from punie.agent.tool_calls.python_scanner import hiding_tokens, inside_at_end, next_tag
from punie.agent.tool_calls.source import CLOSE, Source, Tag

_CLOSING_TAGS: Final = re.compile(r"</parameter>\s*+</function>\s*+</tool_call>")
_LAST_OF_COMMENT: Final = re.compile(r"</parameter>[ \t]*+</function>[ \t]*+(?:</tool_call>[ \t]*+)?\Z")


def code_extent(source: Source, start: int) -> Extent:
    """The extent of the code that begins at `start`."""
    position = start
    while (tag := next_tag(source, position)) is not None:
        if tag.kind == "/parameter":
            return closed(tag.start)
        if _ends_code(source, tag):
            hidden = hidden_closer(source, END, start, tag.start)
            return unclosed(tag.start) if hidden is None else closed(hidden)
        position = tag.end
    in_string = inside_at_end(source, start) == "string"
    closer = _closer_in_string(source, start) if in_string else _closer_in_comment(source, start)
    return cut(source) if closer is None else closed(closer)


def hidden_closer(source: Source, closer: str, start: int, stop: int) -> int | None:
    """
    The closer that strings or comments hid between two offsets.

    The one right before `stop` is meant; otherwise the first that a structural tag or the end follows.
    """
    last = source.rfind(closer, start, stop)
    if last < 0 or source.skip_blanks(last + len(closer)) == stop:
        return None if last < 0 else last
    position = source.find_within(closer, start, stop)
    while position >= 0:
        if source.has_structure_at(position + len(closer)):
            return position
        position = source.find_within(closer, position + len(closer), stop)
    return None


def _ends_code(source: Source, tag: Tag) -> bool:
    if tag.kind == "call":
        return source.at("<function=", source.skip_blanks(tag.end))
    return tag.kind != "function" or source.begins_function(tag)


def _closer_in_string(source: Source, start: int) -> int | None:
    """The `</parameter>` of the closing tags with which the whole text ends, for a string that was never closed."""
    last = source.rfind(CLOSE, start, source.end)
    if last < 0 or source.skip_blanks(last + len(CLOSE)) != source.end:
        return None
    function = source.rfind("</function>", start, last)
    closer = source.rfind(END, start, max(function, start))
    return closer if closer >= 0 and source.match(_CLOSING_TAGS, closer) else None


def _closer_in_comment(source: Source, start: int) -> int | None:
    """
    The `</parameter>` that a comment hides, for code up to the end of the text.

    It is the one of closing tags with which the line of the comment ends, or the one behind which nothing came yet.
    """
    last = source.rfind(END, start, source.end)
    if last < 0:
        return None
    for begin, end in hiding_tokens(source, start, source.end):
        if source.text[begin] == "#" and (found := _LAST_OF_COMMENT.search(source.text, begin, end)):
            return found.start()
    return last if source.ends_within_a_tag(source.skip_blanks(last + len(END))) else None
