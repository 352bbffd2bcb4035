"""
Measures a model in a process of its own.

Memory that another model took, libraries that it loaded and caches that it filled count for nothing there, and a model
that does not fit into memory ends that process alone.
"""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from signal import Signals
from typing import Any

from punie.benchmarking.measuring import measure
from punie.benchmarking.records import ModelBench
from punie.evaluation.run import OnTurn, model_source
from punie.evaluation.suite import Suite


class MeasuringError(RuntimeError):
    """A model could not be measured; the message is one line."""


@dataclass(frozen=True)
class Job:
    """
    What a process is to measure.

    Attributes:
        model: folder of the model.
        suites: what it is asked.
        rounds: how often in each way.
        own_tools: the tools of the repository as `module:NAME`, empty where it has none.

    """

    model: Path
    suites: tuple[Suite, ...]
    rounds: int
    own_tools: str = ""


def measure_apart(job: Job, on_turn: OnTurn) -> ModelBench:
    """
    Measure a model in a new process.

    Args:
        job: what to measure.
        on_turn: called for every reply.

    Raises:
        MeasuringError: the model could not be loaded or asked, or the process died.

    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, there), daemon=True)
    process.start()
    there.close()  # so that its death is the end of the pipe
    try:
        return _listen(here, on_turn)
    except EOFError:
        process.join()
        raise MeasuringError(_death(process.exitcode)) from None
    finally:
        here.close()
        process.terminate()
        process.join()


def _listen(connection: Connection, on_turn: OnTurn) -> ModelBench:
    while True:
        # JSON and not `recv`, which would unpickle
        told: dict[str, Any] = json.loads(connection.recv_bytes())
        if "failure" in told:
            raise MeasuringError(told["failure"])
        if "bench" in told:
            return ModelBench.model_validate(told["bench"])
        on_turn()


def _work(job: Job, connection: Connection) -> None:
    """What the process does."""

    def tell(**told: object) -> None:
        connection.send_bytes(json.dumps(told).encode())

    try:
        if job.own_tools:
            from punie.evaluation.own_tools import add_own_tools

            add_own_tools(job.own_tools, live=False)
        bench = measure(lambda: model_source(job.model), job.suites, rounds=job.rounds, on_turn=lambda: tell(turn=1))
        tell(bench=bench.model_dump(mode="json"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the process that asked tells it
        tell(failure=" ".join(str(error).split()) or type(error).__name__)


def _death(code: int | None) -> str:
    if code is None or code >= 0:
        return f"the process that measured it ended with status {code}"
    name = Signals(-code).name if -code in set(Signals) else f"signal {-code}"
    reason = ": is there enough memory?" if name == "SIGKILL" else ""
    return f"the process that measured it was ended by {name}{reason}"
