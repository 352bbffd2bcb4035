"""The gate file, `gate.toml`: bands, targets and limits, checked and digested."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import punie
from punie.evaluation.families import Family

_PLACES: Final = (Path(__file__).with_name("gate.toml"), Path(punie.__file__).parents[1] / "evals" / "gate.toml")
Percent = Annotated[float, Field(ge=0, le=100)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class GateError(ValueError):
    """A gate file cannot be used; the message is one line and names file and key."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bands(_Table):
    """Overall strict rates, in percent, from which the decision is DEPLOY or AUGMENT."""

    deploy: Percent
    augment: Percent

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.augment > self.deploy:
            message = f"augment ({self.augment:g}) must not be above deploy ({self.deploy:g})"
            raise ValueError(message)
        return self


class SuiteTargets(_Table):
    """
    The strict rates, in percent, that one suite must reach.

    Attributes:
        targets: by category.
        overall: of the whole suite, where more than the band of DEPLOY is wanted.
        families: of the queries that expect tools of a family.
        field_access: of the queries that ask for fields, how many must read all of them.
        of: the suite that a second set of targets is about; by default the suite is called like the table.
        decides: whether a miss stands against DEPLOY; else it is only reported.

    """

    targets: Mapping[str, Percent] = Field(default_factory=dict)
    overall: Percent | None = None
    families: Mapping[Family, Percent] = Field(default_factory=dict)
    field_access: Percent | None = None
    of: str | None = None
    decides: bool = True


class Limits(_Table):
    """
    What a run may use; what was not measured is reported as such.

    Attributes:
        seconds_per_reply: on average; of a model that answers in batches, the time of the run by its replies.
        memory_gb: at its peak, in units of 10^9 bytes.
        memory_warning: the percentage of `memory_gb` from which the report warns.

    """

    seconds_per_reply: Positive | None = None
    memory_gb: Positive | None = None
    memory_warning: Percent = 80


class Regression(_Table):
    """`significance`: a drop that chance explains with a smaller probability stands against DEPLOY."""

    significance: Annotated[float, Field(gt=0, lt=1)] = 0.05


class Evidence(_Table):
    """`strict`: an overall rate whose 95 % interval holds the edge of a band is INCONCLUSIVE."""

    strict: bool = False


class Monitor(_Table):
    """
    From where on `pytest -m monitor` alerts.

    Attributes:
        field_access: percentage of rows that read fields, below which it alerts.
        accuracy: percentage of strict passes among rows with an expectation, below which it alerts.
        seconds: mean time of a row, above which it alerts.
        drift: percentage of tool use that moved, from which on it alerts.
        drift_significance: it does so only where chance explains such a move with a smaller probability.
        drift_rows: with fewer rows on one of the two sides drift is not measured.

    """

    field_access: Percent = 70
    accuracy: Percent = 80
    seconds: Positive = 5
    drift: Percent = 20
    drift_significance: Annotated[float, Field(gt=0, lt=1)] = 0.01
    drift_rows: Annotated[int, Field(ge=1)] = 30


class Bench(_Table):
    """
    From where on `pytest -m bench` is red; without a bar a figure is only reported.

    Attributes:
        load_seconds: the most that loading may take.
        seconds_mean: the most that a query asked alone may take, on average.
        seconds_rise: percentage above the stored run from which on that is too slow.
        tokens_per_second: the fewest that are to be written when queries are asked alone.
        tokens_per_second_drop: percentage below the stored run from which on they are too few.
        memory_gb: the most memory at the peak, in units of 10^9 bytes.
        memory_rise: percentage above the stored run from which on it is too much.
        size_gb: the most on disk, in units of 10^9 bytes.

    """

    load_seconds: Positive | None = None
    seconds_mean: Positive | None = None
    seconds_rise: Positive | None = None
    tokens_per_second: Positive | None = None
    tokens_per_second_drop: Annotated[float, Field(gt=0, lt=100)] | None = None
    memory_gb: Positive | None = None
    memory_rise: Positive | None = None
    size_gb: Positive | None = None


class Gate(_Table):
    """
    What a model must reach.

    Attributes:
        version: of the file's format, its key is `schema`.
        bands: for the overall rate of each suite.
        suites: targets by suite; a suite or category without targets is reported and only the bands apply.
        limits: time and memory.
        regression: what counts as worse than the baseline.
        evidence: how sure a decision must be.
        monitor: alert levels for recorded production replies.
        bench: bars of speed and memory.
        digest: SHA-256 of the file, empty for a gate made in code.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    bands: Bands
    suites: Mapping[str, SuiteTargets] = Field(default_factory=dict)
    limits: Limits = Limits()
    regression: Regression = Regression()
    evidence: Evidence = Evidence()
    monitor: Monitor = Monitor()
    bench: Bench = Bench()
    digest: str = Field(default="", exclude=True)

    def targets_of(self, suite: str) -> Mapping[str, float]:
        """The targets in percent of a suite's categories, empty for a suite without any."""
        return self.suites[suite].targets if suite in self.suites else {}

    def overall_of(self, suite: str) -> float:
        """The overall rate in percent that a suite must reach."""
        own = self.suites[suite].overall if suite in self.suites else None
        return max(self.bands.deploy, own or 0)

    def sets_of(self, suite: str) -> Mapping[str, SuiteTargets]:
        """Every set of targets about a suite, by its own name."""
        return {name: targets for name, targets in self.suites.items() if (targets.of or name) == suite}


def load_gate(path: Path | None = None) -> Gate:
    """
    Read a gate file.

    Args:
        path: by default the project's own, from the wheel or the checkout.

    Raises:
        GateError: the file is missing or broken.

    """
    place = path or next((place for place in _PLACES if place.is_file()), _PLACES[0])
    try:
        data = place.read_bytes()
        gate = Gate.model_validate(tomllib.loads(data.decode("utf-8")))
    except OSError as error:
        message = f"{place}: cannot be read: {error.strerror or error}"
        raise GateError(message) from None
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        key = ".".join(map(str, fault["loc"]))
        message = f"{place}: {key}: {fault['msg'].removeprefix('Value error, ')}"
        raise GateError(message) from None
    except ValueError as error:
        message = f"{place}: is not TOML: {error}"
        raise GateError(message) from None
    return gate.model_copy(update={"digest": hashlib.sha256(data).hexdigest()})
