from __future__ import annotations

import json
import signal
import struct
from collections.abc import Sequence

import pytest

from fixtures.replies import FACTS, RecordedRun

# A model that answers right, writes down what it was asked, and dies when it is told to.
CONFTEST = """
import os, signal
from pathlib import Path
from punie.evaluation import session
from punie.evaluation.models import Answer
from punie.evaluation.models.loading import identity_of
from punie.evaluation.run import ModelSource

FACTS = {facts!r}
ASKED, DEATH = Path({asked!r}), os.environ.get("DEATH", "")

class Model:
    name, facts = "told", {{"peak_memory_bytes": 5}}

    def __init__(self, path, temperature):
        self.identity, self.settings = identity_of(path), {{"temperature": temperature}}
        with ASKED.open("a") as log: log.write("loaded\\n")

    def answer(self, prompts, *, draws=None, on_reply=None):
        answers = []
        for index, prompt in enumerate(prompts):
            name = prompt.split()[-1].rstrip(".")
            if name == DEATH.partition(" ")[0]:
                if "int" in DEATH: raise KeyboardInterrupt
                os.kill(os.getpid(), signal.SIGKILL)
            with ASKED.open("a") as log: log.write(name + "\\n")
            answers.append(Answer(f"As far as I know, the answer is {{FACTS[name]}}.", 100.0))
            on_reply(index, answers[-1])
        return answers

session.model_source = lambda path, *, temperature=0.0: ModelSource(
    Model(path, temperature), lambda turns: turns[-1]["content"]
)
"""


class Cached:
    """A repository with a model that counts what it is asked."""

    def __init__(self, run: RecordedRun, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run = run
        self._pytester = pytester
        self._patch = monkeypatch
        self._asked = run.write("asked.log", "")
        facts = {name: fact for name, (_, fact) in FACTS.items()}
        run.write("conftest.py", CONFTEST.format(facts=facts, asked=str(self._asked)))
        run.write(
            "evals/gate.toml", "schema = 1\nbands = {deploy = 80, augment = 70}\nlimits = {seconds_per_reply = 50}\n"
        )
        run.write("model/config.json", '{"model_type": "qwen3"}')
        run.write("model/tokenizer.json", "{}")
        run.write("model/tokenizer_config.json", '{"chat_template": "{{ messages }}"}')
        self.train(1.0)

    def train(self, weight: float) -> None:
        """Put other weights of the same size in the same place."""
        header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        file = self._pytester.path / "model" / "model.safetensors"
        file.write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<f", weight))

    def grade(self, *args: str, death: str = "") -> pytest.RunResult:
        """Grade in a process of its own, which dies before it answers the query that `death` names."""
        self._patch.setenv("DEATH", death)
        self._asked.write_text("", encoding="utf-8")
        options = {"suite": self.run.suite, "model": "model", "results": self.run.results}
        fixed = [
            "-p",
            "no:cacheprovider",
            "-m",
            "eval",
            *(f"--punie-{name}={value}" for name, value in options.items()),
        ]
        return self._pytester.runpytest_subprocess(*fixed, *args)

    @property
    def asked(self) -> Sequence[str]:
        """What the last run asked."""
        return [line for line in self._asked.read_text(encoding="utf-8").split() if line != "loaded"]

    @property
    def loads(self) -> int:
        """How often the last run loaded the model."""
        return self._asked.read_text(encoding="utf-8").split().count("loaded")


@pytest.fixture
def cached(recorded_run: RecordedRun, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Cached:
    return Cached(recorded_run, pytester, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("death", ["snow", "snow int"], ids=["kill -9", "Ctrl-C"])
def test_an_interrupted_run_asks_only_for_what_is_missing(
    cached: Cached, death: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    broken = cached.grade(death=death)
    before = cached.asked
    whole = cached.grade()

    assert broken.ret == (pytest.ExitCode.INTERRUPTED if "int" in death else -signal.SIGKILL)
    assert (before, cached.asked) == (["sky", "grass"], ["snow", "ants", "dogs"])
    assert (whole.ret, cached.run.acceptance["decision"]) == (0, "DEPLOY")
    assert [query["cached"] for query in cached.run.acceptance["queries"].values()] == [1, 1, 0, 0, 0]
    whole.stdout.fnmatch_lines(["*cached*2 replies are those of an earlier run; --no-cache asks for them anew*"])


@pytest.mark.slow
def test_a_second_run_asks_nothing_and_says_that_its_seconds_are_old(cached: Cached) -> None:
    cached.grade()
    again = cached.grade("-v")
    [latency] = [line for line in cached.run.acceptance["criteria"] if line["name"] == "latency"]

    assert cached.asked == []
    assert "5 replies count with what they took in an earlier run" in latency["reason"]
    again.stdout.fnmatch_lines(["facts::sky PASSED (cached)*"])
    assert "100" not in (cached.run.results / "junit.xml").read_text(encoding="utf-8").partition("classname")[2][:200]


@pytest.mark.slow
def test_other_weights_in_the_same_place_are_asked_anew(cached: Cached) -> None:
    cached.grade()
    cached.train(2.0)
    cached.grade()

    assert cached.asked == list(FACTS)


@pytest.mark.slow
def test_other_settings_are_asked_anew(cached: Cached) -> None:
    cached.grade()
    cached.grade("--punie-temperature=0.5")

    assert cached.asked == list(FACTS)


@pytest.mark.slow
def test_without_the_cache_everything_is_measured_and_still_written_down(cached: Cached) -> None:
    cached.grade()
    cached.grade("--punie-no-cache")
    lines = (cached.run.results / "replies.jsonl").read_text(encoding="utf-8").splitlines()

    assert cached.asked == list(FACTS)
    assert cached.run.acceptance["model"]["cached_replies"] == 0
    assert len(lines) == 1 + len(FACTS)


@pytest.mark.slow
def test_a_damaged_entry_is_asked_anew_with_a_warning(cached: Cached, pytester: pytest.Pytester) -> None:
    cached.grade()
    [file] = (pytester.path / "artifacts" / "replies").glob("*.jsonl")
    file.write_text(file.read_text(encoding="utf-8").replace("green", "blue!"), encoding="utf-8")
    again = cached.grade()

    assert cached.asked == ["grass"]
    again.stdout.fnmatch_lines(["*warning*1 damaged lines of the cache were left out and asked anew*"])


@pytest.mark.slow
def test_workers_load_one_model_and_ask_each_query_once(cached: Cached) -> None:
    pytest.importorskip("xdist")
    alone = cached.grade("--punie-no-cache")
    verdicts = {name: query["strict"] for name, query in cached.run.acceptance["queries"].items()}
    shared = cached.grade("--punie-no-cache", "-n", "2")

    assert (cached.loads, sorted(cached.asked)) == (1, sorted(FACTS))
    assert {name: query["strict"] for name, query in cached.run.acceptance["queries"].items()} == verdicts
    assert shared.parseoutcomes() == alone.parseoutcomes()


@pytest.mark.slow
def test_a_worker_that_dies_loses_no_reply(cached: Cached) -> None:
    pytest.importorskip("xdist")
    cached.grade("-n", "2", "--max-worker-restart=0", death="snow")
    before = cached.asked
    cached.grade()

    assert set(before) == {"sky", "grass"}
    assert cached.asked == ["snow", "ants", "dogs"]
