"""What the command line names, checked before any long work: every fault is one line."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from punie.agent.prompt_utils import system_of
from punie.evaluation.documents import SuiteError
from punie.evaluation.gate import Gate, GateError, load_gate
from punie.evaluation.models.loading import check_model_dir
from punie.evaluation.models.replay import Replay, ReplayError, read_replay
from punie.evaluation.suite import Suite, load_suites

ARTIFACTS: Final = "artifacts"
RECIPES: Final = Path("pipeline", "recipes")
LATEST: Final = "latest.json"
BUILD: Final = 'pytest -m "train or eval"'
_ROOM_TO_TRAIN: Final = 200_000_000  # bytes


class InputError(ValueError):
    """Something that the command line names is wrong; the message says what, and what to do."""


@dataclass(frozen=True)
class Request:
    """
    What the command line asks for.

    Args:
        root: the repository.
        markers: our markers that are asked for.
        recipe: name of the recipe.
        suites: names or paths of suites.
        model: folder of a model, None for the newest that the recipe built.
        replay: file of recorded replies.
        results: folder for results, None for a new one under `artifacts/runs`.
        data: dataset to check.
        only_listed: items are only listed, so that no model is needed.

    """

    root: Path
    markers: frozenset[str]
    recipe: str = "nano"
    suites: tuple[str, ...] = ("57",)
    model: Path | None = None
    replay: Path | None = None
    results: Path | None = None
    data: Path | None = None
    only_listed: bool = False

    @property
    def builds(self) -> bool:
        """Whether the model is built in the same run."""
        return "train" in self.markers


@dataclass(frozen=True)
class Inputs:
    """What a run works on: suites, gate, where replies come from and where results go."""

    request: Request
    suites: tuple[Suite, ...]
    gate: Gate
    replay: Replay | None
    results: Path

    def model(self) -> Path:
        """The folder of the model to grade, looked up now; InputError when there is none."""
        return self.request.model or newest_model(self.request.root, self.request.recipe)


def check(request: Request) -> Inputs:
    """
    Check everything that `request` names.

    Raises:
        InputError: one line on the first thing that is wrong.

    """
    if request.model is not None and request.replay is not None:
        _refuse("--model and --replay were both given: grade a model or recorded replies, not both")
    if request.data is not None and not request.data.exists():
        _refuse(f"no such dataset: {str(request.data)!r}: give a folder of JSON Lines files, or one such file")
    results = request.results or _new_folder(request)
    _check_writable(results)
    _check_room(request)
    _check_recipe(request)
    try:
        suites = load_suites(request.suites)
        gate = _gate(request.root)
        replay = request.replay and read_replay(request.replay, {q.id for suite in suites for q in suite.queries})
    except (GateError, ReplayError, SuiteError) as error:
        raise InputError(str(error)) from error
    _check_model(request, graded="eval" in request.markers and not replay)
    return Inputs(request, suites, gate, replay or None, results)


def newest_model(root: Path, recipe: str) -> Path:
    """
    The model that a recipe built last, as `artifacts/RECIPE/latest.json` names it.

    Raises:
        InputError: nothing is built, or what is named there is no complete model.

    """
    latest = root / ARTIFACTS / recipe / LATEST
    if not latest.is_file():
        _refuse(f"nothing to grade: recipe {recipe!r} has built no model; run {BUILD}, or name one with --model DIR")
    try:
        name = json.loads(latest.read_text(encoding="utf-8"))["model"]
    except (OSError, ValueError, KeyError, TypeError):
        name = None
    if not isinstance(name, str) or name in {"", ".", ".."} or Path(name).name != name:
        _refuse(f"{latest} names no model folder: build it again with {BUILD}")
    folder = latest.with_name(name)
    if not (folder / "manifest.json").is_file():
        _refuse(f"the model that {latest} names is incomplete ({name!r}): build it again with {BUILD}")
    _usable(folder)
    return folder


def _gate(root: Path) -> Gate:
    own = root / "evals" / "gate.toml"
    return load_gate(own if own.is_file() else None)


def _check_recipe(request: Request) -> None:
    known = sorted(path.stem for path in (request.root / RECIPES).glob("*.toml"))
    if request.recipe in known or (request.recipe == Request.recipe and not request.builds):
        return
    names = f"one of {', '.join(known)}" if known else f"there are none: {RECIPES} holds no *.toml"
    _refuse(f"no recipe {request.recipe!r}: {names}")


def _check_model(request: Request, *, graded: bool) -> None:
    if request.model is not None:
        _usable(request.model)
    elif graded and not (request.builds or request.only_listed):
        newest_model(request.root, request.recipe)


def _usable(folder: Path) -> None:
    """Refuse a folder that is no model, or one that was trained under another system prompt than today's."""
    try:
        check_model_dir(folder)
        system_of(folder)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(str(error)) from error


def _new_folder(request: Request) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    base = request.root / ARTIFACTS / "runs" / f"{request.recipe}-{stamp}"
    numbered = (base.with_name(f"{base.name}-{number}") for number in range(2, 1000))
    return base if not base.exists() else next(folder for folder in numbered if not folder.exists())


def _check_writable(folder: Path) -> None:
    """Try in the nearest folder that exists, so that a refused run leaves nothing behind."""
    place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        _refuse(f"results cannot be written to {str(folder)!r} ({error.strerror}): choose another with --results DIR")


def _check_room(request: Request) -> None:
    free = shutil.disk_usage(request.root).free
    if request.builds and free < _ROOM_TO_TRAIN:
        needed = f"training needs {_ROOM_TO_TRAIN // 10**6} MB"
        _refuse(f"only {free // 10**6} MB are free on the disk of {str(request.root)!r}: {needed}; make room there")


def _refuse(message: str) -> NoReturn:
    raise InputError(message)
