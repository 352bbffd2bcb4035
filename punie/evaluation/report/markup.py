"""HTML and SVG made of elements: text is escaped wherever it enters, so that no reply can become markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

_VOID: Final = frozenset({"br", "input", "link", "meta"})


class Html(str):
    """Text that is markup already; any other text is escaped."""

    __slots__ = ()


def tag(name: str, *children: str, **attributes: str | float | bool | None) -> Html:
    """
    An element.

    Args:
        name: of the element.
        children: markup as it is, other text escaped.
        attributes: `class_` is class, other underscores are hyphens; None and False leave one out, True has no value.

    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Parts one after the other: markup as it is, other text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(_clean(part)) for part in parts))


def _attribute(key: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - a value of HTML
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f" {name}" if value is True else f' {name}="{escape(_clean(text))}"'


def _clean(text: str) -> str:
    """Text that UTF-8 can hold, without control characters."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)
