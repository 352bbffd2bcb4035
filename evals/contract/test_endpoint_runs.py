from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.contract.endpoint_server import MODEL, Reaction, Request, Sent, Server, chat, error, models, serve
from fixtures.replies import FACTS, WRONG, RecordedRun
from punie.agent.config import system_prompt
from punie.evaluation.models.endpoint_address import KEY_VARIABLE

KEY = "sk-very-secret-4711"


def right(request: Request) -> Sent:
    fact = next(fact for name, (_, fact) in FACTS.items() if name in request.question)
    return chat(f"As far as I know, the answer is {fact}.")


def wrong_about_ants(request: Request) -> Sent:
    return chat(WRONG) if "ants" in request.question else right(request)


@contextlib.contextmanager
def graded(run: RecordedRun, reaction: Reaction, *args: str) -> Iterator[tuple[pytest.RunResult, Server]]:
    """A run on a server, and the server."""
    with serve(reaction) as server:
        options = {"suite": run.suite, "endpoint": server.address, "model-name": MODEL, "results": run.results}
        yield run.run("-m", "eval", *(f"--punie-{name}={value}" for name, value in options.items()), *args), server


def test_a_served_model_is_graded_like_any_other(recorded_run: RecordedRun) -> None:
    with graded(recorded_run, wrong_about_ants) as (result, server):
        found = recorded_run.acceptance

    result.stdout.fnmatch_lines(
        [f"punie: {MODEL} at {server.address}/v1 on facts", f"server *{server.address}/v1 (fp_1)"]
    )
    assert (found["decision"], int(result.ret)) == ("DEPLOY", 0)
    assert {name: query["strict"] for name, query in found["queries"].items()} == {
        name: name != "ants" for name in FACTS
    }
    assert found["model"]["served_model"] == MODEL
    assert found["model"]["endpoint"] == f"{server.address}/v1"
    assert found["model"]["system_fingerprint"] == "fp_1"


@pytest.mark.parametrize("name", ["brief", "full"])
def test_the_system_prompt_is_one_of_ours_and_sent_once(recorded_run: RecordedRun, name: str) -> None:
    with graded(recorded_run, right, f"--punie-system={name}") as (_, server):
        messages = [request.body["messages"] for request in server.requests]

    assert {tuple(message["role"] for message in each) for each in messages} == {("system", "user")}
    assert {each[0]["content"] for each in messages} == {system_prompt(name)}


def test_a_drawn_reply_is_asked_for_as_often_as_told(recorded_run: RecordedRun) -> None:
    with graded(recorded_run, right, "--punie-samples=2", "--punie-temperature=0.7") as (_, server):
        found = recorded_run.acceptance

    assert len(server.requests) == 2 * len(FACTS)
    assert {request.body["temperature"] for request in server.requests} == {0.7}
    assert found["sampling"]["samples"] == 2


def test_a_query_without_reply_makes_the_run_incomplete(
    recorded_run: RecordedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")

    def too_long(request: Request) -> Sent:
        return error(400, "the context is too long") if "ants" in request.question else right(request)

    with graded(recorded_run, too_long) as (result, _):
        found = recorded_run.acceptance

    told = "HTTP 400 Bad Request: the context is too long"
    result.stdout.fnmatch_lines([f"ants *not gradable: {told}"])
    assert (found["decision"], int(result.ret)) == ("INCOMPLETE", 1)
    assert found["reasons"][0] == "facts: 1 of 5 replies could not be graded"
    assert (found["queries"]["ants"]["strict"], found["queries"]["ants"]["reason"]) == (None, told)
    assert [query["strict"] for query in found["queries"].values()].count(True) == 4


def test_what_a_server_answered_before_it_lied_is_kept(recorded_run: RecordedRun) -> None:
    def lies_later(request: Request) -> Sent:
        return right(request) if request.number < 2 else chat("It is blue.", model="cheap-model")

    with graded(recorded_run, lies_later, "--punie-concurrency=1") as (result, server):
        found = recorded_run.acceptance

    told = f"the server was asked for model {MODEL!r}, and its reply is from 'cheap-model'"
    result.assert_outcomes(passed=3, failed=3, skipped=2)
    assert found["decision"] == "INCOMPLETE"
    assert {name: query["reason"] for name, query in found["queries"].items() if query["strict"] is None} == {
        "snow": told,
        "ants": f"not asked: the server was given up: {told}",
        "dogs": f"not asked: the server was given up: {told}",
    }
    assert len(server.requests) == 3


def test_the_key_stands_in_nothing_that_a_run_leaves(
    recorded_run: RecordedRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def echoes(request: Request) -> Sent:
        said = f"{KEY} is blue"
        return chat(said, system_fingerprint=KEY) if "sky" in request.question else error(400, f"no: {KEY}")

    monkeypatch.setenv(KEY_VARIABLE, KEY)
    shown = ("-vv", "-l", "--log-level=DEBUG", "-o", "log_cli=true", f"--junit-xml={tmp_path / 'junit.xml'}")
    with graded(recorded_run, echoes, *shown) as (result, server):
        files = [path for path in (*recorded_run.results.rglob("*"), *tmp_path.rglob("*")) if path.is_file()]
        texts = {path.name: path.read_text(encoding="utf-8") for path in files}

    assert {request.headers["Authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    assert {"acceptance.json", "report.html", "report.md", "junit.xml"} <= texts.keys()
    assert "***" in texts["acceptance.json"]
    assert [name for name, text in texts.items() if KEY in text] == []
    assert KEY not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--punie-model-name=x"], "--model-name goes with --endpoint URL: name the server"),
        (["--punie-system=brief", "--punie-concurrency=2"], "--system, --concurrency go with --endpoint URL: name the"),
        (["--punie-endpoint=localhost"], "--endpoint 'localhost': an address such as http://127.0.0.1:8080 is wanted"),
        (
            ["--punie-endpoint=http://a:b@c"],
            "--endpoint 'http://***@c': give the address without password or query, and",
        ),
        (["--punie-endpoint=SERVER"], "--endpoint needs a --model-name: the server has 'a', 'b'"),
        (["--punie-endpoint=SERVER", "--punie-model-name=c"], "/v1 does not serve 'c': the server has 'a', 'b'"),
        (["--punie-endpoint=SERVER", "--punie-system=long"], "--system 'long': one of brief, full"),
        (
            ["--punie-endpoint=SERVER", "--punie-concurrency=0"],
            "--concurrency '0': a whole number from 1 to 256 is want",
        ),
        (
            ["--punie-endpoint=SERVER", "--punie-query-timeout=-1"],
            "--query-timeout '-1': seconds, above 0 and 86400 at",
        ),
        (["--punie-endpoint=SERVER", "--punie-query-timeout=x"], "--query-timeout 'x': seconds, above 0 and 86400 at"),
        (
            ["--punie-endpoint=SERVER", "--punie-model=."],
            "--endpoint was given with --model or --replay: grade a served",
        ),
        (
            ["--punie-endpoint=SERVER", "--punie-replay=x"],
            "--endpoint was given with --model or --replay: grade a serv",
        ),
        (
            ["--punie-endpoint=http://127.0.0.1:9", "--punie-model-name=c"],
            "http://127.0.0.1:9/v1/models: no connection: Conn",
        ),
    ],
    ids=lambda value: " ".join(value).replace("--punie-", "") if isinstance(value, list) else "",
)
def test_wrong_input_ends_in_one_line(recorded_run: RecordedRun, args: list[str], message: str) -> None:
    with serve(right, models("a", "b")) as server:
        result = recorded_run.run("-m", "eval", *(arg.replace("SERVER", server.address) for arg in args))

    (line,) = [line for line in result.errlines if line]
    assert int(result.ret) == 4
    assert re.match(rf"ERROR: (http://[\d.:]+)?{re.escape(message)}", line)


def test_listing_the_queries_asks_no_server(recorded_run: RecordedRun) -> None:
    args = ("--punie-endpoint=http://127.0.0.1:9", "--punie-model-name=c", "--collect-only", "-q")
    result = recorded_run.run("-m", "eval", f"--punie-suite={recorded_run.suite}", *args)

    assert int(result.ret) == 0
    result.stdout.fnmatch_lines(["facts::sky"])


@pytest.mark.slow
def test_workers_share_what_one_of_them_asked(recorded_run: RecordedRun) -> None:
    pytest.importorskip("xdist")
    with graded(recorded_run, right, "-n", "2") as (result, server):
        found = recorded_run.acceptance

    assert (found["decision"], int(result.ret)) == ("DEPLOY", 0)
    assert len(server.requests) == len(FACTS)


def test_the_same_command_asks_what_is_missing(recorded_run: RecordedRun) -> None:
    questions: list[str] = []

    def dies_and_comes_back(request: Request) -> Sent:
        questions.append(request.question)
        return error(400, "full") if 2 <= request.number < 5 else right(request)

    options = {"suite": recorded_run.suite, "model-name": MODEL, "results": recorded_run.results, "concurrency": 1}
    with serve(dies_and_comes_back) as server:
        args = ("-m", "eval", *(f"--punie-{name}={value}" for name, value in options.items()))
        first = recorded_run.run(*args, f"--punie-endpoint={server.address}")
        second = recorded_run.run(*args, f"--punie-endpoint={server.address}")

    assert (int(first.ret), int(second.ret)) == (1, 0)
    assert [question.removeprefix("Tell me about ") for question in questions] == [
        *("sky.", "grass.", "snow.", "ants.", "dogs."),
        *("snow.", "ants.", "dogs."),
    ]
    assert recorded_run.acceptance["model"]["cached_replies"] == 2
