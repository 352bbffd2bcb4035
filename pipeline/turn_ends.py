"""The tokens at which a model's turn ends, as a set: configurations name one or several."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.errors import StageError


def turn_ends(folder: Path) -> set[int]:
    """
    Return the eos ids of the model in `folder`.

    Raises:
        StageError: its configuration is missing, or names none.
    """
    try:
        named = json.loads((folder / "config.json").read_text(encoding="utf-8"))["eos_token_id"]
        ids = {int(each) for each in (named if isinstance(named, list) else [named])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"config.json in {str(folder)!r} names no eos_token_id ({type(error).__name__})"
        raise StageError(message) from error
    if not ids:
        message = f"config.json in {str(folder)!r} has an empty eos_token_id"
        raise StageError(message)
    return ids
