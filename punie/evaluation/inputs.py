"""What the command line names, checked before any long work: every fault is one line."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from punie.agent.prompt_utils import system_of
from punie.evaluation.built import built_criteria
from punie.evaluation.comparison import Baseline, ComparisonError, check_decoding, read_baseline
from punie.evaluation.documents import SuiteError
from punie.evaluation.gate import Gate, GateError, load_gate
from punie.evaluation.models.loading import check_listed_files, check_model_dir
from punie.evaluation.models.protocol import Fact
from punie.evaluation.models.replay import Replay, ReplayError, read_replay
from punie.evaluation.records import Criterion
from punie.evaluation.results import ResultsError
from punie.evaluation.suite import Suite, load_suites

if TYPE_CHECKING:
    from punie.evaluation.served import Served

ARTIFACTS: Final = "artifacts"
RECIPES: Final = Path("pipeline", "recipes")
LATEST: Final = "latest.json"
BUILD: Final = 'pytest -m "train or eval"'
_MOST_SAMPLES: Final = 1000
_HOTTEST: Final = 2.0
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
        served: a model behind a server.
        replay: file of recorded replies.
        results: folder for results, None for a new one under `artifacts/runs`.
        data: dataset to check.
        baseline: results of an earlier run.
        live: workspace in which the model works with the real tools.
        samples: how often each query is asked.
        temperature: above 0, replies are drawn.
        cached: replies of earlier runs are taken over.
        check_batching: how many queries are asked again in batches of other sizes.
        only_listed: items are only listed, so that no model is needed.

    """

    root: Path
    markers: frozenset[str]
    recipe: str = "nano"
    suites: tuple[str, ...] = ("57",)
    model: Path | None = None
    served: Served | None = None
    replay: Path | None = None
    results: Path | None = None
    data: Path | None = None
    baseline: Path | None = None
    live: Path | None = None
    samples: int = 1
    temperature: float = 0.0
    cached: bool = True
    check_batching: int = 0
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
    baseline: Baseline | None = None

    @property
    def has_folder(self) -> bool:
        """Whether a model on this machine is graded, and neither a served one nor recorded replies."""
        return self.replay is None and self.request.served is None

    def model(self) -> Path:
        """The folder of the model to grade, looked up now; InputError when there is none."""
        return self.request.model or newest_model(self.request.root, self.request.recipe)

    def built(self, facts: Mapping[str, Fact]) -> tuple[Criterion, ...]:
        """The gate's lines about how the graded model was built, from the facts that its weights are told by."""
        try:
            folder = self.model() if facts and self.has_folder else None
        except InputError:
            folder = None
        return built_criteria(folder, facts.get("weights"))

    def check_items(self, node_ids: Iterable[str]) -> None:
        """InputError when one of these node ids names no item of a suite."""
        for node_id in node_ids:
            suite = next(suite for suite in self.suites if suite.name == node_id.partition("::")[0])
            categories = (f"category[{query.category}]" for query in suite.queries)
            names = {"gate", "category", *categories, *(query.id for query in suite.queries)}
            if node_id.partition("::")[2] not in names:
                _refuse(f"no item {node_id!r}: list the items of suite {suite.name!r} with --collect-only -m eval")


def check(request: Request) -> Inputs:
    """
    Check everything that `request` names.

    Raises:
        InputError: one line on the first thing that is wrong.

    """
    if request.model is not None and request.replay is not None:
        _refuse("--model and --replay were both given: grade a model or recorded replies, not both")
    if request.served is not None and (request.model or request.replay):
        _refuse("--endpoint was given with --model or --replay: grade a served model or one of these, not both")
    if request.data is not None and not request.data.exists():
        _refuse(f"no such dataset: {str(request.data)!r}: give a folder of JSON Lines files, or one such file")
    _check_asking(request)
    results = request.results or new_folder(request.root, request.recipe)
    _check_writable(results)
    _check_room(request)
    _check_recipe(request)
    try:
        suites = load_suites(request.suites)
        gate = _gate(request.root)
        replay = request.replay and read_replay(request.replay, {q.id for suite in suites for q in suite.queries})
        baseline = _baseline(request, suites)
    except (ComparisonError, GateError, ReplayError, ResultsError, SuiteError) as error:
        raise InputError(str(error)) from error
    _check_model(request, graded="eval" in request.markers and not replay)
    return Inputs(request, suites, gate, replay or None, results, baseline)


def read_samples(text: str) -> int:
    """The value of --samples; InputError unless it is a whole number from 1 to 1000."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_SAMPLES):
        _refuse(f"--samples {text!r}: a whole number from 1 to {_MOST_SAMPLES} is wanted")
    return int(text)


def read_check(text: str | None) -> int:
    """The value of --check-batching as a number of queries; InputError unless it is one, or "all"."""
    if text is None:
        return 0
    if text != "all" and not (text.isascii() and text.isdigit() and int(text)):
        _refuse(f"--check-batching {text!r}: a number of queries, or nothing for all of them, is wanted")
    return sys.maxsize if text == "all" else int(text)


def read_temperature(text: str) -> float:
    """The value of --temperature; InputError unless it is a number from 0 to 2."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= _HOTTEST:
        _refuse(f"--temperature {text!r}: a number from 0 to {_HOTTEST:g} is wanted")
    return value


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
    check_usable(folder)
    return folder


def _check_asking(request: Request) -> None:
    if request.replay is not None and (request.samples, request.temperature, request.live) != (1, 0, None):
        _refuse(
            "--samples, --temperature and --live ask a model: recorded replies are graded as they are; leave it out"
        )
    if request.check_batching:
        _check_checking(request)
    if request.live is not None and not request.live.is_dir():
        _refuse(f"no such workspace: {str(request.live)!r}: name the folder in which the model is to work")


def _check_checking(request: Request) -> None:
    """Refuse to compare batches where replies differ anyway, or where there are none."""
    against = {
        "--replay": request.replay,
        "--endpoint": request.served,
        "--live": request.live,
        "--samples": request.samples > 1,
        "--temperature": request.temperature,
    }
    given = [name for name, value in against.items() if value]
    if given:
        _refuse(f"--check-batching asks a model folder the same again: it does not go with {', '.join(given)}")


def _baseline(request: Request, suites: tuple[Suite, ...]) -> Baseline | None:
    if request.baseline is None:
        return None
    baseline = read_baseline(request.baseline, suites)
    if request.replay is None:
        settings = {"samples": request.samples, "temperature": request.temperature}
        check_decoding(baseline, settings, live=request.live is not None)
    return baseline


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
        check_usable(request.model)
    elif request.served is not None:
        if graded and not request.only_listed:
            request.served.check()
    elif graded and not (request.builds or request.only_listed):
        newest_model(request.root, request.recipe)


def check_usable(folder: Path) -> None:
    """InputError for a folder that is no model, or one that was trained under another system prompt than today's."""
    try:
        check_model_dir(folder)
        check_listed_files(folder)
        system_of(folder)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(str(error)) from error


def new_folder(root: Path, recipe: str) -> Path:
    """A folder for results under `artifacts/runs` that does not exist yet."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    base = root / ARTIFACTS / "runs" / f"{recipe}-{stamp}"
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
