"""
Runs as pytest-benchmark stores them: `.benchmarks/MACHINE/NNNN_NAME.json`, which `pytest-benchmark compare` reads.

Each model has a few benchmarks in such a file; that of its queries asked alone carries the whole record, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from punie.benchmarking.records import BenchReport, ModelBench
from punie.evaluation.models.protocol import Fact
from punie.evaluation.report.text import printable
from punie.whole_files import write_whole

BENCH: Final = "bench.json"
_RECORD: Final = "punie"  # the key of our record among what a benchmark says besides
_NUMBERED: Final = "[0-9][0-9][0-9][0-9]_*.json"
_LARGEST: Final = 50_000_000  # bytes
_MOST_FILES: Final = 100


class StorageError(ValueError):
    """A stored run cannot be used; the message is one line and names the file."""


@dataclass(frozen=True, slots=True)
class Stored:
    """
    The models of an earlier run.

    Attributes:
        file: that they stand in.
        models: in its order.
        machine: what they ran on, as `machine_of` tells it.

    """

    file: Path
    models: tuple[ModelBench, ...]
    machine: Mapping[str, Fact]

    @property
    def title(self) -> str:
        """How tables call the run: the file, or the folder of a `bench.json`."""
        return self.file.absolute().parent.name if self.file.name == BENCH else self.file.stem


def machine_info() -> dict[str, Any]:
    """What pytest-benchmark tells about this machine."""
    from pytest_benchmark.plugin import pytest_benchmark_generate_machine_info

    return dict(pytest_benchmark_generate_machine_info())


def machine_of(info: Mapping[str, Any]) -> dict[str, Fact]:
    """What of it decides how fast a model answers."""
    cpu = _mapping(info.get("cpu"))
    found = {
        "system": info.get("system"),
        "machine": info.get("machine"),
        "cpu": cpu.get("brand_raw"),
        "cores": cpu.get("count"),
    }
    return {name: value if isinstance(value, str | int) else None for name, value in found.items()}


def folder_of(storage: Path) -> Path:
    """The folder for this machine's runs."""
    from pytest_benchmark.utils import get_machine_id

    return storage / str(get_machine_id())


def store(folder: Path, models: Sequence[ModelBench], info: Mapping[str, Any], at: datetime) -> Path:
    """
    Write a run under the next number; the path written.

    Args:
        folder: of this machine, made if absent.
        models: at least one.
        info: about the machine, from `machine_info`.
        at: when it ended.

    """
    import pytest_benchmark
    from pytest_benchmark.utils import get_commit_info

    data = {
        "machine_info": info,
        "commit_info": get_commit_info(),
        "benchmarks": [entry for model in models for entry in _entries(model)],
        "datetime": at.isoformat(),
        "version": pytest_benchmark.__version__,
    }
    number = max((int(file.name[:4]) for file in folder.glob(_NUMBERED)), default=0) + 1
    name = re.sub(r"[^\w.-]+", "-", f"bench_{models[0].speed.name}")[:80]
    return write_whole(folder / f"{number:04}_{name}.json", [json.dumps(data, indent=4, ensure_ascii=True)])


def stored_runs(folder: Path) -> tuple[list[Stored], list[str]]:
    """
    The stored runs of a machine, the newest first.

    Args:
        folder: of the machine.

    Returns:
        The runs that hold models, and a line on each file that cannot be used.

    """
    found: list[Stored] = []
    faults: list[str] = []
    for file in sorted(folder.glob(_NUMBERED), reverse=True)[:_MOST_FILES]:
        try:
            run = read_stored(file)
        except StorageError as error:
            faults.append(str(error))
        else:
            found += [run] if run.models else []
    return found, faults


def read_stored(path: Path) -> Stored:
    """
    Read an earlier run: a file that `store` wrote, a `bench.json`, or the folder of one.

    Raises:
        StorageError: it cannot be read, or is neither.

    """
    file = path / BENCH if path.is_dir() else path
    data = _json(file)
    try:
        if isinstance(data.get("benchmarks"), list):
            return Stored(file, tuple(_models(data["benchmarks"])), machine_of(_mapping(data.get("machine_info"))))
        report = BenchReport.model_validate(data)
        return Stored(file, report.models, report.machine)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = (
            f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}: give {BENCH}, its folder or a stored run"
        )
        raise StorageError(printable(message)) from None


def _models(benchmarks: Sequence[object]) -> Iterator[ModelBench]:
    for entry in benchmarks:
        record = _mapping(_mapping(entry).get("extra_info")).get(_RECORD)
        if record is not None:
            yield ModelBench.model_validate(record)


def _json(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            problem = f"larger than {_LARGEST // 10**6} MB"
        else:
            found = json.loads(file.read_bytes())
            if isinstance(found, dict):
                return found
            problem = "holds no JSON object"
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:
        problem = f"is not JSON: {error}"
    raise StorageError(printable(f"{file}: {problem}"))


def _entries(model: ModelBench) -> Iterator[dict[str, Any]]:
    """A model as pytest-benchmark writes its benchmarks."""
    speed, name = model.speed, model.speed.name
    alone = [seconds for query in model.queries.values() for seconds in query.alone]
    told = {
        "identity": model.identity,
        "tokens_per_second": speed.tokens_per_second,
        "memory_bytes": speed.memory_bytes,
        "size_bytes": speed.size_bytes,
        "strict": speed.strict,
    }
    yield _entry("load", name, [speed.load_seconds], told)
    yield _entry("alone", name, alone, {**told, _RECORD: model.model_dump(mode="json")})
    for category in speed.categories:
        times = [s for query in model.queries.values() if query.category == category for s in query.alone]
        yield _entry(f"alone, {category}", name, times, {})
    yield _entry("batch", name, [speed.batch_seconds], told)


def _entry(group: str, model: str, seconds: Sequence[float], told: Mapping[str, object]) -> dict[str, Any]:
    from pytest_benchmark.stats import Stats

    stats = Stats()
    for each in seconds:
        stats.update(each)
    return {
        "group": group,
        "name": f"{group}[{model}]",
        "fullname": f"bench::{group}[{model}]",
        "params": {"model": model},
        "param": model,
        "extra_info": dict(told),
        "options": {"timer": "perf_counter", "warmup": True},
        "stats": {**stats.as_dict(), "data": list(seconds), "iterations": 1},
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
