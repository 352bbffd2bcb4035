from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest

from evals.contract.acceptances import GATE
from fixtures.replies import RecordedRun
from punie.evaluation import Query, RunFacts, Suite, session
from punie.evaluation.acceptance import put_on_record, query_result
from punie.evaluation.batching import SIZES, check_batching, spread
from punie.evaluation.criteria import batching_criteria
from punie.evaluation.inputs import InputError, Request, check, read_check
from punie.evaluation.models import MlxModel
from punie.evaluation.records import Acceptance, Batching, QueryResult
from punie.evaluation.report import terminal_report
from punie.evaluation.run import EvalRun, ModelSource
from punie.testing import ScriptedModel

RIGHT = "The sky is blue, as far as anybody knows."


class Batches(ScriptedModel):
    """Answers right, and otherwise in batches of the sizes that are named."""

    def __init__(self, other: Mapping[int, str], batch_size: int = 64) -> None:
        super().__init__(lambda _prompt: other.get(batch_size, RIGHT))
        self.batch_size = batch_size
        self._other = other

    def resized(self, batch_size: int) -> Self:
        return type(self)(self._other, batch_size)


def query(name: str, *, later: bool = False) -> Query:
    expect = {"tools": [], "mentions": ["blue"]}
    then = [{"tool_response": {"text": "so"}, "expect": expect}] if later else []
    data = {"id": name, "category": "words", "prompt": f"What about {name}?", "expect": expect, "then": then}
    return Query.model_validate(data)


@pytest.fixture
def tiny_weights(tmp_path: Path) -> Path:
    """A folder that passes for a model."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    (tmp_path / "config.json").write_text('{"model_type": "qwen3"}', encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}', encoding="utf-8")
    return tmp_path


SUITES = (Suite("words", (query("sky"), query("sea", later=True)), "ab"),)


def last_turn(turns: Sequence[Mapping[str, str]]) -> str:
    return turns[-1]["content"]


def asked(model: Batches) -> tuple[dict[str, QueryResult], ModelSource]:
    """The results of the queries, and where they come from."""
    source = ModelSource(model, last_turn)
    run = EvalRun(SUITES, lambda: source)
    run.ask(set(run.queries))
    return {name: query_result(own, run.samples_of(name)) for name, own in run.queries.items()}, source


def checked(other: Mapping[int, str]) -> Batching:
    results, source = asked(Batches(other))
    return check_batching(SUITES, results, source)


def record(batching: Batching) -> Acceptance:
    results, _ = asked(Batches({}))
    return put_on_record(SUITES, results, GATE, RunFacts(batching=batching))


def test_replies_that_stay_the_same_are_no_news() -> None:
    batching = checked({})

    assert (batching.queries, batching.sizes, batching.changed) == (2, (64, *SIZES), ())
    assert [(line.met, line.decides) for line in batching_criteria(batching)] == [(True, True)]


def test_a_changed_reply_is_told_with_its_first_difference() -> None:
    first, *_ = checked({1: RIGHT.replace("anybody", "everybody")}).changed

    assert (first.id, first.turn, first.size, first.at) == ("sky", 1, 1, RIGHT.index("anybody"))
    assert (first.before[-14:], first.now[-16:]) == ("anybody knows.", "everybody knows.")
    assert not first.verdict_changed


def test_every_query_and_size_is_looked_at() -> None:
    other = RIGHT + " Really."
    changed = checked(dict.fromkeys(SIZES, other)).changed

    assert [(reply.id, reply.size) for reply in changed] == [(name, size) for size in SIZES for name in ("sky", "sea")]
    assert {reply.at for reply in changed} == {len(RIGHT)}


def test_a_reply_that_changes_without_its_verdict_is_reported_only() -> None:
    [line] = batching_criteria(checked({7: RIGHT + " Really."}))

    assert (line.met, line.decides, line.reason) == (False, False, "no verdict changes")
    assert line.observed == "2 of 2 queries answered otherwise"


def test_a_verdict_that_changes_stands_against_deployment() -> None:
    batching = checked({7: "It is green."})
    [line] = batching_criteria(batching)

    assert (line.met, line.decides, line.reason) == (False, True, "verdicts change: sky, sea")
    assert record(batching).decision == "AUGMENT"


def test_the_check_stands_in_the_record_and_in_the_report() -> None:
    acceptance = record(checked({1: RIGHT.replace("anybody", "everybody")}))

    assert Acceptance.model_validate_json(acceptance.model_dump_json(by_alias=True)) == acceptance
    assert "replies that depend on the size of the batch" in terminal_report(acceptance)
    assert acceptance.decision == "DEPLOY"


def test_a_model_without_batches_is_not_passed_as_checked() -> None:
    results, _ = asked(Batches({}))

    with pytest.raises(TypeError, match="the batches of 'scripted' cannot have another size"):
        check_batching(SUITES, results, ModelSource(ScriptedModel(lambda _: RIGHT), last_turn))


def test_nothing_checked_is_not_measured() -> None:
    assert [line.met for line in batching_criteria(Batching(queries=0, sizes=(64, *SIZES)))] == [None]


def test_a_run_asks_again_and_puts_it_on_record(
    recorded_run: RecordedRun, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Batches({7: "Nobody knows."})
    monkeypatch.setattr(session, "model_source", lambda _path, **_settings: ModelSource(model, last_turn))
    options = {"suite": recorded_run.suite, "model": tiny_weights, "results": recorded_run.results}
    named = [f"--punie-{name}={value}" for name, value in options.items()]
    result = recorded_run.run(*named, "-m", "eval", "--punie-check-batching=3")
    batching = recorded_run.acceptance["batching"]

    assert (batching["queries"], batching["sizes"]) == (3, [64, 1, 7])
    assert [reply["id"] for reply in batching["changed"]] == ["sky", "grass", "ants"]
    result.stdout.fnmatch_lines(["replies that depend on the size of the batch"])


def test_some_queries_are_taken_from_all_over_the_suite() -> None:
    assert spread("abcdefghi", 3) == ["a", "d", "g"]
    assert spread("abc", 99) == ["a", "b", "c"]
    assert spread([], 3) == []


@pytest.mark.parametrize(("text", "wanted"), [(None, 0), ("12", 12)])
def test_the_number_of_queries_is_read(text: str | None, wanted: int) -> None:
    assert read_check(text) == wanted
    assert read_check("all") > 10_000


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "٣"])
def test_another_number_of_queries_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^--check-batching '.*': a number of queries, or nothing for all of them"):
        read_check(text)


@pytest.mark.parametrize(
    ("name", "change"), [("samples", {"samples": 2}), ("temperature", {"temperature": 0.5}), ("live", {"live": Path()})]
)
def test_replies_that_differ_anyway_are_not_compared(tmp_path: Path, name: str, change: dict[str, object]) -> None:
    request = Request(root=tmp_path, markers=frozenset({"eval"}), check_batching=3, **change)  # type: ignore[arg-type]

    with pytest.raises(InputError, match=f"it does not go with --{name}$"):
        check(request)


def test_a_real_model_is_asked_in_batches_of_every_size(tiny_model: Path) -> None:
    model = MlxModel(tiny_model, max_tokens=8)
    source = ModelSource(model, last_turn)
    run = EvalRun(SUITES, lambda: source)
    run.ask(set(run.queries))
    results = {name: query_result(own, run.samples_of(name)) for name, own in run.queries.items()}
    found = check_batching(SUITES, results, source)

    assert found.sizes == (model.batch_size, *SIZES)
    assert found.changed == ()
