"""From observed rows to figures, each beside its alert level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil
from statistics import fmean, median

from punie.evaluation.gate import Gate, Monitor
from punie.evaluation.report.text import percent
from punie.monitoring.drift import Pattern, drift, shares
from punie.monitoring.log import Log, LogRow, moment
from punie.monitoring.observation import Observation
from punie.monitoring.records import Alert, MonitorReport, PatternCount, State


def report_on(
    log: Log, seen: Sequence[Observation], gate: Gate, before: Mapping[Pattern, int] | None = None
) -> MonitorReport:
    """
    Put a log on record.

    Args:
        log: what was read.
        seen: its rows, looked at, in the same order.
        gate: holds the alert levels.
        before: the tool use to compare with; by default the log's earlier half by `at`, with its later half.

    """
    levels = gate.monitor
    times = sorted((row.at for row in log.rows if row.at is not None), key=moment)
    patterns = Counter(row.tools for row in seen)
    return MonitorReport(
        log=log.name,
        digest=log.digest,
        rows=len(log.rows),
        since=times[0] if times else None,
        until=times[-1] if times else None,
        alerts={
            "field-access": _rate([row.fields_read for row in seen], levels.field_access, "could read a field"),
            "accuracy": _rate([row.strict for row in seen], levels.accuracy, "have an expectation"),
            "mean-time": _mean_time(seen, levels.seconds),
            "drift": _drift(levels, *((before, patterns) if before is not None else _halves(log.rows, seen))),
        },
        discrimination=_share([row.chosen for row in seen]),
        seconds=_times(seen),
        tool_use=shares(patterns),
        patterns=tuple(PatternCount(tools=tools, rows=count) for tools, count in patterns.most_common()),
        gate=gate.digest,
    )


def _share(values: Sequence[bool | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _rate(values: Sequence[bool | None], level: float, which: str) -> Alert:
    known = [value for value in values if value is not None]
    if not known:
        return _unmeasured(level / 100, 0, f"none of {len(values)} rows {which}")
    good = sum(known)
    reason = f"{percent(good / len(known))} ({good} of {len(known)} rows that {which}), alert below {level:g} %"
    # whole numbers, so that a rate exactly at its level does not alert
    state: State = "alert" if 100 * good < level * len(known) else "ok"
    return Alert(state=state, value=good / len(known), level=level / 100, rows=len(known), reason=reason)


def _mean_time(seen: Sequence[Observation], level: float) -> Alert:
    times = [row.seconds for row in seen if row.seconds is not None]
    if not times:
        return _unmeasured(level, 0, f"none of {len(seen)} rows carries `seconds`")
    mean = fmean(times)
    reason = f"{mean:.2f} s on average over {len(times)} rows, alert above {level:g} s"
    return Alert(state="alert" if mean > level else "ok", value=mean, level=level, rows=len(times), reason=reason)


def _drift(levels: Monitor, before: Mapping[Pattern, int], after: Mapping[Pattern, int]) -> Alert:
    earlier, later = sum(before.values()), sum(after.values())
    if min(earlier, later) < levels.drift_rows:
        reason = f"{earlier} rows before and {later} now, {levels.drift_rows} each are wanted"
        return _unmeasured(levels.drift / 100, later, reason)
    return _moved(levels, before, after)


def _moved(levels: Monitor, before: Mapping[Pattern, int], after: Mapping[Pattern, int]) -> Alert:
    found = drift(before, after)
    beyond = 100 * found.distance >= levels.drift and found.p_value < levels.drift_significance
    reason = (
        f"{percent(found.distance)} of tool use moved (p = {found.p_value:.2g}), most {found.most}: "
        f"{percent(found.before)} before, {percent(found.after)} now; "
        f"alert from {levels.drift:g} % with p below {levels.drift_significance:g}"
    )
    rows = sum(after.values())
    return Alert(
        state="alert" if beyond else "ok", value=found.distance, level=levels.drift / 100, rows=rows, reason=reason
    )


def _halves(rows: Sequence[LogRow], seen: Sequence[Observation]) -> tuple[Counter[Pattern], Counter[Pattern]]:
    """Tool use in the earlier and the later half of the rows that carry a time."""
    timed = [(moment(row.at), use.tools) for row, use in zip(rows, seen, strict=True) if row.at is not None]
    tools = [pattern for _, pattern in sorted(timed, key=lambda pair: pair[0])]
    middle = len(tools) // 2
    return Counter(tools[:middle]), Counter(tools[middle:])


def _times(seen: Sequence[Observation]) -> dict[str, float]:
    times = sorted(row.seconds for row in seen if row.seconds is not None)
    if not times:
        return {}
    return {
        "mean": fmean(times),
        "median": median(times),
        "p95": times[ceil(0.95 * len(times)) - 1],
        "max": times[-1],
    }


def _unmeasured(level: float, rows: int, reason: str) -> Alert:
    return Alert(state="not measured", value=None, level=level, rows=rows, reason=f"not measured: {reason}")
