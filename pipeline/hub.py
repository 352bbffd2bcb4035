"""Models by their hub name: looked up on this machine's disk, never on a network."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_REVISION: Final = re.compile(r"[0-9A-Za-z]+")


def is_hub_name(base: str) -> bool:
    """Whether `base` is written like ORGANISATION/NAME."""
    return _NAME.fullmatch(base) is not None


def hub_cache() -> Path:
    """Return the folder in which downloaded models lie, as the hub's own tools find it."""
    if found := os.environ.get("HF_HUB_CACHE"):
        return Path(found).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(home).expanduser() / "hub"


def downloaded(name: str) -> Path | None:
    """Return the folder of the model `name` when it was downloaded, at the revision that `main` names."""
    folder = hub_cache() / f"models--{name.replace('/', '--')}"
    try:
        revision = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    snapshot = folder / "snapshots" / revision
    return snapshot if _REVISION.fullmatch(revision) and snapshot.is_dir() else None
