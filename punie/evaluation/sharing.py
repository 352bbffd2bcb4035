"""Work that several processes of one machine share: the first does it, the others read what it found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from filelock import FileLock

from punie.whole_files import write_whole

_FOUND: Final = "found.json"
_LOCK: Final = "found.lock"


def once(folder: Path, work: Callable[[], str]) -> str:
    """
    Do something in one process alone.

    Args:
        folder: that the processes share, made if absent; a lock in it makes the others wait.
        work: what to do; what it returns is kept for the others. When it raises, the next process tries.

    Returns:
        What was found, here or in another process.

    """
    folder.mkdir(parents=True, exist_ok=True)
    found = folder / _FOUND
    with FileLock(folder / _LOCK):
        if found.is_file():
            return found.read_text(encoding="utf-8")
        text = work()
        write_whole(found, [text])
        return text
