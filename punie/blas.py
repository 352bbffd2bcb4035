"""
The one door to a fast BLAS on Linux CPUs.

MLX's Linux CPU wheel ships the reference BLAS. Its `libmlx` looks up ``cblas_sgemm`` by that plain name, so a library
that exports the name and was loaded earlier with ``RTLD_GLOBAL`` serves it instead. The package ``scipy-openblas32``
has a prefix on every name; `patchelf` makes a copy without it, which is kept in the user's cache folder.

Call `ensure_fast_blas()` before mlx is first imported. It does nothing on other platforms and with ``PUNIE_BLAS=off``.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import warnings
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

SWITCH: Final = "PUNIE_BLAS"
_PREFIX: Final = "scipy_"
# What libmlx looks up by plain name; LAPACK stays with the library that mlx brings.
_SYMBOLS: Final = ("cblas_sgemm", "cblas_dgemm", "cblas_cgemm")
_DIGEST_SIZE: Final = hashlib.sha256().digest_size


class BlasState(NamedTuple):
    """What the door did: `active` says whether a fast BLAS serves mlx, `detail` which one or why not."""

    active: bool
    detail: str


@cache
def ensure_fast_blas() -> BlasState:
    """
    Load an OpenBLAS with plain cblas names, once per process.

    Returns:
        The state; later calls return the first one's.

    Warns:
        RuntimeWarning: mlx was imported before, so that a library loaded now would serve nothing, or none could be
            loaded. mlx works all the same, only slower.
    """
    if os.environ.get(SWITCH, "").lower() in {"off", "0", "no", "false"}:
        return BlasState(active=False, detail=f"turned off by {SWITCH}")
    if sys.platform != "linux" or _find("mlx-cpu") is None:
        return BlasState(active=False, detail="not needed: mlx does not use its Linux CPU package here")
    if "mlx.core" in sys.modules:
        return _slow("mlx was imported before punie.blas.ensure_fast_blas()")
    try:
        return BlasState(active=True, detail=_load())
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        return _slow(f"no fast BLAS could be loaded ({error})")


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _slow(reason: str) -> BlasState:
    message = f"{reason}: matrix products stay about 10 times slower; {SWITCH}=off silences this"
    warnings.warn(message, RuntimeWarning, stacklevel=3)
    return BlasState(active=False, detail=reason)


def _load() -> str:
    """Load the cached copy, or one that lives as long as the process where nothing can be cached."""
    package = distribution("scipy-openblas32")
    source = Path(str(package.locate_file("scipy_openblas32/lib/libscipy_openblas.so")))
    try:
        library = _cached_copy(source, package.version)
    except (OSError, RuntimeError):  # read-only, full, or a user without a home
        with tempfile.TemporaryDirectory() as scratch:
            return _open(_plain_copy(source, Path(scratch)))
    return _open(library)


def _open(library: Path) -> str:
    ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    return str(library)


def _cached_copy(source: Path, version: str) -> Path:
    """The plain copy in the cache folder, made anew unless a sound one is there."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base, "punie", "blas")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"libopenblas-{version}-{platform.machine()}-{source.stat().st_size}.so"
    if not (target.is_file() and _is_sound(target)):
        # Made beside its place and moved there, so that no process ever sees half a file.
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            _plain_copy(source, Path(scratch)).replace(target)
    return target


def _is_sound(library: Path) -> bool:
    """Whether a copy ends in the digest of the rest; loading a damaged library would end the process."""
    content = memoryview(library.read_bytes())
    return hashlib.sha256(content[:-_DIGEST_SIZE]).digest() == content[-_DIGEST_SIZE:]


def _plain_copy(source: Path, folder: Path) -> Path:
    """Copy `source` into `folder` with plain names, followed by the digest of its content."""
    copy = Path(shutil.copyfile(source, folder / "libopenblas.so"))
    names = folder / "names"
    names.write_text("".join(f"{_PREFIX}{name} {name}\n" for name in _SYMBOLS), encoding="utf-8")
    command = [_patchelf(), "--rename-dynamic-symbols", str(names), str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - a fixed program on our own files
    content = copy.read_bytes()
    copy.write_bytes(content + hashlib.sha256(content).digest())
    return copy


def _patchelf() -> str:
    program = shutil.which("patchelf", path=sysconfig.get_path("scripts")) or shutil.which("patchelf")
    if program is None:
        message = "patchelf is not installed"
        raise ImportError(message)
    return program
