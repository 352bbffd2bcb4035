from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from punie.agent.tool_calls import parse_reply
from punie.evaluation.models.endpoint_reply import call_text
from punie.testing.strategies import calls

TAGS = ["\n", "</parameter>", "</function>", "</tool_call>", "<tool_call>", "<function=f>", "</think>"]
PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(TAGS),
        calls().map(lambda call: call.text),
    ),
    max_size=6,
).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | PIECES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PIECES, inner, max_size=3),
    max_leaves=6,
)


@given(PIECES)
def test_any_code_comes_back_as_the_server_sent_it(code: str) -> None:
    found = parse_reply(call_text("execute_code", json.dumps({"code": code})))

    assert [(call.name, call.arguments) for call in found.calls] == [("execute_code", {"code": code})]
    assert (found.content, found.complete) == (None, True)


@given(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.dictionaries(PIECES, VALUES, max_size=3))
def test_any_arguments_come_back_as_the_server_sent_them(name: str, arguments: dict[str, object]) -> None:
    found = parse_reply(call_text(name, arguments))

    assert [(call.name, call.arguments) for call in found.calls] == [(name, arguments)]
    assert (found.content, found.complete) == (None, True)
