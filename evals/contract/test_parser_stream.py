"""Replies in pieces: when a call is certain, and where it stands."""

from __future__ import annotations

import pytest

from punie.agent.tool_calls import StreamParser, emit_call, parse_reply

HERMES = '<tool_call>{"name": "f"}</tool_call>'


def fed(*pieces: str) -> list[list[str]]:
    parser = StreamParser()
    return [[call.name for call in parser.feed(piece)] for piece in pieces]


def test_a_call_is_certain_once_and_at_its_closing_tag() -> None:
    assert fed("Go. <tool_", 'call>{"name": "f"}', "</tool_call>", " Done.") == [[], [], ["f"], []]


def test_several_calls_may_come_with_one_piece() -> None:
    assert fed(HERMES * 3, HERMES) == [["f", "f", "f"], ["f"]]


def test_a_certain_call_knows_its_place_in_the_whole_reply() -> None:
    pieces = ["One: ", HERMES, " two: ", emit_call("x"), " three"]
    parser = StreamParser()
    certain = [call for piece in pieces for call in parser.feed(piece)]

    assert tuple(certain) == parse_reply("".join(pieces)).calls


def test_a_call_in_open_reasoning_is_not_certain() -> None:
    assert fed("<think>maybe ", HERMES, " no</think>", HERMES) == [[], [], [], ["f"]]


def test_a_fence_is_no_call_before_the_reply_ends() -> None:
    parser = StreamParser()
    certain = parser.feed("```python\nx\n```\nDone.")

    assert (certain, [call.name for call in parser.close().calls]) == ((), ["execute_code"])


@pytest.mark.parametrize("end", ["", "</parameter>", '</parameter>\n</function>\n</tool_call>\n"""'])
def test_a_call_whose_string_is_open_is_not_certain(end: str) -> None:
    assert fed(f'<tool_call><function=f><parameter=code>\ns = """{end}')[-1] == []


def test_an_empty_stream_is_an_empty_reply() -> None:
    assert StreamParser().close() == parse_reply("")
