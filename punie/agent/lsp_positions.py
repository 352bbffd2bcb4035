"""Places between us and a language server: lines and columns from 1 in code points here, from 0 in code units there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

Encoding = Literal["utf-8", "utf-16", "utf-32"]
ENCODINGS: Final[tuple[Encoding, ...]] = ("utf-8", "utf-16")
DEFAULT_ENCODING: Final[Encoding] = "utf-16"
_CODECS: Final[dict[Encoding, tuple[str, int]]] = {
    "utf-8": ("utf-8", 1),
    "utf-16": ("utf-16-le", 2),
    "utf-32": ("utf-32-le", 4),
}
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of a text as language servers count them: other separators do not end a line."""
    return _LINE_END.split(text)


def to_character(line: str, column: int, encoding: Encoding) -> int:
    """The server's offset of a 1-based column in this line; past its end is the end."""
    codec, width = _CODECS[encoding]
    return len(line[: column - 1].encode(codec, errors="replace")) // width


def to_column(line: str, character: int, encoding: Encoding) -> int:
    """The 1-based column of a server's offset in this line; inside a character is that character."""
    codec, width = _CODECS[encoding]
    head = line.encode(codec, errors="replace")[: character * width]
    return len(head.decode(codec, errors="ignore")) + 1


def path_of_uri(uri: str) -> Path | None:
    """The path of a file URI, percent-encoding undone; None for another kind."""
    parts = urlsplit(uri)
    return Path(unquote(parts.path)) if parts.scheme == "file" and parts.path else None
