from __future__ import annotations

import gzip
import logging
import time
from datetime import UTC, datetime

import pytest

from evals.contract.endpoint_server import JSON, MODEL, Reaction, Request, Sent, Server, chat, error, models, serve
from punie.evaluation.models.endpoint import Decoding, Endpoint, EndpointModel, as_prompt, check_served
from punie.evaluation.models.endpoint_address import ApiKey, EndpointError, base_of
from punie.evaluation.models.endpoint_pace import Pace
from punie.evaluation.models.endpoint_wire import LARGEST, rest_of
from punie.evaluation.models.protocol import UNASKED, Answer, Model

KEY = "sk-very-secret-4711"
FAST = Pace(concurrency=1, seconds=20, attempts=3, pause=0.01)
HASTY = Pace(concurrency=1, seconds=0.5, attempts=3, pause=0.01)
BLUE = chat("It is blue.")


def endpoint(server: Server, name: str = MODEL) -> Endpoint:
    return Endpoint(base_of(server.address), name, ApiKey(KEY))


def ask(
    server: Server, *questions: str, pace: Pace = FAST, decoding: Decoding | None = None
) -> tuple[list[Answer], EndpointModel]:
    model = EndpointModel(endpoint(server), decoding, pace)
    prompts = [as_prompt([{"role": "user", "content": question}]) for question in questions]
    return model.answer(prompts), model


def asked_once(reaction: Reaction, *, pace: Pace = FAST) -> tuple[Answer, int]:
    """The answer to one question, and how many requests it took."""
    with serve(reaction) as server:
        (answer,), _ = ask(server, "Why?", pace=pace)
        return answer, len(server.requests)


def one_after_another(*sent: Sent) -> Reaction:
    return lambda request: sent[min(request.number, len(sent) - 1)]


def test_a_conversation_goes_out_as_messages_and_comes_back_as_text() -> None:
    messages = [{"role": "system", "content": "You help."}, {"role": "user", "content": "Why?"}]
    with serve(lambda _request: chat("It is blue.", usage={"prompt_tokens": 9, "completion_tokens": 5})) as server:
        model: Model = EndpointModel(endpoint(server), Decoding(max_tokens=40), FAST)
        (answer,) = model.answer([as_prompt(messages)])
        (request,) = server.requests

    assert (answer.text, answer.finished, answer.failure) == ("It is blue.", True, "")
    assert (answer.prompt_tokens, answer.tokens) == (9, 5)
    assert answer.seconds > 0
    assert request.path == "/v1/chat/completions"
    assert request.body == {
        "model": MODEL,
        "messages": messages,
        "max_tokens": 40,
        "temperature": 0.0,
        "stream": False,
    }
    assert model.facts["system_fingerprint"] == "fp_1"


def test_stop_texts_and_a_seed_are_sent_when_they_are_given() -> None:
    with serve(lambda _request: BLUE) as server:
        model = EndpointModel(endpoint(server), Decoding(stop=("END",), seed=40), FAST)
        model.answer([as_prompt([])] * 2, draws=[0, 1])

        assert [request.body["stop"] for request in server.requests] == [["END"], ["END"]]
        assert [request.body["seed"] for request in server.requests] == [40, 41]


def test_a_reply_that_the_budget_cut_off_is_not_finished() -> None:
    answer, _ = asked_once(lambda _request: chat("It is", "length"))

    assert (answer.text, answer.finished, answer.failure) == ("It is", False, "")


def test_answers_stand_in_the_order_of_the_prompts_and_are_announced_as_they_come() -> None:
    def slow_first(request: Request) -> Sent:
        time.sleep(0.5 if request.question == "first" else 0)
        return chat(request.question)

    announced: list[str] = []
    with serve(slow_first) as server:
        model = EndpointModel(endpoint(server), None, Pace(concurrency=2))
        prompts = [as_prompt([{"role": "user", "content": name}]) for name in ("first", "second")]
        answers = model.answer(prompts, on_reply=lambda _index, answer: announced.append(answer.text))

    assert [answer.text for answer in answers] == ["first", "second"]
    assert announced == ["second", "first"]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_queries_are_asked_at_once_than_allowed(concurrency: int) -> None:
    def slow(_request: Request) -> Sent:
        time.sleep(0.3)
        return BLUE

    with serve(slow) as server:
        ask(server, *"abcdef", pace=Pace(concurrency=concurrency))

        assert server.busiest == concurrency
        assert len(server.requests) == 6


def test_passing_trouble_is_outlasted() -> None:
    answer, requests = asked_once(one_after_another(error(500), error(503), BLUE))

    assert answer.text == "It is blue."
    assert requests == 3


def test_a_broken_connection_is_tried_again() -> None:
    truncated = Sent(BLUE.body[:40], length=len(BLUE.body))
    answer, requests = asked_once(one_after_another(truncated, BLUE))

    assert (answer.text, requests) == ("It is blue.", 2)


def test_lasting_trouble_is_told_with_the_number_of_attempts() -> None:
    answer, requests = asked_once(lambda _request: error(500, "out of\n memory"))

    assert answer.failure == "HTTP 500 Internal Server Error: out of memory (3 attempts)"
    assert requests == 3


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (error(400, "the context is too long"), "HTTP 400 Bad Request: the context is too long"),
        (error(404), "HTTP 404 Not Found"),
        (Sent(b'{"error": "no such model"}', 404), "HTTP 404 Not Found: no such model"),
        (Sent(b"<h1>Oh</h1>", 422, {"Content-Type": "text/html"}), "HTTP 422 Unprocessable Entity"),
        (error(401, f"bad key {KEY}"), "the server refuses us (HTTP 401 Unauthorized: bad key ***): set PUNIE_API_KEY"),
        (Sent(b"", 204), "HTTP 204 No Content"),
        (Sent(b"hi", headers={"Content-Type": "text/html; charset=utf-8"}), "the server sent text/html, not JSON: is "),
        (Sent(BLUE.body, headers={}), "the server sent something without a type, not JSON: is it the right address?"),
        (Sent(b"{"), "the server sent something else than a reply: Invalid JSON: EOF"),
        (Sent(b""), "the server sent nothing"),
        (chat("x" * 10_000_000), f"the reply is larger than {LARGEST // 10**6} MB"),
        (chat("x", model="other"), f"the server was asked for model {MODEL!r}, and its reply is from 'other'"),
        (chat(None, "content_filter"), "a filter of the server withheld the reply"),
        (Sent(gzip.compress(b"x" * 10_000_000), headers={**JSON, "Content-Encoding": "gzip"}), "the reply is larger"),
        (Sent(b"no gzip", headers={**JSON, "Content-Encoding": "gzip"}), "the reply cannot be read: Error -3 while"),
        (Sent(b"", 302, {"Location": "http://evil.example/v1?key=1"}), "the server sends us on to http://evil.example"),
        (Sent(b"", 307, {"Location": "/v2"}), "the server sends us on to elsewhere: give the address that answers it"),
    ],
    ids=lambda value: value[:30].replace(" ", "-") if isinstance(value, str) else "",
)
def test_what_asking_again_cannot_mend_is_asked_once_and_told_in_one_line(sent: Sent, told: str) -> None:
    answer, requests = asked_once(lambda _request: sent)

    assert answer.failure.startswith(told)
    assert "\n" not in answer.failure
    assert answer.text == ""
    assert requests == 1


@pytest.mark.parametrize(
    "sent", [Sent(BLUE.body, pause=30), Sent(BLUE.body, parts=60, pause=0.2)], ids=["hangs", "drips"]
)
def test_a_server_that_takes_too_long_costs_its_time_once(sent: Sent) -> None:
    start = time.monotonic()
    answer, requests = asked_once(lambda _request: sent, pace=HASTY)

    assert answer.failure == "no whole reply within 0.5 s"
    assert requests == 1
    assert time.monotonic() - start < 10


def test_a_dead_server_is_given_up_after_a_few_queries() -> None:
    with serve(lambda _request: BLUE) as server:
        server.stop()
        answers, model = ask(server, *"abcdefgh")
        (later,) = model.answer([as_prompt([])])

    assert [answer.failure.startswith(UNASKED) for answer in answers] == [False] * 3 + [True] * 5
    assert answers[0].failure == "no connection: Connection refused (3 attempts)"
    assert answers[3].failure.startswith(
        "not asked: the server was given up: 3 failures in a row, the last one: no conn"
    )
    assert later.failure == answers[3].failure
    assert model.facts["unanswered"] == 9
    assert model.facts["retries"] == 6


def test_failures_between_replies_are_no_reason_to_give_up() -> None:
    def every_other(request: Request) -> Sent:
        return BLUE if request.number % 2 else error(400, "too long")

    with serve(every_other) as server:
        answers, _ = ask(server, *"abcdefgh")

    assert [bool(answer.failure) for answer in answers] == [True, False] * 4
    assert not any(answer.failure.startswith(UNASKED) for answer in answers)


def test_what_was_answered_before_a_server_lies_is_kept() -> None:
    with serve(one_after_another(BLUE, chat("x", model="other"))) as server:
        answers, _ = ask(server, *"abcd")

        assert [answer.text for answer in answers] == ["It is blue.", "", "", ""]
        assert [answer.failure.startswith(UNASKED) for answer in answers] == [False, False, True, True]
        assert len(server.requests) == 2


def test_a_limit_is_respected_by_all_queries() -> None:
    with serve(one_after_another(error(429, "slow down", Retry_After="1"), BLUE)) as server:
        start = time.monotonic()
        answers, model = ask(server, *"abc")
        took = time.monotonic() - start

    assert [answer.text for answer in answers] == ["It is blue."] * 3
    assert took >= 1
    assert model.facts["retries"] == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("86400", 60),
        ("inf", 60),
        ("nan", None),
        ("", None),
        ("soon", None),
        ("Sat, 01 Aug 2026 12:00:20 GMT", 20),
        ("Sat, 01 Aug 2026 12:00:20", 20),
        ("Sat, 01 Aug 2026 11:00:00 GMT", 0),
        ("Sat, 01 Aug 2099 12:00:00 GMT", 60),
        ("Sat, 99 Aug 2026 12:00:00 GMT", None),
    ],
)
def test_a_server_may_ask_for_seconds_or_name_a_date(header: str, seconds: float | None) -> None:
    assert rest_of(header, datetime(2026, 8, 1, 12, tzinfo=UTC)) == seconds


def test_the_key_goes_to_the_server_and_into_no_log(caplog: pytest.LogCaptureFixture) -> None:
    echo = chat(f"Your key is {KEY}.", system_fingerprint=KEY)
    with (
        caplog.at_level(logging.DEBUG),
        serve(lambda _request: Sent(echo.body, headers={**JSON, "X-Key": "no"})) as server,
    ):
        (answer,), model = ask(server, "Why?")
        (request,) = server.requests

    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert answer.text == "Your key is ***."
    assert KEY not in f"{caplog.text} {model.facts} {model.identity} {endpoint(server)} {model!r}"


def test_a_redirect_leads_the_key_nowhere() -> None:
    with serve(lambda _request: BLUE) as elsewhere:
        away = Sent(b"", 307, {"Location": f"{elsewhere.address}/v1/chat/completions"})
        with serve(lambda _request: away) as server:
            (answer,), _ = ask(server, "Why?")

        assert elsewhere.requests == []
        assert answer.failure.startswith(f"the server sends us on to {elsewhere.address}: ")


def checked(listing: Sent, name: str = MODEL) -> str:
    """What is said about a server with this list of models."""
    with serve(lambda _request: BLUE, listing) as server, pytest.raises(EndpointError) as refused:
        check_served(endpoint(server, name), FAST)
    return str(refused.value).replace(server.address, "SERVER")


def test_a_served_model_is_found() -> None:
    with serve(lambda _request: BLUE) as server:
        check_served(endpoint(server), FAST)

        assert server.requests == []


@pytest.mark.parametrize(
    ("listing", "name", "told"),
    [
        (models("b", "a"), "c", "SERVER/v1 does not serve 'c': the server has 'a', 'b'"),
        (models("b", "a"), "", "--endpoint needs a --model-name: the server has 'a', 'b'"),
        (models(), "c", "SERVER/v1 does not serve 'c': the server has no model at all"),
        (
            models(*"abcdefghij"),
            "z",
            "SERVER/v1 does not serve 'z': the server has 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'",
        ),
        (Sent(b""), "c", "SERVER/v1/models: the server sent nothing"),
        (error(404), "c", "SERVER/v1/models: HTTP 404 Not Found"),
        (error(500), "c", "SERVER/v1/models: HTTP 500 Internal Server Error (3 attempts)"),
        (
            error(401, f"bad key {KEY}"),
            "c",
            "SERVER/v1/models: the server refuses us (HTTP 401 Unauthorized: bad key ***",
        ),
    ],
    ids=["other", "unnamed", "none", "many", "nothing", "absent", "broken", "refused"],
)
def test_a_model_that_is_not_served_is_told_with_what_is(listing: Sent, name: str, told: str) -> None:
    message = checked(listing, name)

    assert message.startswith(told)
    assert message.endswith(" and 2 more") == (name == "z")
    assert "\n" not in message
