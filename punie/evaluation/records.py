"""What stands in `acceptance.json`: frozen records, and nothing that computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from punie.evaluation.grading import Label
from punie.evaluation.models.protocol import Fact
from punie.evaluation.speed import Speed
from punie.evaluation.stats import Interval
from punie.evaluation.tally import Tally

DecisionName = Literal["DEPLOY", "AUGMENT", "INCONCLUSIVE", "INVESTIGATE", "INCOMPLETE"]
Claim = Literal["better", "worse", "none"]


class Record(BaseModel):
    """Base of the records: frozen, and strict about keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Rates(Record):
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


class FieldAccess(Record):
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


class LayerResult(Record):
    """What one layer said: its name, whether it passed, and why in one line."""

    layer: str
    passed: bool
    reason: str


class TurnResult(Record):
    """
    What one reply did.

    Attributes:
        layers: those that were looked at, in order.
        calls: of tools, as text, in order; long ones are cut.
        reads: fields of results that were read, such as "typecheck.error_count", sorted.

    """

    layers: tuple[LayerResult, ...]
    calls: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


class SampleResult(Record):
    """One of several samples of a query; verdicts as in `QueryResult`."""

    strict: bool | None
    soft: bool | None
    label: Label | None = None
    reason: str
    replies: tuple[str, ...] = ()
    seconds: float | None = None


class QueryResult(Record):
    """
    One query's verdict and what the model said.

    Attributes:
        category: of the query.
        strict: whether every layer passed; None where it could not be graded. Of several samples the worst counts.
        soft: whether the right choice was made; None likewise.
        label: what went wrong.
        failed_layer: the first layer that failed.
        reason: one line.
        replies: the texts, turn by turn.
        seconds: what they took.
        cached: how many of them were taken over from an earlier run, with the seconds that they took there.
        tools: the tools that the query expects in any of its turns.
        fields_read: whether all fields asked for were read; None where none is asked for.
        recorded: the verdict that came with a recorded reply.
        samples: every sample, where there are several.
        turns: what each reply did, layer by layer; empty where nothing could be graded.

    """

    category: str
    strict: bool | None
    soft: bool | None
    label: Label | None = None
    failed_layer: str | None = None
    reason: str
    replies: tuple[str, ...] = ()
    seconds: float | None = None
    cached: int = 0
    tools: tuple[str, ...] = ()
    fields_read: bool | None = None
    recorded: bool | None = None
    samples: tuple[SampleResult, ...] = ()
    turns: tuple[TurnResult, ...] = ()

    @property
    def timed(self) -> float | None:
        """The seconds that this run measured; None where it did not, or took replies over."""
        return None if self.cached else self.seconds


class SuiteResult(Record):
    """
    One suite of a run.

    Attributes:
        digest: of what is asked and expected.
        queries: the category of each of its queries, asked or not.
        overall: of all its queries.
        categories: each by its name.
        families: queries that expect tools of a family, by its name.
        detectable: the smallest change of the overall rate that a second run could be expected to show; None where even
            the largest would not show.

    """

    digest: str
    queries: Mapping[str, str]
    overall: Rates
    categories: Mapping[str, Rates]
    families: Mapping[str, Rates] = Field(default_factory=dict)
    detectable: float | None = None


class Criterion(Record):
    """
    One line of the gate.

    Attributes:
        name: what is looked at, such as "57: field_access".
        observed: what was measured.
        required: what is wanted.
        met: None where it was not measured.
        reason: one line.
        decides: whether a miss stands against DEPLOY.

    """

    name: str
    observed: str
    required: str
    met: bool | None
    reason: str
    decides: bool = True

    @property
    def line(self) -> str:
        """The criterion as one line of text."""
        state = "not measured" if self.met is None else "reached" if self.met else "missed"
        return f"{self.name} {self.observed}, {self.required} wanted: {state}"


class Paired(Record):
    """
    Two results on the same queries.

    Attributes:
        queries: graded in both.
        before: the baseline's strict rate.
        after: this run's.
        difference: of the rates.
        interval: 95 % of the difference, by bootstrap over the queries.
        lost: queries that only the baseline passes.
        gained: queries that only this run passes.
        p_value: of the exact McNemar test.
        detectable: the smallest change of the baseline's rate that so many queries can be expected to show, or None.
        claim: what may be said.
        reason: why, in one line.

    """

    queries: int
    before: float
    after: float
    difference: float
    interval: Interval
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    p_value: float
    detectable: float | None
    claim: Claim
    reason: str


class Delta(Record):
    """A category's strict rate in both results."""

    before: float
    after: float

    @property
    def points(self) -> float:
        """The difference in percentage points."""
        return round(100 * (self.after - self.before), 9)


class Comparison(Record):
    """
    A run beside its baseline.

    Attributes:
        baseline: how the baseline's model is called.
        digest: SHA-256 of the baseline's file.
        overall: over all queries in both results.
        suites: each suite apart.
        categories: each category of all suites together.
        left_out: queries that one of the two results has no verdict on.
        notes: what to keep in mind, such as other versions of the engine.

    """

    baseline: str
    digest: str
    overall: Paired
    suites: Mapping[str, Paired]
    categories: Mapping[str, Delta]
    left_out: int = 0
    notes: tuple[str, ...] = ()


class Sampling(Record):
    """
    What repeated samples say; rates are means over the queries.

    Attributes:
        samples: of each query, at least.
        pass_at: by k, how often at least one of k samples passes.
        pass_all: by k, how often each of k samples passes (pass^k).
        flip_rate: how often two samples of one query differ.
        flips: that rate for each query, the flaky ones alone.

    """

    samples: int
    pass_at: Mapping[int, float]
    pass_all: Mapping[int, float]
    flip_rate: float
    flips: Mapping[str, float]


class ChangedReply(Record):
    """
    A reply that depends on the size of the batch.

    Attributes:
        id: of the query.
        turn: the first that differs, from 1.
        size: of the batch that gave another reply.
        at: the first character that differs, from 0.
        before: what stands around it in the run's own reply.
        now: what stands around it in the other.
        verdict_changed: whether the other replies to this query have another strict verdict.

    """

    id: str
    turn: int
    size: int
    at: int
    before: str
    now: str
    verdict_changed: bool


class Batching(Record):
    """
    Whether replies depend on how many are generated at once.

    Attributes:
        queries: how many were asked again.
        sizes: of the batches: the run's own, then those of the check.
        changed: every reply that another size changes.

    """

    queries: int
    sizes: tuple[int, ...]
    changed: tuple[ChangedReply, ...] = ()


class Acceptance(Record):
    """
    Everything a run found out.

    Attributes:
        version: of the file's format, its key is `schema`.
        decision: what follows.
        reasons: why, one sentence each.
        criteria: every line of the gate.
        model: the model's name and digests, its `size_bytes` and `peak_memory_bytes` where known.
        suites: by name.
        overall: of all queries.
        categories: of all suites together; the target is the highest of the suites'.
        field_access_rate: see `FieldAccess`.
        queries: by id, those that were asked.
        sampling: where queries have several samples.
        comparison: with the baseline, where one was given.
        speed: of the model, where the same run measured it (`-m "eval or bench"`).
        batching: whether replies depend on the size of a batch, where that was asked (`--check-batching`).
        gate: digest of the gate file that decided.
        failed_items: failed items other than missed queries.
        obstacles: why the run is incomplete whatever the counts say.
        seconds: how long asking and grading took.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    decision: DecisionName
    reasons: tuple[str, ...]
    criteria: tuple[Criterion, ...] = ()
    model: Mapping[str, Fact]
    suites: Mapping[str, SuiteResult]
    overall: Rates
    categories: Mapping[str, Rates]
    field_access_rate: FieldAccess
    queries: Mapping[str, QueryResult]
    sampling: Sampling | None = None
    comparison: Comparison | None = None
    speed: Speed | None = None
    batching: Batching | None = None
    gate: str = ""
    failed_items: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    seconds: float | None = None
