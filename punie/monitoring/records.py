"""What stands in `monitor.json`: frozen records, and nothing that computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

AlertName = Literal["field-access", "accuracy", "mean-time", "drift"]
State = Literal["ok", "alert", "not measured"]
ALERTS: Final[tuple[AlertName, ...]] = ("field-access", "accuracy", "mean-time", "drift")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Alert(_Record):
    """
    One figure and its alert level.

    Attributes:
        state: whether it alerts.
        value: rates and shares between 0 and 1, times in seconds; None where it was not measured.
        level: in the same unit.
        rows: that it is measured on.
        reason: one line.

    """

    state: State
    value: float | None
    level: float
    rows: int
    reason: str


class PatternCount(_Record):
    """How many rows call exactly these tools."""

    tools: tuple[str, ...] = Field(min_length=1)
    rows: int = Field(ge=1)


class MonitorReport(_Record):
    """
    What a look at a log found.

    Attributes:
        version: of the file's format, its key is `schema`.
        log: name of the log.
        digest: its SHA-256.
        rows: that it holds.
        since: the earliest time in it.
        until: the latest.
        alerts: by name, all four of them.
        discrimination: how often the right choice was made between a call and words, where there is an expectation.
        seconds: mean, median, 95th percentile and maximum of the times that were recorded.
        tool_use: the share of each tool.
        patterns: what later runs compare with, for the most frequent first.
        gate: digest of the gate file with the levels.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    log: str
    digest: str
    rows: int
    since: str | None
    until: str | None
    alerts: Mapping[AlertName, Alert]
    discrimination: float | None
    seconds: Mapping[str, float]
    tool_use: Mapping[str, float]
    patterns: tuple[PatternCount, ...]
    gate: str = ""
