from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evals.contract.acceptances import GATE, acceptance, bad, good, graded, suite, ungradable
from punie.evaluation import (
    Acceptance,
    Baseline,
    Comparison,
    ComparisonError,
    ResultsError,
    RunFacts,
    accept,
    compare,
    read_baseline,
    write_acceptance,
)
from punie.evaluation.comparison import check_decoding, pair_up
from punie.evaluation.models.protocol import Fact
from punie.evaluation.records import Delta, QueryResult, SampleResult
from punie.evaluation.report.sections import mark

MISS = bad("tools", "wrong_tool", "calls git_log")
SETTINGS: Mapping[str, Fact] = {"name": "old", "weights": "ab", "temperature": 0.0, "samples": 1, "max_tokens": 512}


def baseline(folder: Path, record: Acceptance) -> Baseline:
    write_acceptance(record, folder)
    return read_baseline(folder, [suite()])


def compared(folder: Path, before: Acceptance, after: Acceptance) -> Comparison:
    ids = {"own": [query.id for query in suite().queries]}
    found = compare(baseline(folder, before), ids, after.queries, after.model)
    assert found is not None
    return found


def rows(before: str, after: str) -> dict[str, tuple[QueryResult, QueryResult]]:
    """Pairs from two strings in which + is a pass."""
    return {
        str(number): (result(passed=old == "+"), result(passed=new == "+"))
        for number, (old, new) in enumerate(zip(before, after, strict=True))
    }


def result(*, passed: bool, samples: str = "") -> QueryResult:
    drawn = tuple(SampleResult(strict=one == "+", soft=True, reason="") for one in samples)
    return QueryResult(category="c", strict=passed, soft=True, reason="", samples=drawn)


def test_discordant_queries_are_listed_on_their_side(tmp_path: Path) -> None:
    found = compared(tmp_path, acceptance(words_1=MISS), acceptance(calls_2=MISS, calls_3=MISS))

    assert (found.overall.lost, found.overall.gained) == (("calls-2", "calls-3"), ("words-1",))
    assert found.overall.queries == 5
    assert (found.overall.before, found.overall.after) == (0.8, 0.6)
    assert found.categories["calls"] == Delta(before=1.0, after=1 / 3)


def test_few_discordant_queries_carry_no_claim() -> None:
    paired = pair_up(rows("+++++-----", "-----+----"), 0.05)

    assert paired.claim == "none"
    assert paired.reason == "no claim: chance explains such a difference (p = 0.22)"
    assert pair_up(rows("+++++", "-----"), 0.05).reason == "no claim: 5 queries differ, a claim needs 6 at least"


@pytest.mark.parametrize(("before", "after", "claim"), [("++++++", "------", "worse"), ("------", "++++++", "better")])
def test_enough_discordant_queries_carry_a_claim(before: str, after: str, claim: str) -> None:
    paired = pair_up(rows(before, after), 0.05)

    assert (paired.claim, paired.reason) == (claim, f"{claim} than the baseline (p = 0.031)")


def test_equal_results_differ_in_nothing() -> None:
    paired = pair_up(rows("++-", "++-"), 0.05)

    assert (paired.p_value, paired.difference, tuple(paired.interval)) == (1.0, 0.0, (0.0, 0.0))


def test_repeated_samples_of_a_query_stay_together() -> None:
    pairs = {"q": (result(passed=False, samples="++-+"), result(passed=False, samples="-+--"))}
    paired = pair_up(pairs, 0.05)

    assert paired.difference == -0.5
    assert (paired.lost, paired.gained) == ((), ())


def test_queries_without_a_verdict_in_one_run_are_left_out_and_counted(tmp_path: Path) -> None:
    found = compared(tmp_path, acceptance(calls_1=ungradable()), acceptance())

    assert (found.overall.queries, found.left_out) == (4, 1)


def test_without_any_common_verdict_there_is_no_comparison(tmp_path: Path) -> None:
    old = baseline(tmp_path, acceptance())

    assert compare(old, {"own": ["words-1"]}, {}) is None


def test_other_engines_and_equal_weights_are_noted(tmp_path: Path) -> None:
    before = acceptance(RunFacts(model={"weights": "ab", "device": "cpu"}))
    after = acceptance(RunFacts(model={"weights": "ab", "device": "gpu"}))

    assert compared(tmp_path, before, after).notes == (
        "device differ: cpu then, gpu now", "both runs graded the same weights",
    )  # fmt: skip


def test_a_comparison_stands_in_the_record_and_is_judged_again(tmp_path: Path) -> None:
    old = baseline(tmp_path, acceptance())
    record = accept([suite()], graded(calls_2=MISS), GATE, RunFacts(baseline=old))

    assert record.comparison is not None
    assert record.comparison.overall.lost == ("calls-2",)
    assert record.comparison.digest == old.digest
    assert Acceptance.model_validate_json(record.model_dump_json(by_alias=True)) == record


def test_another_version_of_the_suite_is_refused(tmp_path: Path) -> None:
    write_acceptance(acceptance(), tmp_path)

    with pytest.raises(ComparisonError) as caught:
        read_baseline(tmp_path, [replace(suite(), digest="cd" * 32)])

    assert str(caught.value) == (
        f"{tmp_path}/acceptance.json: cannot be compared: suite 'own' was another one then (digest abababababab, "
        "now cdcdcdcdcdcd); grade the baseline again"
    )


def test_another_suite_is_refused(tmp_path: Path) -> None:
    write_acceptance(acceptance(), tmp_path)

    with pytest.raises(ComparisonError, match=r"it holds no results on suite 'else' \(it has: own\)$"):
        read_baseline(tmp_path, [replace(suite(), name="else")])


def test_a_part_of_the_queries_is_refused(tmp_path: Path) -> None:
    write_acceptance(acceptance(calls_2=None), tmp_path)

    with pytest.raises(ComparisonError, match=r"1 of 5 queries of suite 'own' were not asked then, such as 'calls-2'"):
        read_baseline(tmp_path, [suite()])


@pytest.mark.parametrize(("name", "value"), [("temperature", 0.7), ("samples", 5), ("max_tokens", 64)])
def test_another_way_of_decoding_is_refused(tmp_path: Path, name: str, value: float) -> None:
    old = baseline(tmp_path, acceptance(RunFacts(model=SETTINGS)))

    check_decoding(old, {**SETTINGS}, live=False)
    with pytest.raises(
        ComparisonError, match=rf"its {name} was .*, now it is {value}; grade both models with the same"
    ):
        check_decoding(old, {**SETTINGS, name: value}, live=False)


def test_a_live_run_and_recorded_results_are_not_compared(tmp_path: Path) -> None:
    old = baseline(tmp_path, acceptance(RunFacts(model=SETTINGS)))

    with pytest.raises(ComparisonError, match="its model worked with recorded results; grade both models in the same"):
        check_decoding(old, SETTINGS, live=True)


def test_what_a_replay_does_not_tell_is_not_compared(tmp_path: Path) -> None:
    check_decoding(baseline(tmp_path, acceptance(RunFacts(model={"replay": "ab"}))), SETTINGS, live=False)


def test_a_damaged_baseline_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = write_acceptance(acceptance(), tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if '"soft"' in line)
    lines[number] = lines[number].replace("1.0", '"all"')
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(ResultsError, match=rf"^{path}:{number + 1}: \S+soft: Input should be a valid number"):
        read_baseline(tmp_path, [suite()])


def test_a_cut_off_baseline_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = write_acceptance(acceptance(), tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: len(text) // 2], encoding="utf-8")

    with pytest.raises(ResultsError, match=rf"^{path}:\d+: is not JSON: "):
        read_baseline(tmp_path, [suite()])


def test_a_baseline_in_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "acceptance.json"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(ResultsError, match=r"acceptance\.json: is not UTF-8 text \(byte 0\)"):
        read_baseline(path, [suite()])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0.5, 0.7, "+20 or more"),
        (0.5, 0.69, "no loss"),
        (0.5, 0.5, "no loss"),
        (0.5, 0.49, "loss"),
        (0.1, 0.3, "+20 or more"),
    ],
)
def test_differences_are_marked_at_20_and_at_0_points(before: float, after: float, expected: str) -> None:
    assert mark(Delta(before=before, after=after)) == expected


def test_the_file_may_be_named_itself(tmp_path: Path) -> None:
    path = write_acceptance(acceptance(), tmp_path)

    assert read_baseline(path, [suite()]) == read_baseline(tmp_path, [suite()])
    assert json.loads(path.read_text(encoding="utf-8"))["comparison"] is None
    assert good().grade.strict
