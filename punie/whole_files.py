"""Files that appear whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_whole(file: Path, parts: Iterable[str]) -> Path:
    """
    Write a text in one step, so that no reader ever sees a part of it, and return the file.

    Args:
        file: its folder is made if absent; an older file is replaced.
        parts: the text, piece by piece.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return file


def write_json(file: Path, data: Any) -> Path:  # noqa: ANN401 - whatever JSON can hold
    """Write data as indented JSON in ASCII, in one step as `write_whole`, and return the file."""
    return write_whole(file, [json.dumps(data, indent=2, ensure_ascii=True), "\n"])
