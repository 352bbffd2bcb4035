from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from punie.agent.programs import Finished, Limits, environment, program_path, run_program

FLOOD = "import os; [os.write(n, b'x' * 65536) for _ in range(32) for n in (1, 2)]"


def python(code: str, cwd: Path, limits: Limits | None = None) -> Finished:
    return run_program([sys.executable, "-I", "-S", "-c", code], cwd, limits)


def test_status_and_both_streams_are_kept_apart(tmp_path: Path) -> None:
    finished = run_program(["sh", "-c", "echo out; echo err >&2; exit 3"], tmp_path)

    assert finished == Finished(3, b"out\n", b"err\n")


def test_a_signal_is_a_negative_status(tmp_path: Path) -> None:
    assert run_program(["sh", "-c", "kill -9 $$"], tmp_path).status == -9


def test_two_full_streams_do_not_block_each_other(tmp_path: Path) -> None:
    finished = python(FLOOD, tmp_path)

    assert (finished.status, len(finished.stdout), len(finished.stderr)) == (0, 2**21, 2**21)


def test_output_beyond_the_limit_is_dropped_and_told(tmp_path: Path) -> None:
    finished = python(FLOOD, tmp_path, Limits(output=1000))

    assert (finished.status, len(finished.stdout), len(finished.stderr)) == (0, 1000, 1000)
    assert str(finished.problem).endswith("wrote more than 1000 bytes")


def test_a_time_out_is_a_result_with_the_output_so_far(tmp_path: Path) -> None:
    finished = run_program(["sh", "-c", "echo begun; sleep 30"], tmp_path, Limits(seconds=1.5))

    assert (finished.status, finished.stdout) == (None, b"begun\n")
    assert isinstance(finished.problem, TimeoutError)


@pytest.mark.parametrize("argv", [["no-such-program"], ["/no/such/program"]])
def test_a_missing_program_is_a_result(tmp_path: Path, argv: list[str]) -> None:
    finished = run_program(argv, tmp_path)

    assert finished.status is None
    assert isinstance(finished.problem, FileNotFoundError)


@pytest.mark.parametrize("argv", [["a\0b"], ["."]])
def test_what_cannot_be_started_is_a_result(tmp_path: Path, argv: list[str]) -> None:
    assert "could not be started" in str(run_program(argv, tmp_path).problem)


def test_a_result_without_a_problem_can_be_relied_upon(tmp_path: Path) -> None:
    finished = run_program(["true"], tmp_path)

    assert finished.relied_upon() is finished
    with pytest.raises(TimeoutError, match=r"^late$"):
        Finished(None, problem=TimeoutError("late")).relied_upon()


def test_the_complaint_is_the_last_line_that_says_something() -> None:
    assert Finished(2, stderr=b"one\ntwo\n\n").complaint == "two"
    assert Finished(2).complaint == "exit status 2"


def test_only_named_variables_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "x")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("LANG", "C.UTF-8")

    passed = environment({"EXTRA": "1"})

    assert {"API_KEY", "GIT_DIR"} & passed.keys() == set()
    assert (passed["LANG"], passed["EXTRA"]) == ("C.UTF-8", "1")


def test_programs_beside_the_interpreter_come_first() -> None:
    assert Path(program_path("ruff")).parent == Path(sysconfig.get_path("scripts"))
    assert program_path("no-such-program") == "no-such-program"
