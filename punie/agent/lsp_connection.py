"""One run of a language server: a process, a thread that reads its answers and one that writes requests."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Final

from punie.agent.lsp_wire import frame, read_message
from punie.agent.programs import decoded, environment

_METHOD_NOT_FOUND: Final = -32601
_GRACE: Final = 2.0
_TAIL: Final = 500


class ServerGoneError(ConnectionError):
    """The language server ended, or does not speak the protocol."""


class RequestRefusedError(ValueError):
    """The language server answered with an error."""


class Connection:
    """
    A running language server; requests may be sent from several threads.

    Args:
        argv: the program and its arguments.
        cwd: the folder to run in.

    Raises:
        OSError: the program cannot be started.

    """

    def __init__(self, argv: Sequence[str], cwd: Path) -> None:
        self._pending: dict[int, Future[Any]] = {}
        self._lock = Lock()
        self._last_id = 0
        self._gone: ServerGoneError | None = None
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            self._process = self._start(argv, cwd)
        except OSError:
            self._stderr.close()
            raise
        self._threads = [Thread(target=target, daemon=True) for target in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether the server still answers."""
        return self._gone is None

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def request(self, method: str, params: Mapping[str, Any] | None, seconds: float) -> Any:  # noqa: ANN401 - any JSON
        """
        Ask the server and wait for its answer.

        Raises:
            ServerGoneError: it ended before it answered.
            RequestRefusedError: it answered with an error.
            TimeoutError: it did not answer in time.

        """
        future: Future[Any] = Future()
        with self._lock:
            if self._gone:
                raise self._gone
            self._last_id += 1
            number = self._last_id
            self._pending[number] = future
        self._send({"id": number, "method": method, "params": params})
        try:
            return future.result(seconds)
        except TimeoutError:
            self.notify("$/cancelRequest", {"id": number})
            message = f"the language server did not answer {method} within {seconds:g} seconds"
            raise TimeoutError(message) from None
        finally:
            with self._lock:
                self._pending.pop(number, None)

    def notify(self, method: str, params: Mapping[str, Any] | None) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def close(self) -> None:
        """Shut the server down, by force if it does not follow, and leave nothing behind."""
        with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
            self.request("shutdown", None, _GRACE)
            self.notify("exit", None)
            self._process.wait(_GRACE)
        self._outbox.put(None)
        self._kill()
        for thread in self._threads:
            thread.join(_GRACE)
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()

    @staticmethod
    def _popen(argv: Sequence[str], cwd: Path, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - an argument list, no shell
            argv,
            cwd=cwd,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )

    def _start(self, argv: Sequence[str], cwd: Path) -> subprocess.Popen[bytes]:
        try:
            return self._popen(argv, cwd, self._stderr)
        except FileNotFoundError:
            message = f"the program {argv[0]!r} was not found: install it or check its name"
            raise FileNotFoundError(message) from None

    def _kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _send(self, message: Mapping[str, Any]) -> None:
        self._outbox.put(frame(message))

    def _write(self) -> None:
        """A thread of its own, so that a server that does not read cannot block us."""
        stream = self._process.stdin
        with contextlib.suppress(OSError, ValueError):
            while stream and (data := self._outbox.get()) is not None:
                stream.write(data)
                stream.flush()

    def _read(self) -> None:
        reason = "the language server ended"
        stream = self._process.stdout
        try:
            while stream and (message := read_message(stream)) is not None:
                self._take(message)
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            reason = "the language server closed its output"
        except (OSError, ValueError, RecursionError) as error:
            reason = f"the language server sent nonsense: {error}"
        self._fail_all(reason)

    def _take(self, message: Mapping[str, Any]) -> None:
        if "method" in message:
            if "id" in message:
                self._send(_reply(message))
            return
        with self._lock:
            number = message.get("id")
            future = self._pending.pop(number, None) if isinstance(number, int) else None
        if future is None:
            return
        if message.get("error") is not None:
            future.set_exception(RequestRefusedError(_error_text(message["error"])))
        else:
            future.set_result(message.get("result"))

    def _fail_all(self, reason: str) -> None:
        self._kill()
        gone = ServerGoneError(f"{reason} (exit status {self._process.returncode}){self._last_words()}")
        with self._lock:
            self._gone = gone
            waiting = list(self._pending.values())
            self._pending.clear()
        self._outbox.put(None)
        for future in waiting:
            future.set_exception(gone)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._stderr.seek(0)
            lines = [line.strip() for line in decoded(self._stderr.read()).splitlines() if line.strip()]
            return f": {lines[-1][:_TAIL]}" if lines else ""
        return ""


def _reply(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question of the server: no settings, and agreement to whatever it registers."""
    method, number = str(request["method"]), request["id"]
    if method == "workspace/configuration":
        params = request.get("params")
        items = params.get("items") if isinstance(params, dict) else None
        return {"id": number, "result": [None] * (len(items) if isinstance(items, list) else 0)}
    if method.startswith(("client/", "window/", "workspace/")):
        return {"id": number, "result": None}
    return {"id": number, "error": {"code": _METHOD_NOT_FOUND, "message": f"{method} is not known here"}}


def _error_text(error: object) -> str:
    said = error.get("message") if isinstance(error, dict) else None
    return f"the language server refused: {said or error}"
