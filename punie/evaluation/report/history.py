"""Earlier runs on the same queries, for a look at the trend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from punie.evaluation.records import Acceptance, DecisionName
from punie.evaluation.report.sections import Section
from punie.evaluation.report.text import interval, percent, points, printable
from punie.evaluation.results import FILE_NAME, ResultsError, read_acceptance
from punie.evaluation.stats import Interval

_MOST_RUNS: Final = 20
_MOST_FILES: Final = 60
_LARGEST: Final = 20_000_000  # bytes


@dataclass(frozen=True, slots=True)
class PastRun:
    """
    One run of the trend.

    Attributes:
        name: of its folder.
        at: when its record was written, UTC.
        model: how its model is called.
        decision: what followed.
        strict: the overall rate, 0 to 1.
        interval: 95 % of that rate.

    """

    name: str
    at: datetime
    model: str
    decision: DecisionName
    strict: float
    interval: Interval


def earlier_runs(runs: Path, acceptance: Acceptance, *, besides: Path | None = None) -> tuple[PastRun, ...]:
    """
    The last complete runs on the same suites, the oldest first.

    Args:
        runs: the folder that holds a folder for each run.
        acceptance: of this run.
        besides: the folder of this run.

    """
    own = besides and besides.resolve()
    newest_first = sorted(_records(runs), key=lambda pair: pair[1], reverse=True)[:_MOST_FILES]
    found = [_read(file, at, acceptance) for file, at in newest_first if file.parent.resolve() != own]
    return tuple(reversed([run for run in found if run is not None][:_MOST_RUNS]))


def past_run(acceptance: Acceptance, name: str, at: datetime) -> PastRun | None:
    """A run as a part of the trend; None when it has no rate."""
    overall = acceptance.overall
    if overall.strict is None or overall.interval is None:
        return None
    model = str(acceptance.model.get("name", "-"))
    return PastRun(name, at, model, acceptance.decision, overall.strict, overall.interval)


def trend_table(runs: tuple[PastRun, ...]) -> Section:
    """The runs as a table, the newest first."""
    changes = [None, *(after.strict - before.strict for before, after in pairwise(runs))]
    rows = [
        (
            f"{run.at:%Y-%m-%d %H:%M}",
            printable(run.name),
            printable(run.model),
            run.decision,
            percent(run.strict),
            interval(run.interval),
            "" if change is None else points(change),
        )
        for run, change in zip(runs, changes, strict=True)
    ]
    columns = ("written (UTC)", "run", "model", "decision", ">strict", ">95 %", ">points")
    return Section("runs on the same queries", columns, tuple(reversed(rows)))


def _records(runs: Path) -> Iterator[tuple[Path, float]]:
    for file in runs.glob(f"*/{FILE_NAME}"):
        try:
            facts = file.stat()
        except OSError:
            continue
        if facts.st_size <= _LARGEST:
            yield file, facts.st_mtime


def _read(file: Path, at: float, acceptance: Acceptance) -> PastRun | None:
    """A run that can stand beside this one; None for another suite, a part of it, or a file that cannot be read."""
    try:
        found = read_acceptance(file)
    except ResultsError:
        return None
    if _asked(found) != _asked(acceptance):
        return None
    return past_run(found, file.parent.name, datetime.fromtimestamp(at, UTC))


def _asked(acceptance: Acceptance) -> Mapping[str, tuple[str, int]]:
    return {name: (suite.digest, suite.overall.asked) for name, suite in acceptance.suites.items()}
