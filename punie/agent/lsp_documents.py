"""What the language server knows of the files: documents opened to it, and changes on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from punie.agent.lsp_connection import Connection

_CREATED: Final = 1
_CHANGED: Final = 2
_DELETED: Final = 3
_WATCHED: Final = (".py", ".pyi", ".ipynb", "pyproject.toml", "ty.toml")
_SKIPPED: Final = {"__pycache__", "node_modules"}


@dataclass(frozen=True, slots=True)
class _Document:
    version: int
    text: str


class Documents:
    """The files below `root` as one run of the server knows them."""

    def __init__(self, root: Path, connection: Connection) -> None:
        self._root = root
        self._connection = connection
        self._lock = Lock()
        self._open: dict[Path, _Document] = {}
        self._seen = dict(_stamps(root))

    def synchronize(self, file: Path | None) -> None:
        """
        Tell the server what changed on the disk since the last call, and open `file` to it.

        Raises:
            OSError: `file` cannot be read.

        """
        with self._lock:
            self._report_changes()
            for known in list(self._open):
                self._update(known)
            if file is not None and file not in self._open:
                self._send_open(file, _text(file))

    def _report_changes(self) -> None:
        now = dict(_stamps(self._root))
        changes = [
            *({"uri": file.as_uri(), "type": _CREATED} for file in now.keys() - self._seen.keys()),
            *({"uri": file.as_uri(), "type": _DELETED} for file in self._seen.keys() - now.keys()),
            *({"uri": f.as_uri(), "type": _CHANGED} for f in now.keys() & self._seen.keys() if now[f] != self._seen[f]),
        ]
        self._seen = now
        if changes:
            self._connection.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def _update(self, file: Path) -> None:
        document = self._open[file]
        try:
            text = _text(file)
        except OSError:
            self._notify("didClose", {"uri": file.as_uri()})
            del self._open[file]
            return
        if text != document.text:
            version = document.version + 1
            self._open[file] = _Document(version, text)
            self._notify("didChange", {"uri": file.as_uri(), "version": version}, contentChanges=[{"text": text}])

    def _send_open(self, file: Path, text: str) -> None:
        self._open[file] = _Document(1, text)
        self._notify("didOpen", {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": text})

    def _notify(self, event: str, document: Mapping[str, Any], **more: object) -> None:
        self._connection.notify(f"textDocument/{event}", {"textDocument": document, **more})


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", errors="replace")


def _stamps(root: Path) -> Iterator[tuple[Path, tuple[int, int, int]]]:
    """Files that matter to the server, with what changes when they are written."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        for name in names:
            if name.endswith(_WATCHED):
                file = Path(folder, name)
                try:
                    facts = file.stat()
                except OSError:  # it went while we looked
                    continue
                yield file, (facts.st_mtime_ns, facts.st_size, facts.st_ino)
