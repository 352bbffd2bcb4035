"""Do replies depend on how many are generated at once? Sums are rounded otherwise in another batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final, Protocol, Self, runtime_checkable

from punie.evaluation.models.protocol import Model
from punie.evaluation.records import Batching, ChangedReply, QueryResult
from punie.evaluation.run import EvalRun, ModelSource, OnTurn
from punie.evaluation.suite import Suite

SIZES: Final = (1, 7)  # alone, with nothing shared either, and in small batches
_AROUND: Final = 30  # characters before and after a difference


@runtime_checkable
class ResizableModel(Model, Protocol):
    """A model whose batches can have another size."""

    @property
    def batch_size(self) -> int:
        """How many replies are generated at once."""

    def resized(self, batch_size: int) -> Self:
        """The same model, answering so many prompts at once."""


def check_batching(
    suites: Sequence[Suite], results: Mapping[str, QueryResult], source: ModelSource, on_turn: OnTurn = lambda: None
) -> Batching:
    """
    Ask queries again in batches of other sizes.

    Args:
        suites: that hold the queries.
        results: of the queries to ask again, each with one sample.
        source: of these results.
        on_turn: called for every reply.

    Raises:
        TypeError: the batches of the model have no size.

    """
    model = source.model
    if not isinstance(model, ResizableModel):
        message = f"--check-batching: the batches of {model.name!r} cannot have another size"
        raise TypeError(message)
    changed: list[ChangedReply] = []
    for size in SIZES:
        other = ModelSource(model.resized(size), source.render)
        changed += _changed(suites, results, other, size, on_turn)
    return Batching(queries=len(results), sizes=(model.batch_size, *SIZES), changed=tuple(changed))


def spread(ids: Collection[str], most: int) -> list[str]:
    """So many of the ids, from all over their order."""
    known = list(ids)
    count = min(most, len(known))
    return [known[number * len(known) // count] for number in range(count)]


def _changed(
    suites: Sequence[Suite], results: Mapping[str, QueryResult], other: ModelSource, size: int, on_turn: OnTurn
) -> Iterator[ChangedReply]:
    run = EvalRun(suites, lambda: other)
    run.ask(results, on_turn)
    for name, result in results.items():
        again = run.graded(name)
        verdict = again.grade.strict if again.grade.gradable else None
        for turn, (before, now) in enumerate(zip_longest(result.replies, again.replies, fillvalue=""), start=1):
            if before != now:
                at = _first_difference(before, now)
                yield ChangedReply(
                    id=name,
                    turn=turn,
                    size=size,
                    at=at,
                    before=_around(before, at),
                    now=_around(now, at),
                    verdict_changed=verdict is not result.strict,
                )
                break  # later turns differ because this one does


def _first_difference(one: str, other: str) -> int:
    limit = min(len(one), len(other))
    return next((at for at in range(limit) if one[at] != other[at]), limit)


def _around(text: str, at: int) -> str:
    return text[max(at - _AROUND, 0) : at + _AROUND]
