"""A client of a language server such as `ty server`: starts it when asked, and once more when it crashes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

from punie.agent.lsp_connection import Connection, RequestRefusedError, ServerGoneError
from punie.agent.lsp_documents import Documents
from punie.agent.lsp_positions import DEFAULT_ENCODING, ENCODINGS, Encoding

__all__ = ["LspClient", "RequestRefusedError", "ServerGoneError"]

_CAPABILITIES: Final[dict[str, Any]] = {
    "general": {"positionEncodings": list(ENCODINGS)},
    "textDocument": {
        "definition": {"linkSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "synchronization": {},
    },
    "workspace": {"configuration": True, "workspaceFolders": True},
}
_KNOWN_ENCODINGS: Final[dict[str, Encoding]] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


@dataclass(frozen=True, slots=True)
class _Session:
    connection: Connection
    documents: Documents
    encoding: Encoding


class LspClient:
    """
    A language server for one folder; use it as a context manager, from any number of threads.

    Args:
        argv: the server's program and arguments.
        root: the folder that it serves.
        seconds: how long one answer may take.

    """

    def __init__(self, argv: Sequence[str], root: Path, *, seconds: float = 30.0) -> None:
        self._argv = tuple(argv)
        self._root = root.resolve()
        self._seconds = seconds
        self._lock = Lock()
        self._session: _Session | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def encoding(self) -> Encoding:
        """The code units in which the server counts columns."""
        return self._running().encoding

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._running().connection.pid

    def ask(self, method: str, params: Mapping[str, Any], file: Path | None = None) -> Any:  # noqa: ANN401 - any JSON
        """
        The server's answer, on the files as they are on the disk now.

        Args:
            method: of the protocol, such as `textDocument/hover`.
            params: its parameters; the document is added when there is a `file`.
            file: the file that the question is about.

        Raises:
            OSError: the server cannot be started (FileNotFoundError, ServerGoneError), crashed twice, did not answer in
                time (TimeoutError), or the file cannot be read.
            RequestRefusedError: the server answered with an error.

        """
        about = {"textDocument": {"uri": file.as_uri()}, **params} if file else params
        try:
            return self._ask_once(method, about, file)
        except ServerGoneError:
            if self._closed:
                raise
            return self._ask_once(method, about, file)

    def close(self) -> None:
        """Shut the server down; the client is of no further use."""
        with self._lock:
            self._closed = True
            session, self._session = self._session, None
        if session:
            session.connection.close()

    def _ask_once(self, method: str, params: Mapping[str, Any], file: Path | None) -> Any:  # noqa: ANN401 - any JSON
        session = self._running()
        session.documents.synchronize(file)
        return session.connection.request(method, params, self._seconds)

    def _running(self) -> _Session:
        with self._lock:
            if self._closed:
                message = "the language server was shut down"
                raise ServerGoneError(message)
            if self._session and not self._session.connection.alive:
                self._session.connection.close()
                self._session = None
            if self._session is None:
                self._session = self._start()
            return self._session

    def _start(self) -> _Session:
        with contextlib.ExitStack() as undo:
            connection = Connection(self._argv, self._root)
            undo.callback(connection.close)
            answer = connection.request("initialize", self._introduction(), self._seconds)
            connection.notify("initialized", {})
            session = _Session(connection, Documents(self._root, connection), _encoding(answer))
            undo.pop_all()
        return session

    def _introduction(self) -> dict[str, Any]:
        uri = self._root.as_uri()
        return {
            "processId": os.getpid(),
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": self._root.name}],
            "capabilities": _CAPABILITIES,
        }


def _encoding(answer: object) -> Encoding:
    capabilities = answer.get("capabilities") if isinstance(answer, dict) else None
    chosen = capabilities.get("positionEncoding") if isinstance(capabilities, dict) else None
    return _KNOWN_ENCODINGS.get(str(chosen), DEFAULT_ENCODING)
