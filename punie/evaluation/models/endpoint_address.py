"""Where an OpenAI-compatible server is, and the key that it is given: neither lets a secret into any text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final, NoReturn

import httpx2

KEY_VARIABLE: Final = "PUNIE_API_KEY"
_SHORTEST_SECRET: Final = 8  # characters; servers without keys are given words such as "none", which replies may hold
_HIDDEN: Final = "***"
_CREDENTIALS: Final = re.compile(r"^([a-z]+://)?.*@", re.IGNORECASE | re.DOTALL)
_BEHIND_PATH: Final = re.compile(r"[?#].*", re.DOTALL)


class EndpointError(ValueError):
    """A server that cannot be asked as it is named; the message is one line, without secrets."""


class ApiKey(httpx2.Auth):
    """
    The key for a server, which is sent to that server alone and stands in no text.

    Args:
        value: the key, "" for none.

    Raises:
        EndpointError: it cannot stand in a header of HTTP.

    """

    def __init__(self, value: str = "") -> None:
        if not (value.isascii() and (value.isprintable() or not value)):
            message = f"the key in {KEY_VARIABLE} holds a character that no key has: copy it again"
            raise EndpointError(message)
        self._value = value

    @classmethod
    def from_environment(cls) -> ApiKey:
        """
        The key in PUNIE_API_KEY.

        A key of another service, such as OPENAI_API_KEY, is not handed to whatever server is named.
        """
        return cls(os.environ.get(KEY_VARIABLE, "").strip())

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"ApiKey({_HIDDEN if self._value else ''})"

    def hide(self, text: str) -> str:
        """The text without the key, whoever put it there."""
        return text.replace(self._value, _HIDDEN) if len(self._value) >= _SHORTEST_SECRET else text

    def auth_flow(self, request: httpx2.Request) -> Iterator[httpx2.Request]:  # type: ignore[override] # a generator is one
        """Put the key on a request."""
        if self._value:
            request.headers["Authorization"] = f"Bearer {self._value}"
        yield request


def base_of(address: str) -> httpx2.URL:
    """
    The address below which `models` and `chat/completions` are.

    Args:
        address: as a person names it; without a path, `/v1` is meant.

    Raises:
        EndpointError: it is no address of HTTP, or holds what may be a secret.

    """
    shown = repr(without_secrets(address))
    url = _parsed(address)
    if url is None or url.scheme not in {"http", "https"} or not url.host:
        _refuse(f"--endpoint {shown}: an address such as http://127.0.0.1:8080 is wanted")
    if url.userinfo or url.query or url.fragment:
        _refuse(f"--endpoint {shown}: give the address without password or query, and a key in {KEY_VARIABLE}")
    return url.copy_with(path=url.path.rstrip("/") or "/v1")


def without_secrets(address: str) -> str:
    """An address without what stands before its host and behind its path."""
    return _BEHIND_PATH.sub(f"?{_HIDDEN}", _CREDENTIALS.sub(rf"\1{_HIDDEN}@", address))


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, for messages; "elsewhere" when it has none."""
    url = _parsed(address)
    return f"{url.scheme}://{url.netloc.decode('ascii')}" if url is not None and url.host else "elsewhere"


def _parsed(address: str) -> httpx2.URL | None:
    try:
        return httpx2.URL(address)
    except httpx2.InvalidURL:
        return None


def _refuse(message: str) -> NoReturn:
    raise EndpointError(message)
