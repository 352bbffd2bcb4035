"""Where a value of format A ends, and how."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from punie.agent.tool_calls.source import Source

END: Final = "</parameter>"


class Extent(NamedTuple):
    """The end of a value, where reading goes on, and whether its closer was there, was missing or was cut off."""

    end: int
    resume: int
    how: Literal["closed", "unclosed", "cut"]


def closed(start: int) -> Extent:
    """A value that the `</parameter>` at `start` ends."""
    return Extent(start, start + len(END), "closed")


def unclosed(start: int) -> Extent:
    """A value without `</parameter>` that another tag at `start` ends."""
    return Extent(start, start, "unclosed")


def cut(source: Source) -> Extent:
    """A value inside which the text ends."""
    return Extent(source.end, source.end, "cut")


def first_tag(source: Source, start: int) -> Extent:
    """The extent up to the first tag that could end a value; it takes no second look at anything."""
    position = start
    while (tag := source.tag(position)) is not None:
        if tag.kind == "/parameter":
            return closed(tag.start)
        if tag.kind in {"parameter", "/function", "/call"}:
            return unclosed(tag.start)
        position = tag.end
    return cut(source)
