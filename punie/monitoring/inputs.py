"""What a look at a log works on, checked before any long work: every fault is one line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from pydantic import ValidationError

from punie.evaluation.inputs import InputError, Inputs, Request
from punie.evaluation.results import FILE_NAME as ACCEPTANCE
from punie.evaluation.results import ResultsError, read_acceptance
from punie.evaluation.suite import Query
from punie.monitoring.drift import Pattern
from punie.monitoring.log import Log, LogError, read_log
from punie.monitoring.observation import use_of
from punie.monitoring.records import MonitorReport

MONITOR: Final = "monitor.json"
_ADVICE: Final = f"give {MONITOR}, {ACCEPTANCE}, the folder of one, or an earlier log (*.jsonl)"


@dataclass(frozen=True)
class MonitorInputs:
    """
    What is looked at.

    Attributes:
        inputs: gate and results folder.
        log: the rows.
        before: rows by tool pattern of the baseline, or None for the log's own earlier half.

    """

    inputs: Inputs
    log: Log
    before: Mapping[Pattern, int] | None = None

    @property
    def queries(self) -> dict[str, Query]:
        """The queries with an expectation, by id."""
        return {query.id: query for suite in self.inputs.suites for query in suite.queries}


def check_monitor(inputs: Inputs, request: Request) -> MonitorInputs:
    """
    Read the log and the baseline that the command line names.

    Args:
        inputs: suites, gate and results folder.
        request: what the command line asks for.

    Raises:
        InputError: one line on the first thing that is wrong.

    """
    if request.replay is None:
        _refuse("-m monitor looks at recorded replies: name their log with --replay FILE")
    if request.model is not None or (request.samples, request.temperature, request.live) != (1, 0, None):
        _refuse("-m monitor asks no model: leave --model, --samples, --temperature and --live out")
    try:
        before = None if request.baseline is None else _baseline(request.baseline)
        return MonitorInputs(inputs, read_log(request.replay), before)
    except (LogError, ResultsError) as error:
        raise InputError(str(error)) from error


def _baseline(path: Path) -> Mapping[Pattern, int]:
    """Rows by tool pattern, from whatever earlier result the path names."""
    names = (MONITOR, ACCEPTANCE)
    place = next((path / name for name in names if (path / name).is_file()), None) if path.is_dir() else path
    if place is None:
        _refuse(f"no baseline in the folder {str(path)!r}: {_ADVICE}")
    if place.suffix == ".jsonl":
        return Counter(use_of(row.prompt or "", row.replies).tools for row in read_log(place).rows)
    if not _is_report(place):
        queries = read_acceptance(place).queries.values()
        return Counter(use_of("", query.replies).tools for query in queries)
    try:
        report = MonitorReport.model_validate_json(place.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        _refuse(f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg']}: {_ADVICE}")
    found: Counter[Pattern] = Counter()
    for each in report.patterns:
        found[each.tools] += each.rows
    return found


def _is_report(place: Path) -> bool:
    """Whether the file tells of a log; what is no JSON is left to the reader of results, who says what is wrong."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "alerts" in found


def _refuse(message: str) -> NoReturn:
    raise InputError(message)
