"""The gate: from counts and the targets of gate.toml to one decision."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import punie
from punie.evaluation.tally import Tally

DecisionName = Literal["DEPLOY", "AUGMENT", "INVESTIGATE", "INCOMPLETE"]
# From the best to the worst: of several suites the worst decision counts.
DECISIONS: Final[tuple[DecisionName, ...]] = ("DEPLOY", "AUGMENT", "INVESTIGATE", "INCOMPLETE")
_PLACES: Final = (Path(__file__).with_name("gate.toml"), Path(punie.__file__).parents[1] / "evals" / "gate.toml")
Percent = Annotated[float, Field(ge=0, le=100)]


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
    """The strict rates, in percent, that the categories of one suite must reach."""

    targets: Mapping[str, Percent] = Field(default_factory=dict)


class Gate(_Table):
    """
    What a model must reach.

    Attributes:
        version: of the file's format, its key is `schema`.
        bands: for the overall rate of each suite.
        suites: targets by suite; a suite or category without targets is reported and only the bands apply.
        digest: SHA-256 of the file, empty for a gate made in code.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    bands: Bands
    suites: Mapping[str, SuiteTargets] = Field(default_factory=dict)
    digest: str = Field(default="", exclude=True)

    def targets_of(self, suite: str) -> Mapping[str, float]:
        """The targets in percent of a suite's categories, empty for a suite without any."""
        return self.suites[suite].targets if suite in self.suites else {}


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from the counts, why, and the exit status that says so (0 only for DEPLOY)."""

    name: DecisionName
    reasons: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """For the process: 0 or 1."""
        return 0 if self.name == "DEPLOY" else 1


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


def decide(
    gate: Gate,
    suites: Mapping[str, Mapping[str, Tally]],
    *,
    failed_items: Sequence[str] = (),
    obstacles: Sequence[str] = (),
) -> Decision:
    """
    The one decision of a run.

    Args:
        gate: bands and targets.
        suites: for each suite the counts of each of its categories.
        failed_items: names of failed items other than missed queries; with any there is no DEPLOY.
        obstacles: reasons why the run is incomplete whatever the counts say, such as a failed training.

    """
    decisions = [_decide_suite(gate, name, categories) for name, categories in suites.items()]
    if not suites:
        decisions.append(Decision("INCOMPLETE", ("no query was asked",)))
    if obstacles:
        decisions.append(Decision("INCOMPLETE", tuple(obstacles)))
    if failed_items:
        decisions.append(Decision("AUGMENT", tuple(f"failed: {item}" for item in failed_items)))
    worst = max((decision.name for decision in decisions), key=DECISIONS.index)
    return Decision(worst, tuple(reason for decision in decisions for reason in decision.reasons))


def overall(categories: Mapping[str, Tally]) -> Tally:
    """The counts of all categories together."""
    counts: Counter[str] = Counter()
    for tally in categories.values():
        counts.update({name: getattr(tally, name) for name in Tally.__dataclass_fields__})
    return Tally(**counts)


def _decide_suite(gate: Gate, name: str, categories: Mapping[str, Tally]) -> Decision:
    total = overall(categories)
    missing = _missing(gate, name, categories, total)
    reasons = [*missing, _rate_reason(f"{name}: overall", total, gate.bands.deploy)]
    missed = [
        _rate_reason(f"{name}: {category}", tally, target)
        for category, target in gate.targets_of(name).items()
        if (tally := categories.get(category, Tally())).graded and not tally.reaches(target)
    ]
    return Decision(_band(gate, total, missing=missing, missed=missed), (*reasons, *missed))


def _band(gate: Gate, total: Tally, *, missing: list[str], missed: list[str]) -> DecisionName:
    if missing:
        return "INCOMPLETE"
    if not total.reaches(gate.bands.augment):
        return "INVESTIGATE"
    return "DEPLOY" if total.reaches(gate.bands.deploy) and not missed else "AUGMENT"


def _missing(gate: Gate, name: str, categories: Mapping[str, Tally], total: Tally) -> list[str]:
    """Why the counts cannot carry a decision."""
    unknown = [category for category in gate.targets_of(name) if not categories.get(category, Tally()).total]
    reasons = [f"{name}: {category} has a target and no query" for category in unknown]
    if total.asked < total.total:
        reasons.append(f"{name}: {total.total - total.asked} of {total.total} queries were not asked")
    if total.ungradable:
        reasons.append(f"{name}: {total.ungradable} of {total.asked} replies could not be graded")
    if not total.total:
        reasons.append(f"{name}: holds no query")
    return reasons


def _rate_reason(what: str, tally: Tally, wanted: float) -> str:
    if tally.strict is None:
        return f"{what}: nothing was graded, at least {wanted:g} % wanted"
    relation = "reached" if tally.reaches(wanted) else "missed"
    return f"{what} {100 * tally.strict:.3g} % ({tally.passed} of {tally.graded}), {wanted:g} % wanted: {relation}"
