from __future__ import annotations

import json
from typing import Any

import pytest

from evals.contract.endpoint_server import chat
from punie.agent.tool_calls import emit_call, parse_reply
from punie.evaluation.models.endpoint_reply import ChatReply, ModelList, call_text, read
from punie.evaluation.models.endpoint_wire import AskError

CODE = 'result = typecheck("src")\nprint(result.error_count)'


def call(arguments: object, name: str = "execute_code") -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}


def reply(message: object, reason: str | None = "stop", **fields: object) -> ChatReply:
    return read(ChatReply, chat(message, reason, **fields).body)


def test_a_text_is_taken_as_it_is() -> None:
    text = f" Let me see.\n{emit_call(CODE)}\n"

    assert reply(text).text == text


@pytest.mark.parametrize("arguments", [json.dumps({"code": CODE}), {"code": CODE}], ids=["JSON", "an object"])
def test_a_call_that_the_server_parsed_is_what_the_model_would_have_written(arguments: object) -> None:
    found = reply({"content": None, "tool_calls": [call(arguments)]}, "tool_calls")

    assert found.text == emit_call(CODE)
    assert found.finished


def test_words_and_several_calls_keep_their_order() -> None:
    calls = [call(json.dumps({"code": "print(1)"})), call(json.dumps({"path": "src"}), "typecheck")]
    parsed = parse_reply(reply({"content": "First this.", "tool_calls": calls}, "tool_calls").text)

    assert parsed.content == "First this."
    assert [(each.name, each.arguments) for each in parsed.calls] == [
        ("execute_code", {"code": "print(1)"}),
        ("typecheck", {"path": "src"}),
    ]


@pytest.mark.parametrize("arguments", ['{"code": "print(', "[1, 2]", "print(1)", "[" * 100_000])
def test_arguments_that_the_model_wrote_wrongly_stay_as_they_are(arguments: str) -> None:
    text = call_text("execute_code", arguments)

    assert arguments in text
    assert parse_reply(text).calls == ()


@pytest.mark.parametrize("arguments", [None, "", "{}", {}])
def test_a_call_without_arguments_is_a_call(arguments: Any) -> None:  # noqa: ANN401 - whatever servers send
    (found,) = parse_reply(call_text("git_status", arguments)).calls

    assert (found.name, found.arguments) == ("git_status", {})


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_that_the_server_took_out_is_put_back(field: str) -> None:
    parsed = parse_reply(reply({"content": "It is blue.", field: "Hm, the sky."}).text)

    assert (parsed.reasoning, parsed.content) == ("Hm, the sky.", "It is blue.")


def test_a_budget_that_reasoning_used_up_leaves_no_answer() -> None:
    found = reply({"content": None, "reasoning": "Hm, the sky"}, "length")
    parsed = parse_reply(found.text)

    assert not found.finished
    assert (parsed.reasoning, parsed.content) == ("Hm, the sky", None)


def test_a_refusal_is_a_reply_in_words() -> None:
    assert reply({"content": None, "refusal": "I cannot help with that."}).text == "I cannot help with that."


def test_a_reply_of_nothing_is_empty() -> None:
    assert reply({"content": None}).text == ""


@pytest.mark.parametrize(
    ("message", "reason", "told"),
    [
        ({"content": "Half of it"}, "content_filter", "a filter of the server withheld the reply"),
        ({"content": None}, "tool_calls", "the server says that the model called a tool, and sent no call: it lost"),
        ({"role": "assistant"}, "stop", "the message has neither content nor tool_calls"),
    ],
)
def test_a_reply_that_did_not_arrive_is_none(message: object, reason: str, told: str) -> None:
    with pytest.raises(AskError) as lost:
        _ = reply(message, reason).text

    assert str(lost.value).startswith(told)


def test_a_reply_without_choices_is_none() -> None:
    with pytest.raises(AskError, match=r"^the reply has no choices$"):
        _ = reply("x", choices=[]).text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "the server sent nothing"),
        (b"{", "the server sent something else than a reply: Invalid JSON: EOF while parsing an object"),
        (b"[]", "the server sent something else than a reply: Input should be an object"),
        (b"[" * 100_000, "the server sent something else than a reply: Invalid JSON: recursion limit exceeded"),
        (b'{"choices": []}', "the server sent something else than a reply: model: Field required"),
        (b'{"model": 3, "choices": []}', "the server sent something else than a reply: model: Input should be a valid"),
        (chat({"content": 7}).body, "the server sent something else than a reply: choices.0.message.content: Input"),
        (chat({"content": "x", "tool_calls": "x"}).body, "the server sent something else than a reply: choices.0.mess"),
        (b'{"model": "m", "choices": [], "x": "\\ud800"}', "the server sent something else than a reply: Invalid JSON"),
        (b'\xff{"model": "m"}', "the server sent something else than a reply: Invalid JSON"),
    ],
    ids=["nothing", "cut", "list", "deep", "keyless", "number", "content", "calls", "surrogate", "bytes"],
)
def test_what_is_no_reply_is_told_in_one_line(body: bytes, told: str) -> None:
    with pytest.raises(AskError) as wrong:
        read(ChatReply, body)

    assert str(wrong.value).startswith(told)
    assert "\n" not in str(wrong.value)


def test_what_is_no_list_of_models_is_told() -> None:
    with pytest.raises(AskError, match=r"^the server sent something else than a list of models: data: Field required$"):
        read(ModelList, b'{"models": []}')
