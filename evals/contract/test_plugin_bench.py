from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import punie.benchmarking.session
from evals.contract.bench_runs import TimedModel, measured
from evals.contract.documents import NANO
from punie.benchmarking.apart import Job, MeasuringError
from punie.benchmarking.inputs import Asked, _storage
from punie.benchmarking.records import ModelBench
from punie.evaluation.inputs import InputError
from punie.evaluation.run import OnTurn

Run = Callable[..., pytest.RunResult]
SUITE = '- {id: sky, category: words, prompt: "Which colour?", expect: {tools: [], mentions: [blue]}}\n'
GATE = "schema = 1\nbands = { deploy = 80, augment = 70 }\n"


class Bench:
    """A repository with two models, whose measuring is played."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.seconds = {"nano": 1.0, "mini": 1.0}
        self.jobs: list[Job] = []
        for name in self.seconds:
            (pytester.path / name).symlink_to(NANO)
        (pytester.path / "own.yaml").write_text(SUITE, encoding="utf-8")
        self.gate("")

    def measure(self, job: Job, on_turn: OnTurn) -> ModelBench:
        self.jobs.append(job)
        on_turn()
        factor = self.seconds[job.model.name]
        if not factor:
            message = "the process that measured it was ended by SIGKILL: is there enough memory?"
            raise MeasuringError(message)
        seconds = {"sky": factor, "grass": 2 * factor, "types": 6 * factor}
        return measured(TimedModel(job.model.name, seconds=seconds), rounds=job.rounds)

    def run(self, *args: str, marker: str = "bench") -> pytest.RunResult:
        given = ("--punie-suite=own.yaml", "--punie-results=results", *args)
        return self._pytester.runpytest_inprocess("-p", "no:cacheprovider", "-m", marker, *given)

    def gate(self, text: str) -> None:
        (self._pytester.path / "evals").mkdir(exist_ok=True)
        (self._pytester.path / "evals" / "gate.toml").write_text(GATE + text, encoding="utf-8")

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self._pytester.path / "results" / "bench.json").read_bytes())
        return found

    @property
    def stored(self) -> list[Path]:
        return sorted(self._pytester.path.glob(".benchmarks/*/*.json"))


@pytest.fixture
def bench(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Bench:
    found = Bench(pytester)
    monkeypatch.setattr(punie.benchmarking.session, "measure_apart", found.measure)
    return found


def message_of(result: pytest.RunResult) -> str:
    assert result.ret == 4
    lines = [text for text in result.errlines if text]
    assert len(lines) == 1
    return lines[0]


def test_a_model_is_measured_once_and_has_an_item_for_each_figure(bench: Bench) -> None:
    result = bench.run("--punie-model=nano", "--punie-rounds=3", "-v")

    assert (result.ret, len(bench.jobs), bench.jobs[0].rounds) == (0, 1, 3)
    result.stdout.fnmatch_lines([f"bench::{name} PASSED*" for name in ("load", "seconds", "tokens", "memory", "size")])
    result.stdout.fnmatch_lines(["alone: mean * 3 s", "alone: strict * 100 % (3/3)", "stored: *0001_bench_nano.json"])


def test_the_record_holds_the_four_numbers_and_the_machine(bench: Bench) -> None:
    bench.run("--punie-model=nano")
    speed = bench.report["models"][0]["speed"]

    assert bench.report["schema"] == 1
    assert (speed["alone"]["mean"], speed["load_seconds"]) == (pytest.approx(3), 0.25)
    assert (speed["size_bytes"], speed["peak_memory_bytes"]["batch"]) == (3_400_000, 90_000_000)
    assert bench.report["machine"]["cores"] >= 1
    assert [path.name for path in bench.stored] == ["0001_bench_nano.json"]


def test_several_models_stand_side_by_side(bench: Bench) -> None:
    bench.seconds["mini"] = 2.0
    result = bench.run("--punie-model=nano", "--punie-model=mini", "-v")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["bench::seconds?nano? PASSED*", "bench::seconds?mini? PASSED*"])
    result.stdout.fnmatch_lines([" *nano *mini*", "alone: mean * 3 s * 6 s (x 2.00)"])


def test_only_models_of_selected_items_are_measured(bench: Bench) -> None:
    bench.run("--punie-model=nano", "--punie-model=mini", "-k", "mini")

    assert [job.model.name for job in bench.jobs] == ["mini"]


def test_a_second_run_is_compared_with_the_first(bench: Bench) -> None:
    bench.run("--punie-model=nano")
    bench.seconds["nano"] = 1.5
    result = bench.run("--punie-model=nano")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["seconds *4.5 s *3 s *+50.0 %*", "nano beside nano of 0001_bench_nano: a query takes 1.50 times*"]
    )
    assert bench.report["beside"][0]["ratio"] == pytest.approx(1.5)


def test_runs_of_another_model_are_not_looked_at_unless_named(bench: Bench) -> None:
    bench.run("--punie-model=nano")

    bench.run("--punie-model=mini")
    assert bench.report["beside"] == []

    bench.run("--punie-model=mini", f"--punie-compare={bench.stored[0]}")
    assert bench.report["beside"][0]["then"] == "nano"


def test_several_results_folders_stand_in_one_table(bench: Bench, pytester: pytest.Pytester) -> None:
    for folder, seconds in (("first", 0.5), ("second", 2.0)):
        bench.seconds["nano"] = seconds
        bench.run("--punie-model=nano")
        (pytester.path / "results").rename(pytester.path / folder)
    bench.seconds["nano"] = 1.0
    result = bench.run("--punie-model=nano", "--punie-compare=first", "--punie-compare=second")

    result.stdout.fnmatch_lines(
        [" *nano *nano of first *nano of second", "alone: mean *3 s *1.5 s (x 0.50) *6 s (x 2.00)"]
    )
    result.stdout.fnmatch_lines(["nano beside nano of first: a query takes 2.00 times as long*"])
    result.stdout.fnmatch_lines(["nano beside nano of second: a query takes 0.50 times as long*"])


@pytest.mark.parametrize("bar", ["seconds_mean = 2.9", "tokens_per_second = 11", "memory_gb = 0.01"])
def test_a_figure_beyond_a_bar_is_red(bench: Bench, bar: str) -> None:
    bench.gate(f"bench = {{ {bar} }}\n")
    result = bench.run("--punie-model=nano")

    assert result.ret == 1
    assert result.parseoutcomes() == {"passed": 4, "failed": 1}
    result.stdout.fnmatch_lines(["* missed"])


def test_a_rise_above_the_stored_run_is_red_and_quiet_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    bench.gate("bench = { seconds_rise = 20 }\n")
    first = bench.run("--punie-model=nano")
    bench.seconds["nano"] = 1.25
    result = bench.run("--punie-model=nano", "-q")

    assert first.parseoutcomes() == {"passed": 4, "skipped": 1}
    assert result.ret == 1
    result.stdout.fnmatch_lines(["seconds *3.75 s *3 s *+25.0 % *less than 20 % above the stored run *missed"])
    result.stdout.fnmatch_lines(["nano: a query takes 3.75 s alone, * in a batch; strict 100 % (3/3)"])
    result.stdout.no_fnmatch_line("alone: median*")


def test_a_model_that_cannot_be_measured_is_told_and_the_others_are_measured(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    bench.seconds["nano"] = 0
    result = bench.run("--punie-model=nano", "--punie-model=mini")

    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1, "skipped": 4, "passed": 5}
    result.stdout.fnmatch_lines(["nano could not be measured: *ended by SIGKILL: is there enough*"])
    assert [model["speed"]["name"] for model in bench.report["models"]] == ["mini"]
    assert list(bench.report["failed"]) == ["nano"]


def test_a_broken_stored_run_is_told_and_does_not_stop_the_run(bench: Bench) -> None:
    bench.run("--punie-model=nano")
    bench.stored[0].with_name("0002_half.json").write_text('{"benchmarks": [', encoding="utf-8")
    result = bench.run("--punie-model=nano")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*0002_half.json: is not JSON: *"])
    assert [path.name[:4] for path in bench.stored] == ["0001", "0002", "0003"]


def test_items_are_listed_without_a_model(bench: Bench) -> None:
    result = bench.run("--collect-only", "-q")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["bench::load", "bench::seconds", "bench::tokens", "bench::memory", "bench::size"])
    assert bench.jobs == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "nothing to grade: recipe 'nano' has built no model"),
        (["--punie-model=none"], "/none' is no usable model: the model folder does not exist"),
        (["--punie-model=nano", "--punie-model=empty"], "/empty' is no usable model: no config.json"),
        (["--punie-model=nano", "--punie-model=more/nano"], "two models are called 'nano': give their folders names"),
        (["--punie-model=nano", "--punie-suite=58"], "no suite '58': name one of"),
        (["--punie-model=nano", "--punie-rounds=0"], "--rounds '0': a whole number from 1 to 1000 is wanted"),
        (["--punie-model=nano", "--punie-rounds=some"], "--rounds 'some': a whole number from 1 to 1000 is wanted"),
        (["--punie-model=nano", "--punie-compare=none"], "/none: cannot be read: No such file or directory"),
        (["--punie-model=nano", "--punie-compare=half.json"], "/half.json: is not JSON: "),
        (["--punie-model=nano", "--punie-compare=theirs.json"], "/theirs.json' holds no model that -m bench measured"),
        (
            ["--punie-endpoint=http://127.0.0.1:9", "--punie-model-name=x"],
            "-m bench measures a model on this machine: a",
        ),
        (["--punie-replay=replies.jsonl"], "-m bench measures a model: recorded replies have no speed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_ends_in_one_line(bench: Bench, pytester: pytest.Pytester, args: list[str], message: str) -> None:
    (pytester.path / "empty").mkdir()
    (pytester.path / "more").mkdir()
    (pytester.path / "more" / "nano").symlink_to(NANO)
    files = {"half.json": '{"benchmarks": [', "theirs.json": '{"benchmarks": []}'}
    files["replies.jsonl"] = '{"id": "sky", "replies": ["Blue, I think."]}\n'
    for name, text in files.items():
        (pytester.path / name).write_text(text, encoding="utf-8")

    assert message in message_of(bench.run(*args))
    assert bench.jobs == []


@pytest.mark.parametrize("given", ["--punie-rounds=2", "--punie-compare=results"])
def test_options_of_a_benchmark_need_its_marker(bench: Bench, given: str) -> None:
    assert "--rounds and --compare go with -m bench" in message_of(
        bench.run("--punie-model=nano", given, marker="eval")
    )


def test_one_model_is_graded_at_a_time(bench: Bench) -> None:
    message = message_of(bench.run("--punie-model=nano", "--punie-model=mini", marker="eval or bench"))

    assert message == (
        "ERROR: --model was given 2 times: one model is graded at a time; several go with -m bench alone"
    )


def test_unknown_bars_are_refused(bench: Bench) -> None:
    bench.gate("bench = { seconds = 3 }\n")

    assert "gate.toml: bench.seconds: Extra inputs are not permitted" in message_of(bench.run("--punie-model=nano"))


def test_processes_do_not_share_a_measurement(bench: Bench) -> None:
    pytest.importorskip("xdist")

    assert message_of(bench.run("--punie-model=nano", "-n", "2")) == (
        "ERROR: -n does not go with -m bench: it runs in one process; leave -n out"
    )


def test_without_pytest_benchmark_one_line_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("punie.benchmarking.inputs.find_spec", lambda _name: None)

    assert "which is not installed: pip install pytest-benchmark" in message_of(bench.run("--punie-model=nano"))


def test_runs_are_stored_in_files_alone() -> None:
    asked = Asked(Path("/here"), storage="elasticsearch+http://there/x/y")

    assert _storage(Asked(Path("/here"))) == Path("/here/.benchmarks")
    with pytest.raises(InputError, match=r"-m bench stores runs in files; give file://PATH$"):
        _storage(asked)
