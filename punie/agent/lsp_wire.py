"""The frame of the Language Server Protocol: a header with the length, then JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, Final

LARGEST_MESSAGE: Final = 256 * 2**20
_LONGEST_HEADER: Final = 4096
_LENGTH: Final = b"content-length"


def frame(message: Mapping[str, Any]) -> bytes:
    """A message as bytes."""
    body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode("utf-8", errors="replace")
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def read_message(stream: IO[bytes]) -> dict[str, Any] | None:
    """
    The next message, or None at the end of the stream, also when it ends inside a message.

    Raises:
        ValueError: what comes is no message.

    """
    length = _read_length(stream)
    if length is None:
        return None
    body = stream.read(length)
    if len(body) < length:
        return None
    message = json.loads(body)
    if not isinstance(message, dict):
        shown = f"expected a JSON object from the language server, got {body[:80]!r}"
        raise ValueError(shown)  # noqa: TRY004 - the content is wrong, not a caller's type
    return message


def _read_length(stream: IO[bytes]) -> int | None:
    length = None
    while line := stream.readline(_LONGEST_HEADER):
        name, _, value = line.strip().partition(b":")
        if not name:
            if length is None:
                message = "the language server sent a header without Content-Length"
                raise ValueError(message)
            return length
        if name.lower() == _LENGTH:
            length = _checked(value)
    return None


def _checked(value: bytes) -> int:
    digits = value.strip()
    if not digits.isdigit() or int(digits) > LARGEST_MESSAGE:
        message = f"the language server announced a message of {digits[:40]!r} bytes"
        raise ValueError(message)
    return int(digits)
