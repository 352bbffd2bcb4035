"""The most RAM that a process has held."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


def peak_rss() -> int | None:
    """The most RAM that this process has held, in bytes; None where the system does not tell."""
    try:
        # where there is such a file, getrusage tells of the process that started this one, too
        lines = _STATUS.read_text(encoding="utf-8", errors="replace").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return _of_resources()


def _of_resources() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    return _UNIT * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
