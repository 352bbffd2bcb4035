from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.gold_replies import gold_replay
from punie.agent.tool_calls import emit_call
from punie.monitoring.inputs import MONITOR
from punie.monitoring.records import ALERTS

Rows = list[dict[str, Any]]
Run = Callable[..., pytest.RunResult]
READS = emit_call('print(typecheck("src").error_count)')
WHOLE = emit_call('print(typecheck("src"))')
STATUS = emit_call('print(git_status(".").clean)')
RIGHT = "As far as I know, the answer is blue."
WRONG = "Nobody has ever found that out, although many people have tried to."
SUITE: Rows = [
    {"id": "sky", "category": "a", "prompt": "Which colour?", "expect": {"tools": [], "mentions": ["blue"]}},
    {"id": "types", "category": "b", "prompt": "How many?", "expect": {"tools": ["typecheck"], "fields": ["success"]}},
]


def row(reply: str, name: str = "prod-1", **more: object) -> dict[str, Any]:
    return {"id": name, "replies": [reply], **more}


def write(path: Path, rows: Rows) -> Path:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in rows), encoding="utf-8")
    return path


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    write(pytester.path / "own.jsonl", SUITE)

    def run(rows: Rows, *args: str) -> pytest.RunResult:
        log = write(pytester.path / "production.jsonl", rows)
        results = f"--punie-results={pytester.path / 'results'}"
        suite = f"--punie-suite={pytester.path / 'own.jsonl'}"
        replay = f"--punie-replay={log}"
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-m", "monitor", results, suite, replay, *args)

    return run


@pytest.fixture
def report(pytester: pytest.Pytester) -> Callable[[], dict[str, Any]]:
    def report() -> dict[str, Any]:
        found: dict[str, Any] = json.loads((pytester.path / "results" / MONITOR).read_text(encoding="utf-8"))
        return found

    return report


def message_of(result: pytest.RunResult) -> str:
    assert result.ret == 4
    lines = [text for text in result.errlines if text]
    assert len(lines) == 1
    return lines[0]


def timed(replies: list[str]) -> Rows:
    return [row(reply, at=f"2026-01-{1 + n // 24:02}T{n % 24:02}:00:00Z") for n, reply in enumerate(replies)]


def test_a_healthy_log_is_green(run: Run) -> None:
    result = run([*timed([READS] * 60), row(RIGHT, "sky", seconds=4.0, prompt="Which colour?")])

    assert result.ret == 0
    assert result.parseoutcomes() == {"passed": 4}


@pytest.mark.parametrize(
    ("alert", "rows"),
    [
        ("field-access", [row(READS), row(WHOLE)]),
        ("accuracy", [row(RIGHT, "sky"), row(WRONG, "sky")]),
        ("mean-time", [row(RIGHT, seconds=5.0), row(RIGHT, seconds=5.1)]),
        ("drift", timed([READS] * 30 + [STATUS] * 15 + [READS] * 15)),
    ],
)
def test_each_figure_beyond_its_level_alerts_alone(
    run: Run, report: Callable[[], dict[str, Any]], alert: str, rows: Rows
) -> None:
    result = run(rows, "-v")
    states = {name: found["state"] for name, found in report()["alerts"].items()}

    assert result.ret == 1
    assert [name for name, state in states.items() if state == "alert"] == [alert]
    result.stdout.fnmatch_lines([f"monitor::{alert} FAILED*"])


@pytest.mark.parametrize(
    "rows",
    [
        [row(READS)] * 7 + [row(WHOLE)] * 3,
        [row(RIGHT, "sky")] * 8 + [row(WRONG, "sky")] * 2,
        [row(RIGHT, seconds=4.0), row(RIGHT, seconds=6.0)],
    ],
    ids=ALERTS[:3],
)
def test_a_figure_at_its_level_does_not_alert(run: Run, rows: Rows) -> None:
    assert run(rows).ret == 0


def test_what_no_row_tells_is_not_measured(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    result = run([row(RIGHT)])

    assert result.ret == 0
    assert {name: found["state"] for name, found in report()["alerts"].items()} == dict.fromkeys(ALERTS, "not measured")
    result.stdout.fnmatch_lines(["accuracy * not measured * none of 1 rows have an expectation*"])


def test_accuracy_looks_only_at_rows_whose_id_is_in_a_suite(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    run([row(RIGHT, "sky"), row(WRONG, "elsewhere"), row(WRONG, "57-nothing")])

    assert report()["alerts"]["accuracy"] | {"reason": ""} == {
        "state": "ok",
        "value": 1.0,
        "level": 0.8,
        "rows": 1,
        "reason": "",
    }


def test_with_an_expectation_the_fields_asked_for_count(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    run([row(READS, "types"), row(READS, "unknown")])

    assert report()["alerts"]["field-access"]["value"] == 0.5


def test_a_promise_in_a_fence_or_words_uses_no_tool(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    fenced = '```python\nprint(typecheck("src"))\n```'
    run([row(fenced), row(RIGHT), row(emit_call("print(")), row(READS)])

    assert report()["tool_use"] == {"(words)": 0.5, "(broken call)": 0.25, "typecheck": 0.25}


def test_few_rows_do_not_drift(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    run(timed([READS] * 29 + [STATUS] * 29))

    assert report()["alerts"]["drift"]["reason"] == "not measured: 29 rows before and 29 now, 30 each are wanted"


def test_the_levels_stand_in_the_gate_file(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "evals").mkdir()
    gate = "schema = 1\nbands = { deploy = 80, augment = 70 }\nmonitor = { field_access = 40 }\n"
    (pytester.path / "evals" / "gate.toml").write_text(gate, encoding="utf-8")

    assert run([row(READS), row(WHOLE)]).ret == 0


def test_one_item_can_be_selected(run: Run) -> None:
    rows = [row(WHOLE, seconds=9.0)]

    assert run(rows, "-k", "accuracy").ret == 0
    assert run(rows, "-k", "mean-time").ret == 1


def test_a_baseline_may_be_a_report_its_folder_or_an_earlier_log(run: Run, pytester: pytest.Pytester) -> None:
    earlier = write(pytester.path / "earlier.jsonl", [row(READS)] * 30)
    run([row(READS)] * 30)
    folder = (pytester.path / "results").rename(pytester.path / "before")

    for baseline in (folder, folder / MONITOR, earlier):
        assert run([row(STATUS)] * 30, f"--punie-baseline={baseline}", "-k", "drift").ret == 1
        assert run([row(READS)] * 30, f"--punie-baseline={baseline}", "-k", "drift").ret == 0


def test_results_of_an_evaluation_are_a_baseline(run: Run, pytester: pytest.Pytester) -> None:
    replay = gold_replay("40", pytester.path / "gold.jsonl")
    results = pytester.path / "graded"
    pytester.runpytest_inprocess(
        "-m", "eval", "--punie-suite=40", f"--punie-replay={replay}", f"--punie-results={results}"
    )
    gold = [json.loads(line) for line in replay.read_text(encoding="utf-8").splitlines()]

    assert run(gold, f"--punie-baseline={results}", "-k", "drift").ret == 0
    assert run([row(STATUS)] * 40, f"--punie-baseline={results}", "-k", "drift").ret == 1


def test_without_a_suite_all_that_come_with_punie_are_known(pytester: pytest.Pytester) -> None:
    replay = gold_replay("25", pytester.path / "gold.jsonl")
    result = pytester.runpytest_inprocess("-v", "-m", "monitor", f"--punie-replay={replay}", "-k", "accuracy")

    result.stdout.fnmatch_lines(["monitor::accuracy PASSED*"])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "production.jsonl:2: bad row: "),
        ("[]", "production.jsonl:2: bad row: "),
        ('{"id": "a"}', "production.jsonl:2: bad row: 'replies': Field required"),
        ('{"replies": ["a"]}', "production.jsonl:2: bad row: 'id': Field required"),
        ('{"id": "a", "replies": "b"}', "production.jsonl:2: bad row: 'replies': "),
        ('{"id": "a", "replies": ["b"], "seconds": -1}', "production.jsonl:2: bad row: 'seconds': "),
        ('{"id": "a", "replies": ["b"], "seconds": NaN}', "production.jsonl:2: bad row: 'seconds': "),
        ('{"id": "a", "replies": ["b"], "at": "monday"}', "production.jsonl:2: bad row: 'at': a time after ISO 8601 "),
        ('{"id": "a", "replies": ["b"], "at": "9999-12-31T23:59:59-23:00"}', "production.jsonl:2: bad row: 'at': a "),
        ('{"id": "a", "replies": ["b"], "\\u001b[31m": 1}', "production.jsonl:2: bad row: "),
        ("[" * 100_000, "production.jsonl:2: bad row: "),
        ("\udcff", "production.jsonl:2: bad row: it is not UTF-8 (byte 0xff)"),
    ],
    ids=range(12),
)
def test_a_broken_row_is_refused_with_its_line(pytester: pytest.Pytester, line: str, message: str) -> None:
    path = pytester.path / "production.jsonl"
    path.write_text(json.dumps(row(RIGHT)) + "\n" + line, encoding="utf-8", errors="surrogateescape")
    result = pytester.runpytest_inprocess("-m", "monitor", "--punie-replay=production.jsonl")

    assert message in message_of(result)
    assert "\x1b" not in result.stderr.str()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "-m monitor looks at recorded replies: name their log with --replay FILE"),
        (["--punie-replay=none.jsonl"], "none.jsonl': No such file or directory"),
        (["--punie-replay=empty.jsonl"], "empty.jsonl' holds no rows"),
        (["--punie-replay=log.jsonl", "--punie-model=x"], "-m monitor asks no model: leave --model"),
        (["--punie-replay=log.jsonl", "--punie-baseline=none.json"], "none.json: cannot be read: No such file"),
        (["--punie-replay=log.jsonl", "--punie-baseline=."], "no baseline in the folder "),
        (["--punie-replay=log.jsonl", "--punie-baseline=odd.json"], "odd.json: log: Field required: give monitor.json"),
        (["--punie-replay=log.jsonl", "--punie-baseline=broken.json"], "broken.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_ends_in_one_line(pytester: pytest.Pytester, args: list[str], message: str) -> None:
    write(pytester.path / "log.jsonl", [row(RIGHT)])
    for name, text in {"empty.jsonl": "\n", "odd.json": '{"alerts": 3}', "broken.json": "{"}.items():
        (pytester.path / name).write_text(text, encoding="utf-8")

    assert message in message_of(pytester.runpytest_inprocess("-m", "monitor", *args))


def test_the_alerts_can_be_listed_without_a_log(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-m", "monitor", "--collect-only", "-q")

    assert result.ret == 0
    result.stdout.fnmatch_lines([f"monitor::{alert}" for alert in ALERTS])


def test_code_in_a_log_reaches_no_real_file(run: Run, tmp_path: Path, report: Callable[[], dict[str, Any]]) -> None:
    place = tmp_path / "written"
    code = f"open({str(place)!r}, 'w').write('x')"
    run([row(emit_call(code)), row(emit_call(f"write_file({str(place)!r}, 'x')"))])

    assert not place.exists()
    assert report()["tool_use"] == {"(broken call)": 0.5, "write_file": 0.5}


def test_text_of_a_log_does_not_reach_the_terminal_raw(run: Run) -> None:
    result = run([row("\x1b[31m" + RIGHT, "\x1b[31m", prompt="\x1b[31m", seconds=9.0)])

    assert result.ret == 1
    assert "\x1b" not in result.stdout.str()


def test_results_that_cannot_be_written_are_no_green(run: Run, pytester: pytest.Pytester) -> None:
    folder = pytester.path / "results" / MONITOR
    folder.mkdir(parents=True)
    result = run([row(RIGHT, seconds=1.0)])

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*results could not be written to *"])


def test_workers_are_refused(run: Run) -> None:
    pytest.importorskip("xdist")

    assert message_of(run([row(RIGHT)], "-n", "2")).startswith("ERROR: -n does not go with -m monitor")
