"""
The one door to a fast BLAS on Linux CPUs.

MLX's Linux CPU wheel ships the reference BLAS. `libmlx` calls ``cblas_sgemm`` by its plain name, so a library that
exports that name and was loaded earlier with ``RTLD_GLOBAL`` wins symbol resolution. PyPI's ``scipy-openblas32``
carries a prefix on each name; `patchelf` makes a copy without it, cached under the user's cache folder.

Call `ensure_fast_blas()` before mlx is first imported. It is a no-op elsewhere and never raises: a machine without
the library still works, only slower. ``PUNIE_BLAS=off`` turns it off.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

SWITCH: Final = "PUNIE_BLAS"
_PREFIX: Final = "scipy_"
# What libmlx looks up by plain name; LAPACK stays with the bundled library.
_SYMBOLS: Final = ("cblas_sgemm", "cblas_dgemm", "cblas_cgemm")


class BlasState(NamedTuple):
    """What the door did: `active` says whether a fast BLAS serves mlx, `detail` why or why not."""

    active: bool
    detail: str


@cache
def ensure_fast_blas() -> BlasState:
    """
    Load an OpenBLAS with plain cblas names, once per process.

    Returns:
        The state; a second call returns the first one's.

    Warns:
        RuntimeWarning: mlx was imported before, so that a library loaded now would silently serve nothing.
    """
    if os.environ.get(SWITCH, "").lower() in {"off", "0", "no", "false"}:
        return BlasState(active=False, detail=f"turned off by {SWITCH}")
    if sys.platform != "linux":
        return BlasState(active=False, detail=f"not needed on {sys.platform}")
    if not _uses_cpu_backend():
        return BlasState(active=False, detail="mlx does not use its CPU package here")
    if "mlx.core" in sys.modules:
        message = "mlx was imported before punie.blas.ensure_fast_blas(): matrix products stay about 10 times slower"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return BlasState(active=False, detail="mlx was imported first")
    return _load()


def _uses_cpu_backend() -> bool:
    """Whether mlx's CPU package is installed: the CUDA package brings its own BLAS."""
    return importlib.util.find_spec("mlx") is not None and _distribution_exists("mlx-cpu")


def _distribution_exists(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _load() -> BlasState:
    try:
        library = _plain_library()
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except (OSError, ImportError, subprocess.SubprocessError) as error:
        return BlasState(active=False, detail=f"no fast BLAS: {error}")
    return BlasState(active=True, detail=str(library))


def _plain_library() -> Path:
    """The patched copy of scipy-openblas32, made on first use."""
    source = _openblas()
    stat = source.stat()
    key = hashlib.sha256(f"{source}|{stat.st_size}|{stat.st_mtime_ns}".encode()).hexdigest()[:16]
    target = _cache_folder() / f"libopenblas-plain-{key}.so"
    if not target.is_file():
        _patch(source, target)
    return target


def _openblas() -> Path:
    spec = importlib.util.find_spec("scipy_openblas32")
    if spec is None or spec.origin is None:
        message = "scipy-openblas32 is not installed"
        raise ImportError(message)
    return Path(spec.origin).parent / "lib" / "libscipy_openblas.so"


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "punie" / platform.machine()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _patch(source: Path, target: Path) -> None:
    """Copy `source` with plain names to `target`; two processes at once cannot see half a file."""
    patchelf = shutil.which("patchelf", path=sysconfig.get_path("scripts")) or shutil.which("patchelf")
    if patchelf is None:
        message = "patchelf is not installed"
        raise ImportError(message)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        names = Path(scratch, "names")
        names.write_text("".join(f"{_PREFIX}{name} {name}\n" for name in _SYMBOLS), encoding="utf-8")
        copy = Path(shutil.copy(source, Path(scratch, target.name)))
        command = [patchelf, "--rename-dynamic-symbols", str(names), str(copy)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - fixed program, our own paths
        copy.replace(target)
