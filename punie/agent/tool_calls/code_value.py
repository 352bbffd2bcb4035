"""The extent of a value that is Python: tags inside strings and comments are its text."""

from __future__ import annotations

from punie.agent.tool_calls.extent import END, Extent, closed, cut, unclosed
from punie.agent.tool_calls.python_scanner import next_tag
from punie.agent.tool_calls.source import CLOSE, Source, Tag


def code_extent(source: Source, start: int) -> Extent:
    """The extent of the code that begins at `start`."""
    position = start
    while (stop := next_tag(source, position)).tag is not None:
        tag = stop.tag
        if tag.kind == "/parameter":
            return closed(tag.start)
        if _ends_code(source, tag):
            hidden = hidden_closer(source, END, start, tag.start)
            return unclosed(tag.start) if hidden is None else closed(hidden)
        position = tag.end
    closer = None
    if stop.inside == "comment":
        closer = hidden_closer(source, END, start, source.end)
    elif stop.inside == "string":
        closer = _closing_tail(source, start)
    return cut(source) if closer is None else closed(closer)


def hidden_closer(source: Source, closer: str, start: int, stop: int) -> int | None:
    """
    The closer that strings or comments hid between two offsets.

    The one right before `stop` is meant; otherwise the first that a structural tag or the end follows.
    """
    last = source.rfind(closer, start, stop)
    if last < 0 or source.skip_blanks(last + len(closer)) == stop:
        return None if last < 0 else last
    position = source.find(closer, start, stop)
    while position >= 0:
        if source.has_structure_at(position + len(closer)):
            return position
        position = source.find(closer, position + len(closer), stop)
    return None


def _ends_code(source: Source, tag: Tag) -> bool:
    if tag.kind == "call":
        return source.at("<function=", source.skip_blanks(tag.end))
    return tag.kind != "function" or source.begins_function(tag)


def _closing_tail(source: Source, start: int) -> int | None:
    """The `</parameter>` of the closing tags with which the whole text ends, for a string that was never closed."""
    function = source.rfind("</function>", start, source.end)
    if function < 0:
        return None
    after = source.skip_blanks(function + len("</function>"))
    if source.at(CLOSE, after):
        after = source.skip_blanks(after + len(CLOSE))
    closer = source.rfind(END, start, function)
    directly = closer >= 0 and source.skip_blanks(closer + len(END)) == function
    return closer if directly and after == source.end else None
