"""Which engine computes replies: versions, our own code, and the machine."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("mlx", "mlx-lm", "punie", "tokenizers", "transformers")
CODE: Final = ("mlx.py", "prefix.py", "shared_attention.py")  # of this folder: what computes with mlx


@cache
def versions() -> dict[str, str]:
    """Versions of all that takes part, `engine`: a digest of our own part, and `machine`: what it runs on."""
    found = {package.replace("-", "_"): _version(package) for package in _PACKAGES}
    return {**found, "engine": _own_code(), "machine": _machine()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _own_code() -> str:
    """A version does not change while the code of an editable install does."""
    digest = hashlib.sha256()
    for name in CODE:
        digest.update(f"{name}\0".encode() + Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


def _machine() -> str:
    """Sums come out differently on another kind of processor, or when split over another number of them."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
