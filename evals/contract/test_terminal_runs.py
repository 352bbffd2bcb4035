from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

import punie.data.session  # noqa: F401 - runs of pytest inside this process share what is imported before them
from evals.contract.test_data_session import BROKEN, write
from fixtures.replies import RecordedRun

GATE = "schema = 1\nbands = {deploy = 80, augment = 70}\nsuites.facts.targets = {colours = 60, legs = 100}\n"
MISS = "does not state four"
REASON = "legs 50 % (1 of 2), 100 % wanted"
COLOURS = re.compile(r"\x1b\[[\d;]*m")
SAID_OF_COLOURS = {"CI", "FORCE_COLOR", "NO_COLOR", "PY_COLORS"}
LOG = '{"id": "a", "prompt": "Hi?", "replies": ["Hello."], "seconds": 9}\n'


def output(result: pytest.RunResult) -> str:
    return result.stdout.str()


def own_lines(result: pytest.RunResult) -> list[str]:
    """What stands between the line of letters and pytest's last line."""
    lines = [line for line in output(result).splitlines() if line]
    (start,) = (number for number, line in enumerate(lines) if line.endswith("[100%]"))
    return lines[start + 1 : -1]


def on_a_terminal(run: RecordedRun, *args: str, **environment: str) -> str:
    """What a terminal gets to show of a run in a process of its own."""
    options = [f"--punie-suite={run.suite}", f"--punie-replay={run.replies(wrong=('dogs',))}"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "eval", *options, *args]
    place = {name: value for name, value in os.environ.items() if name not in SAID_OF_COLOURS}
    reading, writing = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=run.suite.parent,
        env={**place, "TERM": "xterm", "COLUMNS": "80", **environment},
        stdout=writing,
        stderr=writing,
    ):
        os.close(writing)
        shown = b""
        try:
            while chunk := os.read(reading, 1 << 16):
                shown += chunk
        except OSError:  # what Linux says at the end of a terminal
            pass
    os.close(reading)
    return shown.decode()


@pytest.fixture
def missed(recorded_run: RecordedRun) -> RecordedRun:
    """A repository whose gate wants every query about legs."""
    recorded_run.write("evals/gate.toml", GATE)
    return recorded_run


def test_what_stands_in_the_table_is_not_repeated_as_a_failure(missed: RecordedRun) -> None:
    text = output(missed.grade(wrong=("dogs",)))

    assert [text.count(said) for said in (MISS, REASON, "facts: overall 80 %")] == [1, 1, 1]
    assert "FAILURES" not in text
    assert "short test summary" not in text
    assert "2 failed" in text


def test_a_failed_test_is_shown_as_ever(missed: RecordedRun) -> None:
    missed.write("test_own.py", "import pytest\n@pytest.mark.eval\ndef test_own(): assert 1 == 2\n")
    text = output(missed.grade(wrong=("dogs",)))

    assert "FAILURES" in text
    assert "FAILED test_own.py::test_own" in text
    assert "FAILED facts::" not in text
    assert "3 failed" in text


def test_a_quiet_run_prints_the_decision_and_what_failed(missed: RecordedRun) -> None:
    first, *reasons, last = own_lines(missed.grade("-q", wrong=("dogs",)))

    assert "AUGMENT" in first
    assert [line.strip("│ ") for line in reasons] == [
        "facts: overall 80 % (4 of 5), 80 % wanted: reached",
        f"facts: {REASON}: missed",
    ]
    assert set(last) <= set("╰─╯")


def test_a_verbose_run_tells_each_verdict_with_its_reason_once(missed: RecordedRun) -> None:
    text = output(missed.grade("-v", wrong=("dogs",)))

    assert re.search(rf"^facts::dogs MISSED \(wrong_fact: {MISS}\)", text, re.MULTILINE)
    assert re.search(r"^facts::sky PASSED +\[", text, re.MULTILINE)
    assert text.count(MISS) == 1


@pytest.mark.parametrize("columns", [60, 100, 200])
@pytest.mark.parametrize("verbosity", [(), ("-q",)], ids=["plain", "quiet"])
def test_own_lines_fit_the_terminal(
    missed: RecordedRun, monkeypatch: pytest.MonkeyPatch, columns: int, verbosity: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = own_lines(missed.grade(*verbosity, wrong=("dogs",)))

    assert max(len(line) for line in lines if not line.startswith("results: ")) <= columns


def test_a_quiet_check_of_data_prints_what_forbids_training(pytester: pytest.Pytester, tmp_path: Path) -> None:
    options = [f"--punie-data={write(tmp_path / 'set', BROKEN)}", f"--punie-results={tmp_path / 'results'}"]
    loud = output(pytester.runpytest_inprocess("-p", "no:cacheprovider", "-m", "data", *options))
    quiet = own_lines(pytester.runpytest_inprocess("-p", "no:cacheprovider", "-m", "data", "-q", *options))

    assert [line.split()[:3] for line in quiet if " error " in line] == [
        ["bad_json", "error", "1"],
        ["bad_structure", "error", "1"],
    ]
    assert quiet[-1].startswith("set: 4 train + 1 valid rows: 2 errors")
    assert not [line for line in quiet if line.startswith("results: ")]
    assert loud.count("train.jsonl:3: bad_json") == 1
    assert "FAILURES" not in loud


def test_a_check_of_data_that_broke_off_is_told_once(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("punie.data.session.write_findings", full)
    options = [f"--punie-data={write(tmp_path / 'set', BROKEN)}", f"--punie-results={tmp_path / 'results'}"]
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-m", "data", "-q", *options)

    assert result.ret == 1
    assert output(result).count("No space left on device") == 1


def test_a_quiet_look_at_a_log_prints_alerts_alone(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("log.jsonl").write_text(LOG, encoding="utf-8")
    args = ["-p", "no:cacheprovider", "-m", "monitor", "--punie-replay=log.jsonl", "--punie-results=results", "-q"]
    heading, _, alert, total = own_lines(pytester.runpytest_inprocess(*args))

    assert heading.split() == ["alert", "state", "figure"]
    assert alert.split()[:2] == ["mean-time", "alert"]
    assert total == "log.jsonl: 1 rows: 1 alert"


@pytest.mark.slow
def test_a_terminal_shows_a_bar_with_the_time_left_while_a_model_answers(missed: RecordedRun) -> None:
    text = on_a_terminal(missed)

    assert re.search(r"asking .*5/5 \d:\d\d:\d\d", COLOURS.sub("", text))
    assert COLOURS.search(text)
    # the bar is gone in the end, and the letters follow the name of the suite
    assert re.search(r"\x1b\[2K\x1b\[\d+G\x1b\[1A|\x1b\[1A", text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "environment"),
    [((), {"NO_COLOR": "1"}), (("--color=no",), {}), ((), {"TERM": "dumb"})],
    ids=["NO_COLOR", "an option", "a dumb terminal"],
)
def test_a_terminal_without_colours_gets_none(
    missed: RecordedRun, args: tuple[str, ...], environment: dict[str, str]
) -> None:
    text = on_a_terminal(missed, *args, **environment)

    assert COLOURS.findall(text) == []
    assert "AUGMENT" in text


@pytest.mark.slow
@pytest.mark.parametrize("forced", ["", "1"])
def test_a_log_holds_no_bar(
    missed: RecordedRun, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, forced: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", forced)
    monkeypatch.delenv("PY_COLORS")
    options = [f"--punie-suite={missed.suite}", f"--punie-replay={missed.replies()}", "-m", "eval"]
    text = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options).stdout.str()

    assert "DEPLOY" in text
    assert "asking" not in text
    assert "\x1b" not in COLOURS.sub("", text)
    assert bool(forced) is bool(COLOURS.search(text))


@pytest.mark.slow
def test_what_workers_measured_is_not_repeated_either(missed: RecordedRun) -> None:
    pytest.importorskip("xdist")
    text = output(missed.grade("-n", "2", wrong=("dogs",)))

    assert "AUGMENT" in text
    assert "FAILURES" not in text
    assert text.count(MISS) == 1
