"""Memory: what the device offers, and what a run says that it took."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

ROOMY: Final = 0.7  # share of the limit up to which all is well
MOST: Final = 0.8  # share beyond which a device slows down or gives up
_METAL_SHARE: Final = 0.75  # of a Mac's memory that its GPU may use, as macOS sets it
_WIRED: Final = ("/usr/sbin/sysctl", "-n", "iogpu.wired_limit_mb")
_MIB: Final = 1 << 20
_WARNING: Final = re.compile(
    r"\[WARNING\][^\n]*?requires\s+(\d+)\s+MB\s+which\s+is\s+close\s+to\s+the\s+maximum\s+recommended\s+size"
    r"\s+of\s+(\d+)\s+MB"
)


class MemoryWarning(NamedTuple):
    """MLX's own warning: bytes that a model needs, and bytes that the device recommends at most."""

    needed: int
    limit: int


def find_warnings(log: str) -> list[MemoryWarning]:
    """Return MLX's memory warnings in a log, in order."""
    return [MemoryWarning(int(needed) * _MIB, int(limit) * _MIB) for needed, limit in _WARNING.findall(log)]


def planned_limit() -> int:
    """Return the bytes that the device offers to a model, found without loading mlx; on a CPU, its RAM."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return memory if sys.platform != "darwin" else _wired_limit() or int(_METAL_SHARE * memory)


def device_limit() -> int:
    """Return the bytes that the device offers to a model, as mlx knows them; on a CPU, its RAM."""
    import mlx.core as mx

    found: Mapping[str, Any] = mx.device_info()
    return int(found.get("max_recommended_working_set_size") or 0) or planned_limit()


def memory_facts(peak: int, log: str) -> dict[str, Any]:
    """
    Return what a manifest says on memory: the limit, and under `memory_warnings` what is too near to it.

    Args:
        peak: bytes that the stage took at most.
        log: what mlx-lm printed meanwhile.
    """
    limit = device_limit()
    said = [
        f"MLX warned: a model needs {gigabytes(warning.needed)} of the {gigabytes(warning.limit)} recommended"
        for warning in find_warnings(log)
    ]
    if peak > MOST * limit:
        share = f"{peak / limit:.0%} of the device's {gigabytes(limit)}, more than {MOST:.0%}"
        said.append(f"peak memory {gigabytes(peak)} is {share}: lower max_tokens or batch_size, or grad_checkpoint")
    return {"memory_limit": limit} | ({"memory_warnings": said} if said else {})


def gigabytes(count: int) -> str:
    """Return a number of bytes as a person reads it, in decimal units."""
    for size, unit in ((1e9, "GB"), (1e6, "MB")):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"


def _wired_limit() -> int:
    """The limit that a person set on a Mac, in bytes; 0 when the system's own holds."""
    try:
        found = subprocess.run(_WIRED, capture_output=True, text=True, check=False, timeout=5)  # noqa: S603 - fixed words
        return int(found.stdout) * _MIB
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0
