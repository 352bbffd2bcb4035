"""What people read, as text: rich's tables without a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

from rich.console import Console, RenderableType

_MIN_WIDTH: Final = 60


def as_text(parts: Iterable[RenderableType], *, width: int, colour: bool) -> str:
    """
    Return the parts below one another, without blanks at the ends of lines, with one newline at the end.

    Args:
        parts: tables and texts; an empty text is an empty line.
        width: of a line, in characters, 60 at least.
        colour: whether to add colours for a terminal.
    """
    console = Console(
        file=io.StringIO(),
        width=max(width, _MIN_WIDTH),
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n")) + "\n"
