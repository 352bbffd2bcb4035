"""Against the real `mlx_lm.server`, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from evals.contract.documents import NANO
from fixtures.replies import RecordedRun
from punie.agent.prompt_utils import conversation, format_prompt_with_history
from punie.evaluation.models import Answer, MlxModel
from punie.evaluation.models.endpoint import Decoding, Endpoint, EndpointModel, as_prompt, check_served
from punie.evaluation.models.endpoint_address import ApiKey, EndpointError, base_of
from punie.evaluation.models.endpoint_pace import Pace
from punie.evaluation.models.protocol import UNASKED
from punie.evaluation.suite import load_suite

SYSTEM = "Answer in words, or call execute_code with Python."
BUDGET = 48
SERVE = "from punie.blas import ensure_fast_blas; ensure_fast_blas(); from mlx_lm.server import main; main()"


class ServerProcess:
    """A running `mlx_lm.server`; it lists its model by its whole path."""

    def __init__(self, model: Path, hub: Path) -> None:
        self.name = str(model.resolve())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-c", SERVE, "--model", self.name, "--port", str(port)]
        # without a cache of models its list of models breaks off
        environment = os.environ | {"HF_HUB_CACHE": str(hub), "HF_HUB_OFFLINE": "1"}
        self.process = subprocess.Popen(  # noqa: S603 - our own code
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    @property
    def endpoint(self) -> Endpoint:
        """What is asked."""
        return Endpoint(base_of(self.address), self.name, ApiKey())

    def wait(self) -> None:
        """Wait until it lists its model."""
        deadline = time.monotonic() + 120
        while True:
            try:
                return check_served(self.endpoint, Pace(attempts=1, seconds=5))
            except EndpointError:
                assert self.process.poll() is None, "the server ended"
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def kill(self) -> None:
        """End it like a crash."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def served(model: Path, hub: Path) -> Iterator[ServerProcess]:
    hub.mkdir()
    server = ServerProcess(model, hub)
    try:
        server.wait()
        yield server
    finally:
        server.kill()


def histories(count: int) -> list[Sequence[dict[str, str]]]:
    return [[{"role": "user", "content": query.prompt}] for query in load_suite("57").queries[:count]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nano-base", "tiny"])
def test_a_served_model_answers_as_it_does_in_this_process(tiny_model: Path, tmp_path: Path, name: str) -> None:
    path = tiny_model if name == "tiny" else NANO
    turns = histories(6)
    with served(path, tmp_path / "hub") as server:
        remote = EndpointModel(server.endpoint, Decoding(max_tokens=BUDGET), Pace(seconds=300))
        given = remote.answer([as_prompt(conversation(each, SYSTEM)) for each in turns])
    render = partial(format_prompt_with_history, model_path=path, system=SYSTEM)
    local = MlxModel(path, max_tokens=BUDGET, as_stored=True).answer([render(each) for each in turns])

    assert [answer.failure for answer in given] == [""] * 6
    assert [shown(answer) for answer in given] == [shown(answer) for answer in local]
    assert str(remote.facts["system_fingerprint"]).count("-") > 2


def shown(answer: Answer) -> tuple[str, bool]:
    return answer.text, answer.finished


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_what_it_answered(tiny_model: Path, tmp_path: Path) -> None:
    prompts = [as_prompt(conversation(each, SYSTEM)) for each in histories(12)]
    with served(tiny_model, tmp_path / "hub") as server:
        model = EndpointModel(server.endpoint, Decoding(max_tokens=BUDGET), Pace(concurrency=1, seconds=60, pause=0.05))
        seen = []

        def kill_after_three(index: int, answer: Answer) -> None:
            seen.append((index, answer))
            if len(seen) == 3:
                threading.Thread(target=server.kill).start()

        answers = model.answer(prompts, on_reply=kill_after_three)

    kept = [answer for answer in answers if not answer.failure]
    assert 3 <= len(kept) < 9
    assert answers[: len(kept)] == kept
    assert answers[-1].failure.startswith(f"{UNASKED}the server was given up: 3 failures in a row, the last one: ")


@pytest.mark.slow
def test_a_run_on_a_real_server_is_put_on_record(recorded_run: RecordedRun, tmp_path: Path) -> None:
    with served(NANO, tmp_path / "hub") as server:
        options = {"suite": recorded_run.suite, "endpoint": server.address, "results": recorded_run.results}
        named = [f"--punie-{name}={value}" for name, value in options.items()]
        wrong = recorded_run.run("-m", "eval", *named, "--punie-model-name=nano")
        # these two have short replies
        chosen = ("-k", "snow or ants", "--punie-system=brief", "--punie-query-timeout=600")
        recorded_run.run("-m", "eval", *named, f"--punie-model-name={server.name}", *chosen)

    assert f"does not serve 'nano': the server has {server.name!r}" in wrong.errlines[0]
    assert recorded_run.acceptance["overall"]["asked"] == 2
    assert recorded_run.acceptance["overall"]["ungradable"] == 0
    assert recorded_run.acceptance["model"]["served_model"] == server.name
