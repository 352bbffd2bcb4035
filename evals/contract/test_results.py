from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contract.acceptances import GATE, acceptance, bad, good, suite, ungradable
from punie.evaluation import Decision, ResultsError, RunFacts, accept, judge, read_acceptance, write_acceptance

UNREAD = bad("fields", "invented_field", "errors is never read", soft=True)


def test_the_file_has_the_agreed_keys(tmp_path: Path) -> None:
    path = write_acceptance(acceptance(), tmp_path / "new" / "run")

    data = json.loads(path.read_text(encoding="utf-8"))

    assert path.name == "acceptance.json"
    assert {"schema", "decision", "reasons", "model", "suites", "overall", "categories"} <= set(data)
    assert set(data["overall"]) == {"strict", "soft", "passed", "asked", "ungradable", "interval", "target"}
    assert set(data["categories"]["words"]) == set(data["overall"])
    assert set(data["field_access_rate"]) == {"rate", "read", "of", "given_right_tool"}
    assert set(data["queries"]["words-1"]) == {
        "category", "strict", "soft", "label", "failed_layer", "reason", "replies", "seconds", "cached",
        "tools", "fields_read", "recorded", "samples", "turns",
    }  # fmt: skip


def test_reading_gives_back_what_was_written(tmp_path: Path) -> None:
    written = acceptance(calls_2=UNREAD)
    path = write_acceptance(written, tmp_path)

    assert read_acceptance(tmp_path) == written
    assert read_acceptance(path) == written


def test_writing_replaces_and_leaves_no_other_file(tmp_path: Path) -> None:
    write_acceptance(acceptance(), tmp_path)
    write_acceptance(acceptance(calls_2=UNREAD), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["acceptance.json"]
    assert read_acceptance(tmp_path).overall.passed == 4


def test_rates_count_strict_and_soft_passes() -> None:
    record = acceptance(calls_2=UNREAD)

    assert (record.overall.strict, record.overall.soft) == (0.8, 1.0)
    assert (record.categories["calls"].passed, record.categories["calls"].asked) == (2, 3)
    assert record.categories["calls"].target == 0.6


def test_field_access_is_counted_apart_and_given_the_right_tool() -> None:
    record = acceptance(calls_1=bad("tools", "wrong_tool", "calls run_command"), calls_2=good())

    assert record.field_access_rate.model_dump() == {"rate": 0.5, "read": 1, "of": 2, "given_right_tool": 1.0}


def test_an_ungradable_query_is_a_state_of_its_own() -> None:
    record = acceptance(words_1=ungradable())

    assert record.decision == "INCOMPLETE"
    assert record.queries["words-1"].strict is None
    assert (record.categories["words"].asked, record.categories["words"].ungradable) == (2, 1)
    assert record.categories["words"].strict == 1.0


def test_an_unasked_query_is_missing_and_makes_the_run_incomplete() -> None:
    record = acceptance(words_1=None)

    assert record.decision == "INCOMPLETE"
    assert "words-1" not in record.queries
    assert "words-1" in record.suites["own"].queries


@pytest.mark.parametrize(
    ("changed", "facts"),
    [
        ({}, RunFacts()),
        ({"calls_2": UNREAD}, RunFacts()),
        ({"words_1": UNREAD}, RunFacts()),
        ({"words_1": None}, RunFacts()),
        ({"words_1": ungradable()}, RunFacts()),
        ({}, RunFacts(failed_items=("a",))),
        ({}, RunFacts(obstacles=("building failed",))),
    ],
)
def test_judging_again_gives_the_same_decision(tmp_path: Path, changed: dict[str, object], facts: RunFacts) -> None:
    record = acceptance(facts, **changed)  # type: ignore[arg-type]
    write_acceptance(record, tmp_path)

    assert judge(tmp_path, GATE) == Decision(record.decision, record.reasons)


def test_judging_again_recounts_the_verdicts(tmp_path: Path) -> None:
    path = write_acceptance(acceptance(), tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    for name in ("calls-1", "calls-2", "calls-3"):
        data["queries"][name]["strict"] = False
    path.write_text(json.dumps(data), encoding="utf-8")

    assert judge(tmp_path, GATE).name == "INVESTIGATE"


def test_equal_categories_of_two_suites_are_counted_together() -> None:
    first, second = suite(), suite("other")
    renamed = tuple(query.model_copy(update={"id": f"other-{query.id}"}) for query in second.queries)
    other = type(second)("other", renamed, second.digest)
    grades = {query.id: good() for query in (*first.queries, *renamed)}

    record = accept([first, other], grades, GATE, RunFacts())

    assert record.categories["calls"].asked == 6
    assert record.suites["other"].categories["calls"].target is None
    assert record.decision == "DEPLOY"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: is not JSON: Expecting value"),
        ('{"schema": 1', "1: is not JSON: Expecting ',' delimiter"),
        ('{"schema":\n1,\n}', "3: is not JSON: "),
        ("NaN", "1: is not JSON: NaN is no number of JSON"),
        ("[" * 100_000, "1: is not JSON: "),
        ("{}", "1: decision: Field required"),
        ('{"schema": 2}', "1: schema: Input should be 1 (it is 2)"),
        ('{\n"decision": "SHIP"}', "2: decision: Input should be 'DEPLOY'"),
        ("[]", "1: Input should be a valid dictionary"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "acceptance.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ResultsError) as caught:
        judge(tmp_path)

    assert str(caught.value).startswith(f"{path}:{problem}")
    assert "\n" not in str(caught.value)


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"acceptance\.json: cannot be read: No such file"):
        judge(tmp_path)
