"""What stands in `bench.json` and in stored runs: frozen records, and nothing that computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from punie.evaluation.grading import Label
from punie.evaluation.models.protocol import Fact
from punie.evaluation.records import Criterion
from punie.evaluation.speed import Speed
from punie.evaluation.stats import Interval

FigureName = Literal["load", "seconds", "tokens", "memory", "size"]
FIGURES: Final[tuple[FigureName, ...]] = ("load", "seconds", "tokens", "memory", "size")
# a stored time is divided by: nothing takes no time at all
Time = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class QueryTimes(_Record):
    """
    One query.

    Attributes:
        category: of the query.
        alone: seconds of each round in which it was asked alone, all its turns together.
        batch: seconds of each round in which it was asked with the others, up to its last token.
        tokens: written when asked alone in the last round; 0 where they were not counted.
        strict: whether every layer passed; None where it could not be graded.
        label: what went wrong.

    """

    category: str
    alone: tuple[Time, ...] = Field(min_length=1)
    batch: tuple[float, ...] = ()
    tokens: int = 0
    strict: bool | None = None
    label: Label | None = None


class ModelBench(_Record):
    """
    One model.

    Attributes:
        identity: digest of its weights, tokenizer, templates and configuration, and of what was asked.
        speed: the figures.
        queries: by id.

    """

    identity: str
    speed: Speed
    queries: Mapping[str, QueryTimes] = Field(min_length=1)


class Change(_Record):
    """
    One figure in two runs.

    Attributes:
        then: the earlier one.
        now: this one.
        percent: what it rose by, negative where it fell.

    """

    then: float
    now: float
    percent: float


class Beside(_Record):
    """
    A model beside an earlier run.

    Attributes:
        model: how it is called.
        source: of the earlier run: its file, or the folder of a `bench.json`.
        then: how the model was called there.
        same: whether it is the same model with the same queries.
        changes: by figure; those that both runs tell.
        queries: how many were asked in both; the times are those of these.
        ratio: of the times of a query, this run's to the earlier one's, as a geometric mean.
        interval: 95 % of that ratio, by bootstrap over the queries.
        lost: queries that only the earlier run passes.
        gained: queries that only this run passes.
        notes: what to keep in mind, such as other versions of the engine.

    """

    model: str
    source: str
    then: str
    same: bool
    changes: Mapping[FigureName, Change]
    queries: int
    ratio: float
    interval: Interval
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class BenchReport(_Record):
    """
    What a benchmark found.

    Attributes:
        version: of the file's format, its key is `schema`.
        at: when it ended, UTC, after ISO 8601.
        machine: what it ran on.
        suites: digests of what was asked, by suite.
        models: in the order in which they were named.
        earlier: figures of earlier runs that were named to compare with, by run and model.
        beside: each beside an earlier run, where there is one; bars are about the first.
        bars: by name of the model, the lines about the bars of the gate.
        failed: models that could not be measured, by name, with the reason.
        gate: digest of the gate file.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    at: str
    machine: Mapping[str, Fact]
    suites: Mapping[str, str]
    models: tuple[ModelBench, ...]
    earlier: Mapping[str, Speed] = Field(default_factory=dict)
    beside: tuple[Beside, ...] = ()
    bars: Mapping[str, Mapping[FigureName, Criterion]] = Field(default_factory=dict)
    failed: Mapping[str, str] = Field(default_factory=dict)
    gate: str = ""
