"""How fast a model answers, and what it takes up: the record that benchmarks, `acceptance.json` and reports share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from punie.evaluation.models.protocol import Fact
from punie.evaluation.stats import quantile

NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spread(_Record):
    """
    Times of one kind, in seconds; what lies between two times is interpolated.

    Attributes:
        count: how many were taken.
        mean: of them.
        minimum: the shortest.
        p25: a quarter is shorter.
        median: half are shorter.
        p75: three quarters are shorter.
        p90: 90 % are shorter.
        p95: 95 % are shorter.
        maximum: the longest.

    """

    count: int = Field(ge=1)
    mean: NotNegative
    minimum: NotNegative
    p25: NotNegative
    median: NotNegative
    p75: NotNegative
    p90: NotNegative
    p95: NotNegative
    maximum: NotNegative

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Self:
        """The spread of times; ValueError without any."""
        values = sorted(seconds)
        if not values:
            message = "no times: at least one is wanted"
            raise ValueError(message)
        parts = {"minimum": 0, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "maximum": 1}
        found = {name: quantile(values, part) for name, part in parts.items()}
        return cls(count=len(values), mean=sum(values) / len(values), **found)

    @property
    def box(self) -> tuple[float, ...]:
        """What a box plot shows: the quartiles and the ends, sorted."""
        return self.minimum, self.p25, self.median, self.p75, self.maximum


class Speed(_Record):
    """
    What a model takes, and what its answers are worth.

    Attributes:
        name: of the model.
        size_bytes: of its folder on disk.
        load_seconds: from files that were read just before, so that the system's cache holds what fits into memory.
        warm_up_seconds: the first query after loading; it counts in no other figure.
        rounds: how often each query was asked in each way.
        alone: times of queries asked one by one, as a user waits for them, with all their turns.
        categories: the same by category.
        first_token: times up to the first token of a query's first reply, asked one by one.
        prompt_tokens_per_second: read before the first token, asked one by one.
        tokens_per_second: written after it, asked one by one.
        batch: times of queries asked together, each up to its last token.
        batch_categories: the same by category.
        batch_seconds: of a whole batch, on average.
        batch_tokens_per_second: written by the whole batch.
        peak_memory_bytes: most memory of MLX up to the end of `load`, `alone` and `batch`, which come in this order.
        peak_rss_bytes: most memory of the process that measured, in RAM; None where the system does not tell.
        graded: queries with a verdict.
        passed: strictly, with the replies of queries asked one by one.
        passed_in_batch: strictly, with the replies of the batch.
        differing: queries whose replies in the batch are others.
        facts: what the model tells about itself, the device and the precision among it.

    """

    name: str
    size_bytes: int | None = None
    load_seconds: NotNegative
    warm_up_seconds: NotNegative
    rounds: int = Field(ge=1)
    alone: Spread
    categories: Mapping[str, Spread]
    first_token: Spread | None = None
    prompt_tokens_per_second: NotNegative | None = None
    tokens_per_second: NotNegative | None = None
    batch: Spread
    batch_categories: Mapping[str, Spread]
    batch_seconds: NotNegative
    batch_tokens_per_second: NotNegative | None = None
    peak_memory_bytes: Mapping[str, int] = Field(default_factory=dict)
    peak_rss_bytes: int | None = None
    graded: int = Field(ge=0)
    passed: int = Field(ge=0)
    passed_in_batch: int = Field(ge=0)
    differing: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = Field(default_factory=dict)

    @property
    def strict(self) -> float | None:
        """The strict rate of queries asked one by one, 0 to 1; None where nothing was graded."""
        return self.passed / self.graded if self.graded else None

    @property
    def memory_bytes(self) -> int | None:
        """Most memory of MLX in the whole measurement; that of the process where MLX tells none."""
        return max(self.peak_memory_bytes.values(), default=self.peak_rss_bytes)
