"""hover, answered by the language server in Markdown."""

from __future__ import annotations

import re
from typing import Final

from punie.agent.typed_tools import results
from punie.agent.typed_tools.navigation import HoverResult
from punie.agent.typed_tools.runners.positions import ask_at
from punie.agent.typed_tools.runners.surroundings import FAILURES, Surroundings

_FENCED: Final = re.compile(r"```(?P<language>[\w+-]*)\n(?P<code>.*?)\n```(?P<rest>.*)", re.DOTALL)
_RULE: Final = "---"


def hover(place: Surroundings, file_path: str, line: int, column: int, symbol: str) -> HoverResult:
    """Show type and documentation of the symbol at a position."""
    try:
        answer = ask_at(place, "textDocument/hover", (file_path, line, column))
    except FAILURES as error:
        return results.hover(symbol, parse_error=str(error))
    content, language = read_contents(answer.get("contents") if isinstance(answer, dict) else None)
    return results.hover(symbol, content, language)


def read_contents(contents: object) -> tuple[str | None, str | None]:
    """
    Content and language of what a server shows: markup, a marked string, or a list of these.

    The fence of the code is taken off: its language is the second value, and documentation follows after a blank line.
    """
    parts = contents if isinstance(contents, list) else [contents]
    text = "\n\n".join(part for part in map(_markdown, parts) if part)
    fenced = _FENCED.match(text)
    if fenced is None:
        return text or None, None
    rest = fenced["rest"].strip().removeprefix(_RULE).strip()
    return "\n\n".join(part for part in (fenced["code"], rest) if part) or None, fenced["language"] or None


def _markdown(part: object) -> str:
    if isinstance(part, str):
        return part
    value = part.get("value") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(value, str):
        return ""
    return f"```{part['language']}\n{value}\n```" if "language" in part else value
