from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from fixtures.replies import FACTS, RecordedRun

MANY = {f"q{number}": fact for number, fact in enumerate([*FACTS.values()] * 2)}


def before(run: RecordedRun, *args: str, wrong: tuple[str, ...] = ()) -> Path:
    """The results of an earlier run."""
    run.grade(*args, wrong=wrong)
    place = run.results.with_name("before")
    shutil.copytree(run.results, place)
    return place


def message_of(result: pytest.RunResult) -> str:
    assert result.ret == 4
    lines = [line for line in result.errlines if line]
    assert len(lines) == 1
    return lines[0]


def test_the_discordant_queries_stand_in_the_record_and_in_both_reports(recorded_run: RecordedRun) -> None:
    place = before(recorded_run, wrong=("sky",))
    result = recorded_run.grade(f"--punie-baseline={place}", wrong=("dogs",))
    compared = recorded_run.acceptance["comparison"]["overall"]
    report = (recorded_run.results / "report.md").read_text(encoding="utf-8")

    assert (compared["lost"], compared["gained"]) == (["dogs"], ["sky"])
    result.stdout.fnmatch_lines(["beside the baseline replies.jsonl", "no claim: 2 queries differ, a claim needs 6 *"])
    assert "| dogs | lost |" in report
    assert "| sky | gained | passes |" in report


def test_the_file_itself_can_be_named(recorded_run: RecordedRun) -> None:
    place = before(recorded_run)
    recorded_run.grade(f"--punie-baseline={place / 'acceptance.json'}")

    assert recorded_run.acceptance["comparison"]["overall"]["claim"] == "none"


def test_a_significant_drop_keeps_from_deploy(recorded_run: RecordedRun) -> None:
    rows = [
        {"id": name, "category": "words", "prompt": f"Tell {name}.", "expect": {"tools": [], "mentions": [fact]}}
        for name, (_, fact) in MANY.items()
    ]
    suite = recorded_run.write("many.jsonl", "\n".join(map(json.dumps, rows)))
    recorded_run.write("evals/gate.toml", "schema = 1\nbands = {deploy = 10, augment = 5}\n")

    def grade(right: int, *args: str) -> pytest.RunResult:
        texts = [f"It is {fact}." if at < right else "Nobody knows that." for at, (_, fact) in enumerate(MANY.values())]
        lines = [json.dumps({"id": name, "replies": [text]}) for name, text in zip(MANY, texts, strict=True)]
        replay = recorded_run.write("many-replies.jsonl", "\n".join(lines))
        options = [f"--punie-suite={suite}", f"--punie-replay={replay}", f"--punie-results={recorded_run.results}"]
        return recorded_run.run("-m", "eval", *options, *args)

    assert grade(10).ret == 0
    place = shutil.copytree(recorded_run.results, recorded_run.results.with_name("before"))
    result = grade(4, f"--punie-baseline={place}")

    assert (recorded_run.acceptance["decision"], result.ret) == ("AUGMENT", 1)
    assert recorded_run.acceptance["reasons"][-1] == (
        "regression -60 points (6 lost, 0 gained, p = 0.031), no drop with p < 0.05 wanted: missed"
    )


def test_a_damaged_baseline_is_refused_with_file_and_line(recorded_run: RecordedRun) -> None:
    place = before(recorded_run) / "acceptance.json"
    lines = place.read_text(encoding="utf-8").splitlines()
    place.write_text("\n".join([*lines[:20], '"what": ', *lines[20:]]), encoding="utf-8")
    message = message_of(recorded_run.grade(f"--punie-baseline={place}"))

    assert re.fullmatch(rf"ERROR: {re.escape(str(place))}:\d+: is not JSON: .*", message)


def test_a_missing_baseline_is_refused(recorded_run: RecordedRun) -> None:
    message = message_of(recorded_run.grade("--punie-baseline=none"))

    assert message.endswith("/none: cannot be read: No such file or directory")


def test_a_baseline_on_another_suite_is_refused(recorded_run: RecordedRun) -> None:
    place = before(recorded_run)
    text = recorded_run.suite.read_text(encoding="utf-8")
    recorded_run.suite.write_text(text.replace("Tell me about sky.", "Tell me more about sky."), encoding="utf-8")
    message = message_of(recorded_run.grade(f"--punie-baseline={place}"))

    assert "cannot be compared: suite 'facts' was another one then (digest " in message


def test_a_baseline_on_a_part_of_the_queries_is_refused(recorded_run: RecordedRun) -> None:
    place = before(recorded_run, "-k", "sky")
    message = message_of(recorded_run.grade(f"--punie-baseline={place}"))

    assert "4 of 5 queries of suite 'facts' were not asked then, such as 'grass'" in message


def test_augment_leaves_a_list_of_targets(recorded_run: RecordedRun) -> None:
    recorded_run.write("evals/gate.toml", "schema = 1\nbands = {deploy = 90, augment = 70}\n")
    recorded_run.grade(wrong=("dogs",))
    targets = json.loads((recorded_run.results / "targets.json").read_text(encoding="utf-8"))
    recorded_run.grade()

    assert targets["categories"] == [{"name": "legs", "missed": 1, "of": 2, "examples": 50}]
    assert not (recorded_run.results / "targets.json").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--punie-samples=0"], "--samples '0': a whole number from 1 to 1000 is wanted"),
        (["--punie-samples=two"], "--samples 'two': a whole number from 1 to 1000 is wanted"),
        (["--punie-samples=\u00b2"], "--samples '\u00b2': a whole number from 1 to 1000 is wanted"),
        (["--punie-temperature=hot"], "--temperature 'hot': a number from 0 to 2 is wanted"),
        (["--punie-temperature=nan"], "--temperature 'nan': a number from 0 to 2 is wanted"),
        (["--punie-temperature=-1"], "--temperature '-1': a number from 0 to 2 is wanted"),
        (["--punie-samples=3"], "recorded replies are graded as they are; leave it out"),
        (["--punie-temperature=0.5"], "recorded replies are graded as they are; leave it out"),
        (["--punie-live"], "recorded replies are graded as they are; leave it out"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_samples_and_temperature_are_checked(recorded_run: RecordedRun, args: list[str], message: str) -> None:
    assert message in message_of(recorded_run.grade(*args))


def test_several_rows_of_a_query_are_samples(recorded_run: RecordedRun) -> None:
    rows = recorded_run.replies().read_text(encoding="utf-8")
    wrong = recorded_run.replies(wrong=("dogs",)).read_text(encoding="utf-8")
    replay = recorded_run.write("twice.jsonl", f"{rows}\n{wrong}")
    options = [f"--punie-suite={recorded_run.suite}", f"--punie-replay={replay}"]
    result = recorded_run.run("-m", "eval", *options, f"--punie-results={recorded_run.results}")

    assert recorded_run.acceptance["sampling"]["flips"] == {"dogs": 1.0}
    assert recorded_run.acceptance["queries"]["dogs"]["strict"] is False
    result.stdout.fnmatch_lines(["2 samples of each query", "flaky queries (1)", "dogs *100 %*1/2"])


def test_recorded_verdicts_stand_beside_the_executed_ones(recorded_run: RecordedRun) -> None:
    rows = map(json.loads, recorded_run.replies(wrong=("dogs",)).read_text(encoding="utf-8").splitlines())
    replay = recorded_run.write("told.jsonl", "\n".join(json.dumps({**row, "recorded_pass": True}) for row in rows))
    options = [f"--punie-suite={recorded_run.suite}", f"--punie-replay={replay}"]
    result = recorded_run.run("-m", "eval", *options, f"--punie-results={recorded_run.results}")

    assert recorded_run.acceptance["queries"]["dogs"]["recorded"] is True
    result.stdout.fnmatch_lines(["recorded against executed verdicts", "pass *4 *1 *0", "verdicts that differ (1)"])
