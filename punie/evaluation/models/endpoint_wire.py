"""One request to a server and its reply, within bounds of time and size."""

from __future__ import annotations

import asyncio
import json
import math
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import httpx2

from punie.evaluation.models.endpoint_address import KEY_VARIABLE, origin_of

LARGEST: Final = 4_000_000  # bytes of a body
_CONNECT: Final = 10.0  # seconds
_LONGEST_REST: Final = 60.0  # seconds
_SHOWN: Final = 200  # characters of what a server says


class AskError(Exception):
    """
    A request brought no reply.

    Args:
        message: why, one line.
        again: whether the same request may succeed later.
        rest: how many seconds the server wants to be left alone before.
        final: whether no other request can succeed either.

    """

    def __init__(self, message: str, *, again: bool = False, rest: float | None = None, final: bool = False) -> None:
        super().__init__(message)
        self.again = again
        self.rest = rest
        self.final = final


def client_of(base: httpx2.URL, auth: httpx2.Auth, *, connections: int) -> httpx2.AsyncClient:
    """
    A client of one server: it follows no redirects, so that the key goes nowhere else.

    A proxy of the environment is used for HTTPS alone: it would read what goes over plain HTTP.
    """
    return httpx2.AsyncClient(
        base_url=base,
        auth=auth,
        follow_redirects=False,
        trust_env=base.scheme == "https",
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        limits=httpx2.Limits(max_connections=connections),
    )


async def fetch(
    client: httpx2.AsyncClient, path: str, body: Mapping[str, Any] | None = None, *, seconds: float
) -> bytes:
    """
    The body of a reply in JSON.

    Args:
        client: of `client_of`.
        path: below the client's address.
        body: what is sent with POST; None sends GET.
        seconds: for all of it, however slowly the server talks.

    Raises:
        AskError: there is no such reply.

    """
    method = "GET" if body is None else "POST"
    try:
        async with (
            asyncio.timeout(seconds),
            client.stream(method, path, json=body, timeout=httpx2.Timeout(seconds, connect=_CONNECT)) as response,
        ):
            data = await _body(response)
    except httpx2.ConnectTimeout:
        message = f"no connection within {_CONNECT:g} s"
        raise AskError(message, again=True) from None
    except (TimeoutError, httpx2.TimeoutException):
        # what took this long takes as long again: that is left to the person, who can give it more time
        message = f"no whole reply within {seconds:g} s"
        raise AskError(message) from None
    except httpx2.ConnectError as error:
        message = f"no connection: {_reason(error)}"
        raise AskError(message, again=True) from None
    except httpx2.TransportError as error:
        message = f"the connection broke: {_reason(error)}"
        raise AskError(message, again=True) from None
    except httpx2.RequestError as error:
        message = f"the reply cannot be read: {_one_line(error)}"
        raise AskError(message) from None
    _check(response, data)
    return data


async def _body(response: httpx2.Response) -> bytes:
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > LARGEST:
            message = f"the reply is larger than {LARGEST // 10**6} MB"
            raise AskError(message)
    return bytes(data)


def _check(response: httpx2.Response, data: bytes) -> None:
    """Raise AskError unless it is a success in JSON."""
    status, kind = response.status_code, response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.is_redirect:
        place = origin_of(response.headers.get("location", ""))
        message = f"the server sends us on to {place}: give the address that answers itself"
        raise AskError(message, final=True)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        message = f"the server refuses us ({_said(response, data)}): set {KEY_VARIABLE} to a key that it takes"
        raise AskError(message, final=True)
    if status != HTTPStatus.OK:
        busy = status == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error
        rest = rest_of(response.headers.get("retry-after", "")) if busy else None
        raise AskError(_said(response, data), again=busy, rest=rest)
    if kind != "application/json" and not kind.endswith("+json"):
        message = f"the server sent {_one_line(kind) or 'something without a type'}, not JSON: is it the right address?"
        raise AskError(message)


def rest_of(header: str, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for, 60 at most; None when it says nothing."""
    try:
        seconds = float(header)
    except ValueError:
        seconds = _until(header, now or datetime.now(UTC))
    return None if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_REST)


def _until(date: str, now: datetime) -> float:
    try:
        when = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return math.nan
    # RFC 5322 has a date without a zone, HTTP means UTC
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()


def _said(response: httpx2.Response, data: bytes) -> str:
    """The status, and what the server says about it."""
    status = f"HTTP {response.status_code} {response.reason_phrase}".strip()
    told = _told(data)
    return f"{status}: {told}" if told else status


def _told(data: bytes) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return _one_line(found) if isinstance(found, str) else ""


def _reason(error: BaseException) -> str:
    """What the system says about a connection, or else the library."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionError) and cause.errno:
            return os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return _one_line(error)


def _one_line(text: object) -> str:
    words = " ".join(str(text).split())
    line = "".join(letter if letter.isprintable() else "?" for letter in words)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
