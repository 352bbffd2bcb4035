"""What a benchmark works on, checked before any long work: every fault is one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

from punie.benchmarking.storage import StorageError, Stored, folder_of, read_stored
from punie.evaluation.inputs import InputError, Inputs, check_usable, newest_model

STORAGE: Final = "file://./.benchmarks"  # the default of pytest-benchmark
_FILE: Final = "file://"
_MOST_ROUNDS: Final = 1000


@dataclass(frozen=True)
class Asked:
    """
    What the command line says about a benchmark.

    Attributes:
        here: the folder in which it was given.
        models: folders; none for the newest that the recipe built.
        rounds: how often each query is asked in each way, as it was written.
        compare: earlier runs to compare with.
        storage: where pytest-benchmark stores runs, as it was written.
        own_tools: the tools of the repository, as `module:NAME`.

    """

    here: Path
    models: tuple[Path, ...] = ()
    rounds: str = "1"
    compare: tuple[Path, ...] = ()
    storage: str = STORAGE
    own_tools: str = ""


@dataclass(frozen=True)
class BenchInputs:
    """
    What is measured.

    Attributes:
        inputs: suites, gate and results folder.
        asked: what the command line says.
        rounds: how often each query is asked in each way.
        earlier: the runs that were named; none for the last stored one.
        stored: folder for runs of this machine.

    """

    inputs: Inputs
    asked: Asked
    rounds: int
    earlier: tuple[Stored, ...]
    stored: Path

    def folder(self, name: str) -> Path:
        """
        The folder of a model that is measured, looked up now: a model built in this run exists by then.

        Args:
            name: of the model; empty for the newest that the recipe built.

        Raises:
            InputError: there is none.

        """
        request = self.inputs.request
        named = {path.name: path for path in self.asked.models}
        return named[name] if named else newest_model(request.root, request.recipe)


def check_bench(inputs: Inputs, asked: Asked) -> BenchInputs:
    """
    Check what the command line says about a benchmark.

    Args:
        inputs: suites, gate and results folder.
        asked: the rest.

    Raises:
        InputError: one line on the first thing that is wrong.

    """
    request = inputs.request
    if find_spec("pytest_benchmark") is None:
        _refuse("-m bench stores runs with pytest-benchmark, which is not installed: pip install pytest-benchmark")
    if request.replay is not None:
        _refuse("-m bench measures a model: recorded replies have no speed; leave --replay out")
    if request.served is not None:
        _refuse("-m bench measures a model on this machine: a served one is not; leave --endpoint out")
    if not any(suite.queries for suite in inputs.suites):
        _refuse("-m bench asks queries: the suite holds none")
    rounds = _rounds(asked.rounds)
    for folder in asked.models:
        check_usable(folder)
    if not (asked.models or request.builds):
        newest_model(request.root, request.recipe)
    try:
        earlier = tuple(_earlier(path) for path in asked.compare)
    except StorageError as error:
        raise InputError(str(error)) from error
    return BenchInputs(inputs, asked, rounds, earlier, folder_of(_storage(asked)))


def check_names(models: Sequence[Path]) -> tuple[str, ...]:
    """
    The names of models, as items and tables call them; one empty name for no models.

    Raises:
        InputError: two have the same.

    """
    names = [path.name for path in models]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        _refuse(f"two models are called {twice[0]!r}: give their folders names of their own, a link will do")
    return tuple(names) or ("",)


def _rounds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_ROUNDS):
        _refuse(f"--rounds {text!r}: a whole number from 1 to {_MOST_ROUNDS} is wanted")
    return int(text)


def _earlier(path: Path) -> Stored:
    stored = read_stored(path)
    if not stored.models:
        _refuse(f"{str(path)!r} holds no model that -m bench measured: give its bench.json or a run that it stored")
    return stored


def _storage(asked: Asked) -> Path:
    scheme, separator, _ = asked.storage.partition("://")
    if separator and scheme != "file":
        _refuse(f"--benchmark-storage {asked.storage!r}: -m bench stores runs in files; give file://PATH")
    return asked.here / asked.storage.removeprefix(_FILE)


def _refuse(message: str) -> NoReturn:
    raise InputError(message)
