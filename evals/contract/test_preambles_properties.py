from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from punie.agent.tool_calls import emit_call, parse_reply
from punie.testing.strategies import python_code, replies, token_soup
from punie.training.preambles import is_promise, preamble, without_preamble

turns = token_soup() | replies().map(lambda reply: reply.text)


@given(turns)
def test_only_the_words_before_the_call_differ(turn: str) -> None:
    words, text = preamble(turn), without_preamble(turn)

    if words is None:
        assert text == turn
    else:
        removed = len(turn) - len(text)
        start = 0 if (reasoning := parse_reply(turn).reasoning_span) is None else reasoning[1]
        assert turn[:start] + turn[start + removed :] == text
        assert turn[start : start + removed].strip() == words


@given(replies().map(lambda reply: reply.text))
def test_calls_and_reasoning_survive(turn: str) -> None:
    before, after = parse_reply(turn), parse_reply(without_preamble(turn))

    assert [(call.name, call.arguments, call.whole) for call in after.calls] == [
        (call.name, call.arguments, call.whole) for call in before.calls
    ]
    assert after.reasoning == before.reasoning


@given(replies().map(lambda reply: reply.text))
def test_removing_twice_removes_no_more(turn: str) -> None:
    once = without_preamble(turn)

    assert preamble(once) is None
    assert without_preamble(once) == once


@given(st.text(st.characters(exclude_characters="<`~"), max_size=30).filter(str.strip), python_code())
def test_any_words_before_a_call_are_found(words: str, code: str) -> None:
    assert preamble(words + emit_call(code)) == words.strip()
    assert without_preamble(words + emit_call(code)) == emit_call(code)


@given(turns | st.text())
def test_a_promise_holds_no_call(turn: str) -> None:
    assert not (is_promise(turn) and parse_reply(turn).calls)
