"""A model beside an earlier run: of the same model, or of the one that is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import fmean

from punie.benchmarking.records import Beside, Change, FigureName, ModelBench, QueryTimes
from punie.evaluation.paired import bootstrap
from punie.evaluation.stats import Interval

_ENGINES = ("evaluated_as", "device", "mlx", "mlx_lm", "max_tokens")


def counterpart(model: ModelBench, earlier: Sequence[ModelBench], *, only: bool = False) -> ModelBench | None:
    """
    The model of an earlier run that a model is compared with.

    Args:
        model: of this run.
        earlier: of the other run.
        only: whether `model` is the only one of this run, so that it may be compared with one of another name.

    """
    same = next((each for each in earlier if each.identity == model.identity), None)
    named = next((each for each in earlier if each.speed.name == model.speed.name), None)
    return same or named or (earlier[0] if only and len(earlier) == 1 else None)


def compare(model: ModelBench, then: ModelBench, source: str, notes: Sequence[str] = ()) -> Beside | None:
    """
    Put two measurements side by side; None where no query was asked in both.

    Args:
        model: of this run.
        then: of the earlier one.
        source: file of the earlier one.
        notes: what to keep in mind besides the differences found here.

    """
    common = [name for name in model.queries if name in then.queries]
    if not common:
        return None
    ratios = [log(_mean(model.queries[name]) / _mean(then.queries[name])) for name in common]
    low, high = bootstrap(ratios)
    now, before = figures(model, common), figures(then, common)
    return Beside(
        model=model.speed.name,
        source=source,
        then=then.speed.name,
        same=model.identity == then.identity,
        changes={name: _change(before[name], now[name]) for name in now if name in before},
        queries=len(common),
        ratio=exp(fmean(ratios)),
        interval=Interval(exp(low), exp(high)),
        lost=tuple(name for name in common if _is(then, name, passed=True) and _is(model, name, passed=False)),
        gained=tuple(name for name in common if _is(then, name, passed=False) and _is(model, name, passed=True)),
        notes=(*notes, *_notes(model, then, len(common))),
    )


def figures(model: ModelBench, queries: Sequence[str] | None = None) -> dict[FigureName, float]:
    """The figures that bars are about, those that were measured; times over `queries`, by default all."""
    speed = model.speed
    names = model.queries if queries is None else queries
    found: Mapping[FigureName, float | None] = {
        "load": speed.load_seconds,
        "seconds": fmean(_mean(model.queries[name]) for name in names),
        "tokens": speed.tokens_per_second,
        "memory": speed.memory_bytes,
        "size": speed.size_bytes,
    }
    return {name: value for name, value in found.items() if value}


def _mean(query: QueryTimes) -> float:
    return fmean(query.alone)


def _change(then: float, now: float) -> Change:
    return Change(then=then, now=now, percent=100 * (now / then - 1))


def _is(model: ModelBench, query: str, *, passed: bool) -> bool:
    return model.queries[query].strict is passed


def _notes(model: ModelBench, then: ModelBench, common: int) -> list[str]:
    now_facts, then_facts = model.speed.facts, then.speed.facts
    notes = [
        f"{name}: {then_facts.get(name)} then, {now_facts.get(name)} now"
        for name in _ENGINES
        if then_facts.get(name) != now_facts.get(name)
    ]
    if model.identity != then.identity:
        notes.append("another model, or other queries")
    left_out = len(model.queries) + len(then.queries) - 2 * common
    if left_out:
        notes.append(f"{left_out} queries that only one of the two was asked are left out")
    return notes
