"""A small OpenAI-compatible server for tests, in a thread: it does to each request what a test says."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import httpcore2  # noqa: F401 - httpx2 does it late: runs of pytest inside this process share what is imported before

MODEL: Final = "team-model"
JSON: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Sent:
    """What a server sends: a status, headers, and a body in parts, each after a while."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    parts: int = 1
    pause: float = 0.0  # seconds before each part
    length: int | None = None  # what the headers promise; by default that of the body


Reaction = Callable[["Request"], Sent]


@dataclass(frozen=True)
class Request:
    """A request, as the server saw it, with the number of requests of its kind that came before."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    number: int

    @property
    def question(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])


def chat(message: object, reason: str | None = "stop", **fields: object) -> Sent:
    """A reply: a text, or a message as an object; `fields` replace those of the whole."""
    whole = {
        "id": "1",
        "object": "chat.completion",
        "model": MODEL,
        "system_fingerprint": "fp_1",
        "choices": [
            {
                "index": 0,
                "finish_reason": reason,
                "message": message if isinstance(message, dict) else {"role": "assistant", "content": message},
            }
        ],
    }
    return Sent(json.dumps(whole | fields).encode())


def error(status: int, message: str = "", **headers: str) -> Sent:
    """An error in OpenAI's form; underscores in the names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Sent(json.dumps({"error": {"message": message}}).encode(), status, {**JSON, **named})


def models(*names: str) -> Sent:
    """The list of models."""
    return Sent(json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in names]}).encode())


class Server:
    """
    A running server.

    Attributes:
        address: without `/v1`.
        requests: for chat completions, in the order in which they came.
        busiest: most reactions at once.

    """

    def __init__(self, reaction: Reaction, listing: Sent) -> None:
        self.requests: list[Request] = []
        self.busiest = 0
        self._busy = 0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, reaction, listing))
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """The server, until the context ends."""
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield self
        finally:
            self.stop()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._http.shutdown()
        self._http.server_close()

    @contextlib.contextmanager
    def taking(self, path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Iterator[Request]:
        """Note a request, and that it is busy with it."""
        with self._lock:
            request = Request(path, headers, body, len(self.requests))
            self.requests.append(request)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            yield request
        finally:
            with self._lock:
                self._busy -= 1


def serve(reaction: Reaction, listing: Sent | None = None) -> contextlib.AbstractContextManager[Server]:
    """A server whose chat completions are what `reaction` says."""
    return Server(reaction, listing or models(MODEL, "other")).running()


def _handler(server: Server, reaction: Reaction, listing: Sent) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(listing if self.path == "/v1/models" else error(404, "there is nothing here"))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with server.taking(self.path, dict(self.headers), body) as request:
                sent = reaction(request)
            self._send(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server uses
            """Say nothing."""

        def _send(self, sent: Sent) -> None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(sent.status)
                for name, value in sent.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(sent.body) if sent.length is None else sent.length))
                self.end_headers()
                size = -(-len(sent.body) // sent.parts) or 1
                for start in range(0, max(len(sent.body), 1), size):
                    time.sleep(sent.pause)
                    self.wfile.write(sent.body[start : start + size])
                    self.wfile.flush()

    return Handler
