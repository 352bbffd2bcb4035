"""What holds for every reply, over the public strategies."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from punie.agent.tool_calls import Reply, StreamParser, ToolCall, emit_call, parse_reply, stream
from punie.agent.tool_calls.conversion import Schemas
from punie.agent.tool_calls.parser import read_source
from punie.agent.tool_calls.source import Source
from punie.testing.strategies import (
    WrittenReply,
    chunkings,
    python_code,
    repeated_soup,
    replies,
    schemas,
    token_soup,
)

WHOLE = "</function>"
# What reading costs at most, in looks at each character.
STEPS = 12


def spans_of(reply: Reply) -> list[tuple[int, int]]:
    lost = {problem.span for problem in reply.problems if problem.lost}
    reasoning = {reply.reasoning_span} if reply.reasoning_span else set()
    return sorted({call.span for call in reply.calls} | lost | reasoning)


def outside(text: str, spans: list[tuple[int, int]]) -> str:
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def compiles(code: str) -> bool:
    try:
        compile(code, "<generated>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def values_of(calls: tuple[ToolCall, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, call.arguments) for call in calls]


@given(python_code())
def test_generated_code_compiles(code: str) -> None:
    assert compiles(code)


@given(python_code())
def test_an_emitted_call_is_read_back(code: str) -> None:
    reply = parse_reply(emit_call(code))

    assert (reply.content, reply.complete, values_of(reply.calls)) == (None, True, [("execute_code", {"code": code})])


@given(replies())
def test_calls_are_found_between_words(reply: WrittenReply) -> None:
    found = parse_reply(reply.text)

    assert values_of(found.calls) == [(call.name, call.arguments) for call in reply.calls]
    assert [call.dialect for call in found.calls] == [call.dialect for call in reply.calls]
    assert found.content == reply.words
    assert found.complete


@given(python_code())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_a_cut_call_holds_the_beginning_of_its_code_and_is_not_complete(code: str) -> None:
    assume(WHOLE not in code)
    text = emit_call(code)
    whole = text.index(WHOLE) + len(WHOLE)
    cuts = [parse_reply(text[:cut]) for cut in range(text.index(">") + 1, len(text))]
    partial = [call.arguments.get("code", "") for reply in cuts[: whole - len(text)] for call in reply.calls]

    assert [value for value in partial if not code.startswith(value)] == []
    assert {reply.complete for reply in cuts[: whole - len(text)]} == {False}
    assert {reply.complete for reply in cuts[whole - len(text) :]} == {True}
    assert {reply.content for reply in cuts} == {None}


@given(replies(), st.data())
def test_a_cut_reply_finds_no_other_whole_call(reply: WrittenReply, data: st.DataObject) -> None:
    assume(all(WHOLE not in str(call.arguments) and "tool_call" not in str(call.arguments) for call in reply.calls))
    found = parse_reply(reply.text[: data.draw(st.integers(0, len(reply.text)))])
    whole = [(call.name, call.arguments) for call in found.calls if call.whole]

    assert whole == [(call.name, call.arguments) for call in reply.calls][: len(whole)]


@given(token_soup() | replies().map(lambda reply: reply.text), st.none() | schemas(), st.data())
def test_pieces_of_any_size_give_the_same_reply(text: str, tools: list[Any] | None, data: st.DataObject) -> None:
    parser = StreamParser(tools)
    certain = [call for piece in data.draw(chunkings(text)) for call in parser.feed(piece)]
    reply = parser.close()

    assert reply == parse_reply(text, tools)
    assert tuple(certain) == reply.calls[: len(certain)]


@given(python_code(tags=()))
def test_a_streamed_call_is_certain_at_its_closing_tag(code: str) -> None:
    parser = StreamParser()
    certain = [parser.feed(character) for character in emit_call(code)]

    assert [len(calls) for calls in certain] == [0] * (len(certain) - 1) + [1]


@given(token_soup() | st.text() | st.text(st.characters(categories=["Cs", "Cc", "Zl", "Zp"])), st.none() | schemas())
def test_no_text_raises(text: str, tools: list[Any] | None) -> None:
    reply = parse_reply(text, tools)

    assert all(isinstance(call.name, str) and isinstance(call.arguments, dict) for call in reply.calls)


@given(token_soup())
def test_nothing_is_lost(text: str) -> None:
    reply = parse_reply(text)
    spans = spans_of(reply)

    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert (outside(text, spans).strip() or None) == reply.content


@given(token_soup())
def test_calls_and_problems_stand_in_the_order_of_the_text(text: str) -> None:
    reply = parse_reply(text)

    assert [call.span for call in reply.calls] == sorted(call.span for call in reply.calls)
    assert all(0 <= start <= end <= len(text) for start, end in (problem.span for problem in reply.problems))


@given(token_soup())
def test_a_part_of_a_call_makes_a_reply_incomplete(text: str) -> None:
    reply = parse_reply(text)

    assert not reply.complete or all(call.whole for call in reply.calls)


@given(replies())
def test_the_words_of_a_reply_hold_no_further_call(reply: WrittenReply) -> None:
    words = parse_reply(reply.text).content or ""

    assert parse_reply(words) == Reply(words or None, None, (), complete=True)


@given(replies())
def test_calls_written_again_are_read_alike(reply: WrittenReply) -> None:
    codes = [call.arguments["code"] for call in reply.calls if call.name == "execute_code"]
    again = parse_reply("\n".join(emit_call(code) for code in codes))

    assert [call.arguments["code"] for call in again.calls] == codes


@given(repeated_soup(4000), st.none() | schemas())
@settings(suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
def test_each_character_is_looked_at_a_bounded_number_of_times(text: str, tools: list[Any] | None) -> None:
    source = Source(text)
    read_source(source, Schemas(tools))

    assert source.steps <= STEPS * len(text)


@given(repeated_soup(1500), st.sampled_from([1, 7, 64]))
@settings(suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
def test_a_stream_reads_each_character_a_bounded_number_of_times(text: str, size: int) -> None:
    sources: list[Source] = []

    def remembered(given_text: str) -> Source:
        sources.append(Source(given_text))
        return sources[-1]

    with patch.object(stream, "Source", remembered):
        parser = StreamParser()
        for start in range(0, len(text), size):
            parser.feed(text[start : start + size])
        parser.close()

    assert sum(source.steps for source in sources) <= 5 * STEPS * len(text)
