"""A run beside a baseline: paired by query, refused where that would mean nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from punie.evaluation.models.protocol import Fact
from punie.evaluation.paired import bootstrap, detectable_change, fewest_discordant, mcnemar
from punie.evaluation.records import Acceptance, Claim, Comparison, Delta, Paired, QueryResult
from punie.evaluation.results import place_of, read_acceptance
from punie.evaluation.suite import Suite

# What decides the replies besides the model: results of other settings say nothing about the model.
_DECODING: Final = ("samples", "temperature", "max_tokens")
_ENGINE: Final = ("engines", "device", "evaluated_as")


class ComparisonError(ValueError):
    """Two results cannot be compared; the message is one line and says why."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier run: its record, the file and the file's SHA-256."""

    acceptance: Acceptance
    place: Path
    digest: str

    @property
    def name(self) -> str:
        """How its model is called."""
        return str(self.acceptance.model.get("name") or self.place.parent.name)


def read_baseline(path: Path, suites: Sequence[Suite]) -> Baseline:
    """
    Read an earlier run for a comparison on these suites.

    Args:
        path: `acceptance.json` or its folder.
        suites: what is asked now.

    Raises:
        ResultsError: the file is missing or damaged.
        ComparisonError: it is about other queries, or does not hold them all.

    """
    acceptance, place = read_acceptance(path), place_of(path)
    for suite in suites:
        _check_suite(acceptance, place, suite)
    return Baseline(acceptance, place, hashlib.sha256(place.read_bytes()).hexdigest())


def check_decoding(baseline: Baseline, settings: Mapping[str, Fact], *, live: bool) -> None:
    """
    Refuse a baseline that was asked otherwise; what one side does not tell, such as a replay, is not compared.

    Args:
        baseline: the earlier run.
        settings: of decoding, as they are now.
        live: whether the model works with real tools now.

    Raises:
        ComparisonError: a setting differs.

    """
    before = baseline.acceptance.model
    for name in _DECODING:
        if name in before and name in settings and before[name] != settings[name]:
            message = (
                f"{baseline.place}: cannot be compared: its {name} was {before[name]!r}, now it is {settings[name]!r}; "
                "grade both models with the same settings"
            )
            raise ComparisonError(message)
    if "weights" in before and ("workspace" in before) != live:
        told = "with real tools (--live)" if "workspace" in before else "with recorded results"
        message = f"{baseline.place}: cannot be compared: its model worked {told}; grade both models in the same way"
        raise ComparisonError(message)


def compare(
    baseline: Baseline,
    suites: Mapping[str, Iterable[str]],
    results: Mapping[str, QueryResult],
    model: Mapping[str, Fact] | None = None,
    *,
    significance: float = 0.05,
) -> Comparison | None:
    """
    Put a run beside its baseline.

    Args:
        baseline: the earlier run.
        suites: the ids of each suite's queries.
        results: this run's verdicts by query id.
        model: what is known about this run's model.
        significance: from which probability on a difference counts as chance.

    Returns:
        The comparison; None when no query has a verdict in both.

    """
    before = baseline.acceptance.queries
    pairs = {
        suite: {name: (before[name], results[name]) for name in ids if _graded(name, before, results)}
        for suite, ids in suites.items()
    }
    everything = {name: pair for own in pairs.values() for name, pair in own.items()}
    if not everything:
        return None
    return Comparison(
        baseline=baseline.name,
        digest=baseline.digest,
        overall=pair_up(everything, significance),
        suites={suite: pair_up(own, significance) for suite, own in pairs.items() if own},
        categories=_categories(everything),
        left_out=sum(name in results for ids in suites.values() for name in ids) - len(everything),
        notes=tuple(_notes(baseline.acceptance.model, model or {})),
    )


def pair_up(pairs: Mapping[str, tuple[QueryResult, QueryResult]], significance: float) -> Paired:
    """The two results of each query, the earlier one first, as one record; at least one pair is wanted."""
    lost = tuple(name for name, (before, after) in pairs.items() if before.strict and not after.strict)
    gained = tuple(name for name, (before, after) in pairs.items() if after.strict and not before.strict)
    scores = [(_score(before), _score(after)) for before, after in pairs.values()]
    rate_before, rate_after = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    p_value = mcnemar(len(lost), len(gained))
    claim, reason = _claim(len(lost), len(gained), p_value, significance)
    return Paired(
        queries=len(pairs),
        before=rate_before,
        after=rate_after,
        difference=rate_after - rate_before,
        interval=bootstrap([after - before for before, after in scores]),
        lost=lost,
        gained=gained,
        p_value=p_value,
        detectable=detectable_change(rate_before, len(pairs)),
        claim=claim,
        reason=reason,
    )


def _check_suite(acceptance: Acceptance, place: Path, suite: Suite) -> None:
    recorded = acceptance.suites.get(suite.name)
    if recorded is None:
        names = ", ".join(acceptance.suites) or "none"
        message = f"{place}: cannot be compared: it holds no results on suite {suite.name!r} (it has: {names})"
        raise ComparisonError(message)
    if recorded.digest != suite.digest:
        message = (
            f"{place}: cannot be compared: suite {suite.name!r} was another one then (digest {recorded.digest[:12]}, "
            f"now {suite.digest[:12]}); grade the baseline again"
        )
        raise ComparisonError(message)
    missing = [query.id for query in suite.queries if query.id not in acceptance.queries]
    if missing:
        message = (
            f"{place}: cannot be compared: {len(missing)} of {len(suite.queries)} queries of suite {suite.name!r} "
            f"were not asked then, such as {missing[0]!r}; grade the baseline on the whole suite"
        )
        raise ComparisonError(message)


def _graded(name: str, *sides: Mapping[str, QueryResult]) -> bool:
    return all(name in side and side[name].strict is not None for side in sides)


def _score(result: QueryResult) -> float:
    """The share of a query's samples that pass."""
    verdicts = [sample.strict is True for sample in result.samples] or [result.strict is True]
    return sum(verdicts) / len(verdicts)


def _claim(lost: int, gained: int, p_value: float, significance: float) -> tuple[Claim, str]:
    differing = lost + gained
    fewest = fewest_discordant(significance)
    if differing < fewest:
        return "none", f"no claim: {differing} queries differ, a claim needs {fewest} at least"
    if p_value >= significance:
        return "none", f"no claim: chance explains such a difference (p = {p_value:.2g})"
    claim: Claim = "better" if gained > lost else "worse"
    return claim, f"{claim} than the baseline (p = {p_value:.2g})"


def _categories(pairs: Mapping[str, tuple[QueryResult, QueryResult]]) -> dict[str, Delta]:
    names = dict.fromkeys(after.category for _, after in pairs.values())
    grouped = {name: [pair for pair in pairs.values() if pair[1].category == name] for name in names}
    return {
        name: Delta(
            before=sum(_score(before) for before, _ in rows) / len(rows),
            after=sum(_score(after) for _, after in rows) / len(rows),
        )
        for name, rows in grouped.items()
    }


def _notes(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> Iterable[str]:
    for name in _ENGINE:
        if name in before and name in after and before[name] != after[name]:
            yield f"{name} differ: {_short(before[name])} then, {_short(after[name])} now"
    if before.get("weights") and before.get("weights") == after.get("weights"):
        yield "both runs graded the same weights"


def _short(value: Fact) -> str:
    return str(value)[:40]
