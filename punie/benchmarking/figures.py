"""From the replies and times of a measurement to its figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from punie.benchmarking.records import QueryTimes
from punie.evaluation.acceptance import Graded, query_result
from punie.evaluation.grade import grade
from punie.evaluation.models.protocol import Answer, Fact
from punie.evaluation.records import QueryResult
from punie.evaluation.run import Sample
from punie.evaluation.speed import Speed, Spread
from punie.evaluation.suite import Query, Suite

# of what a model tells about itself, these have a place of their own
_TOLD_ELSEWHERE: Final = frozenset({"peak_memory_bytes", "size_bytes", "load_seconds"})
_SHORTEST: Final = 1e-9  # seconds; clocks that stand still must not make a figure infinite


@dataclass(frozen=True)
class Asked:
    """Samples by query, with the seconds that it took to ask for all of them."""

    samples: Mapping[str, Sample]
    seconds: float


@dataclass(frozen=True)
class Measured:
    """
    What was measured, before any figure is made of it.

    Attributes:
        queries: by id.
        alone: for each round what asking the queries one by one gave, by id.
        batches: for each round what asking them together gave.
        load_seconds: of opening the source.
        warm_up_seconds: of the first query.
        peaks: memory of MLX in bytes at the end of each part, where it is told.
        rss: the most RAM in bytes.

    """

    queries: Mapping[str, Query]
    alone: tuple[Mapping[str, Asked], ...]
    batches: tuple[Asked, ...]
    load_seconds: float
    warm_up_seconds: float
    peaks: Mapping[str, Fact]
    rss: int | None


def figures_of(name: str, measured: Measured, facts: Mapping[str, Fact]) -> tuple[Speed, dict[str, QueryTimes]]:
    """The figures of a model, with the times and verdicts of each query by its id."""
    last = {query: asked.samples[query] for query, asked in measured.alone[-1].items()}
    together = measured.batches[-1].samples
    verdicts = {query: _verdict(measured.queries[query], sample) for query, sample in last.items()}
    in_batch = {query: _verdict(measured.queries[query], sample) for query, sample in together.items()}
    times = {query: _times(measured, query, verdicts[query]) for query in measured.queries}
    size, load = facts.get("size_bytes"), facts.get("load_seconds")
    speed = Speed(
        name=name,
        size_bytes=size if isinstance(size, int) else None,
        load_seconds=load if isinstance(load, float) else measured.load_seconds,
        warm_up_seconds=measured.warm_up_seconds,
        rounds=len(measured.batches),
        peak_memory_bytes={part: peak for part, peak in measured.peaks.items() if isinstance(peak, int)},
        peak_rss_bytes=measured.rss,
        graded=sum(result is not None and result.strict is not None for result in verdicts.values()),
        passed=sum(result is not None and result.strict is True for result in verdicts.values()),
        passed_in_batch=sum(result is not None and result.strict is True for result in in_batch.values()),
        differing=tuple(query for query in last if _texts(last[query]) != _texts(together[query])),
        facts={key: value for key, value in facts.items() if key not in _TOLD_ELSEWHERE},
        **_spreads(times),
        **_paces(measured),
    )
    return speed, times


def identity_of(model: Mapping[str, str], suites: Iterable[Suite]) -> str:
    """Digest of a model and of what it is asked; engines are left out, so that versions can be compared."""
    text = json.dumps([dict(model), {suite.name: suite.digest for suite in suites}], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _verdict(query: Query, sample: Sample) -> QueryResult | None:
    """The verdict on a reply; None where the grader itself fails, which is no fault of the model's speed."""
    replies = _texts(sample)
    try:
        return query_result(query, [Graded(grade(query, replies), replies)])
    except Exception:  # noqa: BLE001 - whatever it is, the other queries are graded
        return None


def _times(measured: Measured, query: str, verdict: QueryResult | None) -> QueryTimes:
    return QueryTimes(
        category=measured.queries[query].category,
        alone=tuple(max(_SHORTEST, one[query].seconds) for one in measured.alone),
        batch=tuple(_seconds(asked.samples[query]) for asked in measured.batches),
        tokens=sum(answer.tokens for answer in measured.alone[-1][query].samples[query]),
        strict=None if verdict is None else verdict.strict,
        label=None if verdict is None else verdict.label,
    )


def _spreads(times: Mapping[str, QueryTimes]) -> dict[str, Any]:
    categories = dict.fromkeys(own.category for own in times.values())
    grouped = {name: [own for own in times.values() if own.category == name] for name in categories}
    return {
        "alone": Spread.of(seconds for own in times.values() for seconds in own.alone),
        "categories": {name: Spread.of(s for own in group for s in own.alone) for name, group in grouped.items()},
        "batch": Spread.of(seconds for own in times.values() for seconds in own.batch),
        "batch_categories": {name: Spread.of(s for own in group for s in own.batch) for name, group in grouped.items()},
    }


def _paces(measured: Measured) -> dict[str, Any]:
    """Tokens in a second, and what a batch takes."""
    samples = [asked.samples[query] for one in measured.alone for query, asked in one.items()]
    firsts = [sample[0].first_token for sample in samples]
    waited = [seconds for seconds in firsts if seconds is not None]
    whole = sum(asked.seconds for asked in measured.batches)
    written = sum(answer.tokens for asked in measured.batches for answer in _answers(asked))
    return {
        "first_token": Spread.of(waited) if waited else None,
        **_paces_alone([answer for sample in samples for answer in sample if answer.first_token is not None]),
        "batch_seconds": whole / len(measured.batches),
        "batch_tokens_per_second": _pace(written, whole),
    }


def _paces_alone(answers: Sequence[Answer]) -> dict[str, Any]:
    waited = sum(answer.first_token or 0 for answer in answers)
    read = sum(answer.prompt_tokens for answer in answers)
    written = sum(answer.tokens - 1 for answer in answers)
    return {
        "prompt_tokens_per_second": _pace(read, waited),
        "tokens_per_second": _pace(written, sum(answer.seconds for answer in answers) - waited),
    }


def _pace(tokens: int, seconds: float) -> float | None:
    return tokens / seconds if tokens > 0 and seconds > 0 else None


def _answers(asked: Asked) -> Iterable[Answer]:
    return (answer for sample in asked.samples.values() for answer in sample)


def _seconds(sample: Sample) -> float:
    return sum(answer.seconds for answer in sample)


def _texts(sample: Sample) -> tuple[str, ...]:
    return tuple(answer.text for answer in sample)
