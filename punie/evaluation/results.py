"""The record of a run, `acceptance.json`: written atomically, read back, judged again without a model."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from punie.evaluation.gate import Decision, DecisionName, Gate, decide, load_gate
from punie.evaluation.grading import Label
from punie.evaluation.stats import Interval
from punie.evaluation.tally import Tally

FILE_NAME: Final = "acceptance.json"


class ResultsError(ValueError):
    """A results file is missing or damaged; the message is one line and names file and key."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Rates(_Record):
    """
    How a group of queries fared; rates, interval and target lie between 0 and 1.

    Attributes:
        strict: rate of strict passes among the graded; None where nothing was graded.
        soft: the same of soft passes.
        passed: number of strict passes.
        asked: number of queries asked.
        ungradable: how many of the asked could not be graded.
        interval: 95 % Wilson interval of the strict rate.
        target: what the strict rate must reach; None where there is no target.

    """

    strict: float | None
    soft: float | None
    passed: int
    asked: int
    ungradable: int
    interval: Interval | None
    target: float | None = None

    @classmethod
    def of(cls, tally: Tally, target: float | None = None) -> Rates:
        """Rates from counts; `target` in percent."""
        return cls(
            strict=tally.strict,
            soft=tally.soft,
            passed=tally.passed,
            asked=tally.asked,
            ungradable=tally.ungradable,
            interval=tally.interval,
            target=None if target is None else target / 100,
        )


class FieldAccess(_Record):
    """
    How often the fields asked for were really read.

    Attributes:
        rate: among all queries that ask for fields; None without any.
        read: in how many the fields were read.
        of: how many ask for fields.
        given_right_tool: the rate among those whose right tools were called; None without any.

    """

    rate: float | None
    read: int
    of: int
    given_right_tool: float | None


class QueryResult(_Record):
    """One query's verdict and what the model said; `strict` and `soft` are None where it could not be graded."""

    category: str
    strict: bool | None
    soft: bool | None
    label: Label | None = None
    failed_layer: str | None = None
    reason: str
    replies: tuple[str, ...] = ()
    seconds: float | None = None


class SuiteResult(_Record):
    """One suite of a run: its digest, the category of each of its queries, asked or not, and its rates."""

    digest: str
    queries: Mapping[str, str]
    overall: Rates
    categories: Mapping[str, Rates]


class Acceptance(_Record):
    """
    Everything a run found out.

    Attributes:
        version: of the file's format, its key is `schema`.
        decision: what follows.
        reasons: why, one sentence each.
        model: the model's name and digests, its `size_bytes` and `peak_memory_bytes` where known.
        suites: by name.
        overall: of all queries.
        categories: of all suites together; the target is the highest of the suites'.
        field_access_rate: see `FieldAccess`.
        queries: by id, those that were asked.
        gate: digest of the gate file that decided.
        failed_items: failed items other than missed queries.
        obstacles: why the run is incomplete whatever the counts say.
        seconds: how long asking and grading took.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    decision: DecisionName
    reasons: tuple[str, ...]
    model: Mapping[str, str | int | float | None]
    suites: Mapping[str, SuiteResult]
    overall: Rates
    categories: Mapping[str, Rates]
    field_access_rate: FieldAccess
    queries: Mapping[str, QueryResult]
    gate: str = ""
    failed_items: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    seconds: float | None = None


def write_acceptance(acceptance: Acceptance, results_dir: Path) -> Path:
    """Write `acceptance.json` into a folder, made if absent, in one step; the path written."""
    results_dir.mkdir(parents=True, exist_ok=True)
    text = json.dumps(acceptance.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=True) + "\n"
    return write_atomically(results_dir / FILE_NAME, text)


def write_atomically(path: Path, text: str) -> Path:
    """Replace a file's text in one step, so that no reader ever sees a part of it; the path written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def read_acceptance(path: Path) -> Acceptance:
    """
    Read `acceptance.json`, from the file itself or from its folder.

    Raises:
        ResultsError: it is missing or damaged.

    """
    place = path / FILE_NAME if path.is_dir() else path
    try:
        return Acceptance.model_validate_json(place.read_bytes())
    except OSError as error:
        message = f"{place}: cannot be read: {error.strerror or error}"
        raise ResultsError(message) from None
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        key = ".".join(map(str, fault["loc"]))
        message = f"{place}: {f'{key}: ' if key else ''}{fault['msg']}"
        raise ResultsError(message) from None


def judge(results_dir: Path | str, gate: Gate | None = None) -> Decision:
    """
    Decide again from a run's verdicts, without asking the model.

    Args:
        results_dir: folder of `acceptance.json`, or the file itself.
        gate: by default the project's own of today.

    Raises:
        ResultsError: the file is missing or damaged.
        GateError: the gate file is missing or broken.

    """
    acceptance = read_acceptance(Path(results_dir))
    tallies = {name: tallies_of(suite.queries, acceptance.queries) for name, suite in acceptance.suites.items()}
    return decide(gate or load_gate(), tallies, failed_items=acceptance.failed_items, obstacles=acceptance.obstacles)


def tallies_of(categories: Mapping[str, str], verdicts: Mapping[str, QueryResult]) -> dict[str, Tally]:
    """Counts by category, from the category of every query of a suite and the verdicts on those asked."""
    return {
        category: Tally.of(verdicts.get(query) for query, own in categories.items() if own == category)
        for category in dict.fromkeys(categories.values())
    }
