"""The extent of a value that is any text: whole calls inside it are its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from punie.agent.tool_calls.extent import Extent, closed, cut, unclosed
from punie.agent.tool_calls.source import CLOSE, OPEN, Kind, Source, Tag

_OPENER_OF: Final[dict[Kind, Kind]] = {"/call": "call", "/function": "function", "/parameter": "parameter"}


def text_extent(source: Source, start: int, known: Collection[str] | None) -> Extent:
    """
    The extent of the text that begins at `start`.

    Args:
        source: the reply.
        start: offset behind the `>` of the opener.
        known: the parameters of its function; None when any name will do.

    """
    walk = _Walk(source, known)
    position = start
    while (tag := source.tag(position)) is not None:
        position = tag.end
        if tag.kind not in _OPENER_OF:
            walk.opener(tag)
        elif (extent := walk.closer(tag)) is not None:
            return extent
    return walk.without_closer()


class _Walk:
    """The tags of a value, in their order."""

    def __init__(self, source: Source, known: Collection[str] | None) -> None:
        self._source = source
        self._known = known
        self._open: list[Kind] = []
        self._count: Counter[Kind] = Counter()
        # The first tag that ends the value if no closer does.
        self._missing: int | None = None
        # A closer with words behind it: the end only if no better one comes before the next tag.
        self._loose: int | None = None

    def opener(self, tag: Tag) -> None:
        """Openers count where they are no mention: at a line start, right behind a value, in a call that began so."""
        in_call = self._count["call"] > 0 or self._count["function"] > 0
        begins = self._source.at_line_start(tag.start)
        if tag.kind == "parameter" and not in_call and self._is_known(tag):
            begins = begins or self._source.text[tag.start - 1].isalnum()
            if begins:
                self._note(tag)
        if begins or in_call:
            self._open.append(tag.kind)
            self._count[tag.kind] += 1

    def closer(self, tag: Tag) -> Extent | None:
        """What a closer ends: an opener of the value, the value, or nothing."""
        opener = _OPENER_OF[tag.kind]
        if self._count[opener]:
            self._leave(opener)
            return None
        if tag.kind == "/parameter":
            return self._end(tag)
        if not self._source.at_line_start(tag.start) and not self._source.has_structure_at(tag.end):
            return None
        self._note(tag)
        return self.without_closer() if self._ends_block(tag) else None

    def without_closer(self) -> Extent:
        """The extent when no closer that counts was met."""
        if self._missing is None:
            return cut(self._source)
        return unclosed(self._missing) if self._loose is None else closed(self._loose)

    def _note(self, tag: Tag) -> None:
        if self._missing is None:
            self._missing = tag.start

    def _leave(self, opener: Kind) -> None:
        while (inner := self._open.pop()) != opener:
            self._count[inner] -= 1
        self._count[opener] -= 1

    def _end(self, tag: Tag) -> Extent | None:
        if self._counts(tag):
            return closed(tag.start)
        if self._missing is None and self._source.at_line_edge(tag):
            self._loose = tag.start
        return None

    def _is_known(self, tag: Tag) -> bool:
        return self._known is None or tag.name in self._known

    def _counts(self, closer: Tag) -> bool:
        position = self._source.skip_blanks(closer.end)
        following = self._source.tag_at(position)
        if following is None:
            return self._source.ends_within_a_tag(position)
        return following.kind != "parameter" or self._is_known(following)

    def _ends_block(self, tag: Tag) -> bool:
        """Whether the end or the next call follows a closer, so that nothing of this value can come later."""
        position = self._source.skip_blanks(tag.end)
        if tag.kind == "/function" and self._source.at(CLOSE, position):
            position = self._source.skip_blanks(position + len(CLOSE))
        return position == self._source.end or any(self._source.at(tag, position) for tag in (OPEN, "<function="))
