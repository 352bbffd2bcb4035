"""What the command line says to the plugin; light, because every pytest run on the machine reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from punie.markers import MARKERS, asked_for
from punie.workers import is_divided, shared_folder

if TYPE_CHECKING:
    from punie.benchmarking.session import BenchSession
    from punie.data.session import DataSession
    from punie.evaluation.inputs import Inputs, Request
    from punie.evaluation.served import Served
    from punie.evaluation.session import EvalSession
    from punie.monitoring.session import MonitorSession


class Option(NamedTuple):
    """An option: `--punie-NAME`, and `--NAME` where the repository loads `punie.short_options`."""

    name: str
    metavar: str
    help: str
    default: str | bool | None = None
    action: str = "store"
    const: str | None = None  # the value of the option when it stands alone

    @property
    def dest(self) -> str:
        """Where pytest keeps the value."""
        return f"punie_{self.name.replace('-', '_')}"


OPTIONS: Final = (
    Option("recipe", "NAME", "recipe of the model that is built or graded (default: nano)", default="nano"),
    Option(
        "model",
        "DIR",
        "folder of the model to grade or measure (default: the newest that the recipe built); -m bench takes several",
        action="append",
    ),
    Option("endpoint", "URL", "grade a model behind an OpenAI-compatible server; a key stands in PUNIE_API_KEY"),
    Option("model-name", "NAME", "the served model, as the server lists it"),
    Option("system", "NAME", "system prompt for the served model: brief or full (default: full)"),
    Option("concurrency", "N", "queries that the server is asked at once (default: 4)"),
    Option("query-timeout", "S", "seconds that the server has for a reply (default: 120)"),
    Option("replay", "FILE", "grade recorded replies (JSON Lines) in place of a model's"),
    Option("suite", "NAME_OR_PATH", "suite of queries; may be repeated (default: 57)", action="append"),
    Option("baseline", "PATH", "results of an earlier run to compare with: acceptance.json or its folder"),
    Option("samples", "K", "how often each query is asked (default: 1)", default="1"),
    Option(
        "temperature", "T", "above 0, replies are drawn in place of the most probable one (default: 0)", default="0"
    ),
    Option("no-cache", "", "ask for every reply anew, and take over none", default=False, action="store_true"),
    Option(
        "check-batching",
        "N",
        "ask N queries (alone: all) again in batches of other sizes, and tell which replies change",
        const="all",
    ),
    Option("rounds", "N", "how often -m bench asks each query, alone and in a batch (default: 1)", default="1"),
    Option(
        "compare",
        "PATH",
        "earlier bench.json, its folder or a stored run to compare with (default: the last that -m bench stored)",
        action="append",
    ),
    Option("live", "DIR", "let the model work in DIR with the real tools (--live alone: the root)", const=""),
    Option("results", "DIR", "where results are written (default: artifacts/runs/RECIPE-TIME)"),
    Option("data", "DIR_OR_FILE", "dataset that -m data checks (default: the newest that the recipe built)"),
    Option("plan", "", "show what -m train would do, and run nothing", default=False, action="store_true"),
    Option(
        "fix", "", "write a fixed copy of it: DIR-fixed, or fixed in --results DIR", default=False, action="store_true"
    ),
)
# What a repository sets in its pytest configuration.
SETTINGS: Final = {"punie_tools": "own tools as module:NAME, a list of punie.agent.typed_tools.Tool"}
# What is said about a served model.
_SERVED: Final = ("endpoint", "model-name", "system", "concurrency", "query-timeout")
# These build or measure a model, or read a dataset or a log once, in a single process.
_UNDIVIDED: Final = ("train", "pretrain", "data", "sweep", "bench", "monitor")


@dataclass(frozen=True)
class State:
    """
    What a run is asked for.

    Args:
        own: the marker names that are ours here; one that a repository declares itself stays its own.
        markers: those of them that are asked for.
        node_ids: node ids on the command line.
        evaluation: the grading, if any.
        data: the check of a dataset, if any.
        monitor: the look at a log, if any.
        bench: the measuring of speed, if any.

    """

    own: frozenset[str] = frozenset()
    markers: frozenset[str] = frozenset()
    node_ids: tuple[str, ...] = ()
    evaluation: EvalSession | None = None
    data: DataSession | None = None
    monitor: MonitorSession | None = None
    bench: BenchSession | None = None

    @property
    def sessions(self) -> tuple[BenchSession | DataSession | EvalSession | MonitorSession, ...]:
        """What this run does."""
        every = (self.data, self.evaluation, self.bench, self.monitor)
        return tuple(each for each in every if each is not None)


STATE: Final = pytest.StashKey[State]()


def add_options(parser: pytest.Parser, prefix: str) -> None:
    """Register every option as `prefix` and its name."""
    group = parser.getgroup("punie", "building and grading a tool-calling model")
    for option in OPTIONS:
        group.addoption(
            f"{prefix}{option.name}",
            dest=option.dest,
            action=option.action,
            default=option.default,
            help=option.help,
            **({"metavar": option.metavar} if option.metavar else {}),
            **({} if option.const is None else {"nargs": "?", "const": option.const}),
        )


def explain_names(parser: pytest.Parser, args: Sequence[str]) -> None:
    """Let pytest's complaint about a short name say how the option is called, and how to have the short names."""
    short = next((option.name for option in OPTIONS for arg in args if arg.partition("=")[0] == f"--{option.name}"), "")
    if short:
        hint = f"--{short} is called --punie-{short}; for the short names set addopts = -p punie.short_options"
        parser.extra_info["punie"] = hint


def add_settings(parser: pytest.Parser) -> None:
    """Register what a repository sets in its pytest configuration."""
    for name, told in SETTINGS.items():
        parser.addini(name, told, default="")


def read_command_line(config: pytest.Config) -> State:
    """
    Register our markers, and check what is named if it concerns us.

    Raises:
        pytest.UsageError: something that is named is wrong.

    """
    own = _register_markers(config)
    suite_ids = _take_suite_ids(config)
    markers = asked_for(config.getoption("markexpr")) & own | ({"eval"} if suite_ids else set())
    node_ids = (*_file_ids(config), *suite_ids)
    used = any(config.getoption(option.dest) != option.default for option in OPTIONS)
    if not (markers or used):
        return State(own, node_ids=node_ids)
    _refuse_workers(config, markers)
    if config.getoption("punie_plan"):
        # the pipeline, where there is one, has answered before this
        message = "--plan: no pipeline answers here: give it without paths, in the root of the repository that builds"
        raise pytest.UsageError(message)
    _add_own_tools(config)
    return State(own, markers, node_ids, *_sessions(config, markers, suite_ids))


def _add_own_tools(config: pytest.Config) -> None:
    named = config.getini("punie_tools")
    if not named:
        return
    from punie.evaluation.inputs import InputError
    from punie.evaluation.own_tools import add_own_tools

    try:
        add_own_tools(named, live=config.getoption("punie_live") is not None)
    except InputError as error:
        raise pytest.UsageError(str(error)) from error


def _sessions(
    config: pytest.Config, markers: frozenset[str], suite_ids: Sequence[str]
) -> tuple[EvalSession | None, DataSession | None, MonitorSession | None, BenchSession | None]:
    from punie.evaluation.inputs import InputError, check
    from punie.evaluation.session import EvalSession

    try:
        request = _request(config, markers)
        inputs = check(_graded_part(config, request))
        inputs.check_items(suite_ids)
        data = _data(config, inputs)
        monitor = _monitor(config, inputs, request)
        bench = _bench(config, inputs, request)
    except InputError as error:
        raise pytest.UsageError(str(error)) from error
    evaluation = EvalSession(config, inputs, shared_folder(config)) if "eval" in request.markers else None
    return evaluation, data, monitor, bench


def _graded_part(config: pytest.Config, request: Request) -> Request:
    """What an evaluation is asked for; a log of production is no replay: its rows may be of any suite, or of none."""
    from punie.evaluation.suite import known_suites

    if "monitor" not in request.markers or "eval" in request.markers:
        return request
    suites = tuple(dict.fromkeys(config.getoption("punie_suite") or known_suites()))
    return replace(request, suites=suites, model=None, served=None, replay=None, baseline=None)


def _monitor(config: pytest.Config, inputs: Inputs, request: Request) -> MonitorSession | None:
    if "monitor" not in request.markers:
        return None
    from punie.monitoring.inputs import check_monitor
    from punie.monitoring.session import MonitorSession

    return MonitorSession(config, None if request.only_listed else check_monitor(inputs, request))


def _bench(config: pytest.Config, inputs: Inputs, request: Request) -> BenchSession | None:
    rounds, compare = config.getoption("punie_rounds"), config.getoption("punie_compare") or ()
    if "bench" not in request.markers:
        if rounds != "1" or compare:
            message = "--rounds and --compare go with -m bench: it measures speed, and compares it with an earlier run"
            raise pytest.UsageError(message)
        return None
    from punie.benchmarking.inputs import STORAGE, Asked, check_bench, check_names
    from punie.benchmarking.session import BenchSession

    here = config.invocation_params.dir
    models = tuple(here / name for name in config.getoption("punie_model") or ())
    storage = config.getoption("benchmark_storage", STORAGE)
    asked = Asked(here, models, rounds, tuple(here / path for path in compare), storage, config.getini("punie_tools"))
    names = check_names(models)
    return BenchSession(config, None if request.only_listed else check_bench(inputs, asked), names)


def _data(config: pytest.Config, inputs: Inputs) -> DataSession | None:
    fix = bool(config.getoption("punie_fix"))
    if "data" not in inputs.request.markers:
        if fix:
            message = "--fix goes with -m data: it writes a fixed copy of the dataset that is checked"
            raise pytest.UsageError(message)
        return None
    if "train" in inputs.request.markers and inputs.request.data is None:
        return None  # the run builds its dataset, and checks it before training
    from punie.data.inputs import check_data
    from punie.data.session import DataSession

    return DataSession(config, None if inputs.request.only_listed else check_data(inputs, fix=fix))


def _request(config: pytest.Config, markers: frozenset[str]) -> Request:
    from punie.evaluation.inputs import Request, read_check, read_samples, read_temperature

    def path(name: str) -> Path | None:
        value = config.getoption(name)
        return None if value is None else config.invocation_params.dir / value

    return Request(
        root=config.rootpath,
        markers=markers,
        recipe=config.getoption("punie_recipe"),
        suites=_suites(config),
        model=_model(config, markers),
        served=_served(config),
        replay=path("punie_replay"),
        results=path("punie_results"),
        data=path("punie_data"),
        baseline=path("punie_baseline"),
        live=config.rootpath if config.getoption("punie_live") == "" else path("punie_live"),
        samples=read_samples(config.getoption("punie_samples")),
        temperature=read_temperature(config.getoption("punie_temperature")),
        cached=not (config.getoption("punie_no_cache") or config.getoption("punie_check_batching")),
        check_batching=read_check(config.getoption("punie_check_batching")),
        only_listed=config.getoption("collectonly"),
    )


def _served(config: pytest.Config) -> Served | None:
    given = {option.name: config.getoption(option.dest) for option in OPTIONS if option.name in _SERVED}
    if not any(given.values()):
        return None
    from punie.evaluation.served import read_served

    return read_served(given)


def _model(config: pytest.Config, markers: frozenset[str]) -> Path | None:
    """The model that is graded; of several that are only measured the first."""
    from punie.evaluation.inputs import InputError

    named = config.getoption("punie_model") or ()
    if len(named) > 1 and markers != {"bench"}:
        message = f"--model was given {len(named)} times: one model is graded at a time; several go with -m bench alone"
        raise InputError(message)
    return config.invocation_params.dir / named[0] if named else None


def _suites(config: pytest.Config) -> tuple[str, ...]:
    return tuple(dict.fromkeys(config.getoption("punie_suite") or ("57",)))


def _register_markers(config: pytest.Config) -> frozenset[str]:
    declared = {line.partition(":")[0].partition("(")[0].strip() for line in config.getini("markers")}
    own = frozenset(MARKERS.keys() - declared)
    for name in sorted(own):
        config.addinivalue_line("markers", f"{name}: {MARKERS[name]}")
    return own


def _take_suite_ids(config: pytest.Config) -> tuple[str, ...]:
    """Take ids such as `57::gate` out of the arguments: pytest would look for a file of that name."""
    suites = {Path(name).stem for name in _suites(config)}
    heads = {arg: arg.partition("::")[0] for arg in config.args if "::" in arg}
    taken = [arg for arg, head in heads.items() if head in suites and not _path(config, head).exists()]
    config.args[:] = [arg for arg in config.args if arg not in taken]
    return tuple(taken)


def _file_ids(config: pytest.Config) -> list[str]:
    """The node ids among the arguments, relative to the root as pytest writes them."""
    found = []
    for arg in config.args:
        head, separator, rest = arg.partition("::")
        path = _path(config, head)
        if separator and path.is_relative_to(config.rootpath):
            found.append(f"{path.relative_to(config.rootpath).as_posix()}::{rest}")
    return found


def _path(config: pytest.Config, head: str) -> Path:
    return Path(config.invocation_params.dir, head).absolute()


def _refuse_workers(config: pytest.Config, markers: frozenset[str]) -> None:
    """Refuse pytest-xdist for what has to run in one process."""
    undivided = [name for name in _UNDIVIDED if name in markers]
    if is_divided(config) and undivided:
        message = f"-n does not go with -m {undivided[0]}: it runs in one process; leave -n out"
        raise pytest.UsageError(message)
