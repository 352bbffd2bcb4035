from __future__ import annotations

import subprocess
import sys

import pytest

from fixtures.replies import RecordedRun

HEAVY = ("mlx", "mlx_lm", "pydantic", "punie.agent", "punie.evaluation", "rich", "transformers", "yaml")


def test_a_plain_run_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"import sys\ndef test_x(): assert not {set(HEAVY)!r} & sys.modules.keys()")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "punie.pytest_plugin", "-p", "punie.short_options"]
    # other plugins may import what they like
    result = pytester.run(*command, "--disable-plugin-autoload")

    assert result.ret == 0


def test_a_plain_run_adds_and_writes_nothing(recorded_run: RecordedRun, pytester: pytest.Pytester) -> None:
    recorded_run.write("test_own.py", "def test_own(): pass")
    result = recorded_run.run("-v")

    assert result.parseoutcomes() == {"passed": 1}
    assert "punie:" not in result.stdout.str()
    assert not (pytester.path / "artifacts").exists()


def test_a_marker_that_the_repository_declares_itself_stays_its_own(recorded_run: RecordedRun) -> None:
    recorded_run.write("pytest.ini", "[pytest]\nmarkers =\n    data: needs the data base\n    eval: is about eval()\n")
    recorded_run.write("test_own.py", "import pytest\n@pytest.mark.data\n@pytest.mark.eval\ndef test_own(): pass")

    assert recorded_run.run().parseoutcomes() == {"passed": 1}
    assert recorded_run.run("-m", "eval").parseoutcomes() == {"passed": 1}


def test_the_markers_are_registered(recorded_run: RecordedRun) -> None:
    lines = [f"@pytest.mark.{name}:*" for name in ("bench", "data", "eval", "monitor", "pretrain", "sweep", "train")]

    recorded_run.run("--markers").stdout.fnmatch_lines(lines)


def test_short_options_exist_only_where_the_repository_opts_in(recorded_run: RecordedRun) -> None:
    args = ("--replay", "none.jsonl", "--suite", str(recorded_run.suite))

    recorded_run.run(*args).stderr.fnmatch_lines(["*unrecognized arguments: --replay*"])
    recorded_run.run("-p", "punie.short_options", *args).stderr.fnmatch_lines(["ERROR: cannot read the replay file *"])


def test_long_and_short_suites_add_up(recorded_run: RecordedRun) -> None:
    args = ("-p", "punie.short_options", "--suite", str(recorded_run.suite), "--punie-suite", "dev")
    result = recorded_run.run(*args, "-m", "eval", "--collect-only", "-q")

    result.stdout.fnmatch_lines(["facts::gate", "dev::gate"])


def test_the_plugin_needs_no_mlx() -> None:
    code = "import sys; sys.modules['mlx'] = None; import punie.evaluation.session, punie.pytest_plugin"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code

    assert (done.returncode, done.stderr) == (0, "")
