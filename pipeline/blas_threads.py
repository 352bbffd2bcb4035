"""One BLAS thread while a context lasts: two MLX streams already use two cores, and more threads only wait."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator

from punie.blas import ensure_fast_blas


@contextlib.contextmanager
def single_blas_thread() -> Iterator[None]:
    """Limit the OpenBLAS that `punie.blas` loaded to one thread; without it nothing happens."""
    state = ensure_fast_blas()
    if not state.active:
        yield
        return
    library = ctypes.CDLL(state.detail)
    before = library.scipy_openblas_get_num_threads()
    library.scipy_openblas_set_num_threads(1)
    try:
        yield
    finally:
        library.scipy_openblas_set_num_threads(before)
