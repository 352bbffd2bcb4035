"""Digests: what an artifact was made from, in 64 hexadecimal digits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

_CHUNK = 1 << 20


def value_digest(value: object) -> str:
    """Return the digest of a value that JSON can hold; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(file: Path) -> str:
    """Return the digest of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_digest(folder: Path, patterns: Iterable[str]) -> str:
    """Return the digest of the files of `folder` that match a pattern: their names below it and their bytes."""
    found = {file for pattern in patterns for file in folder.glob(pattern) if file.is_file()}
    return value_digest({file.relative_to(folder).as_posix(): file_digest(file) for file in found})
