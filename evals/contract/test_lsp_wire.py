from __future__ import annotations

import io

import pytest

from punie.agent.lsp_wire import frame, read_message


def test_what_is_framed_can_be_read() -> None:
    message = {"method": "x", "params": {"text": "é😀\r\n\r\nContent-Length: 3"}}
    stream = io.BytesIO(frame(message) + frame({"id": 2}))

    assert read_message(stream) == {"jsonrpc": "2.0", **message}
    assert read_message(stream) == {"jsonrpc": "2.0", "id": 2}
    assert read_message(stream) is None


def test_the_length_counts_bytes() -> None:
    head, _, body = frame({"x": "é"}).partition(b"\r\n\r\n")

    assert head == b"Content-Length: %d" % len(body)


def test_half_a_character_does_not_stop_us() -> None:
    assert read_message(io.BytesIO(frame({"x": "\ud800"}))) == {"jsonrpc": "2.0", "x": "?"}


def test_other_headers_and_cases_are_accepted() -> None:
    stream = io.BytesIO(b"Content-Type: json\r\ncontent-LENGTH:  2 \r\n\r\n{}")

    assert read_message(stream) == {}


@pytest.mark.parametrize("data", [b"", b"Content-Length: 9\r\n", b"Content-Length: 9\r\n\r\n{}"])
def test_the_end_inside_a_message_is_the_end(data: bytes) -> None:
    assert read_message(io.BytesIO(data)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n{}",
        b"Hello: there\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 2\r\n\r\n{]",
        b"Content-Length: 2\r\n\r\n\xff\xff",
    ],
)
def test_nonsense_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_message(io.BytesIO(data))
