"""Why a model fails: a fixed list of hypotheses, each confirmed or rejected by the labels of the missed queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from punie.evaluation.grading import Label
from punie.evaluation.records import QueryResult

# A cause counts when it explains this part of the misses, and more than one of them.
_SHARE: Final = 0.2
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """
    A possible cause of failures.

    Attributes:
        claim: what would be the matter.
        labels: which labels speak for it.
        remedy: what to do if it holds.

    """

    claim: str
    labels: frozenset[Label]
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A hypothesis with what the labels say: how many of how many misses, and whether that confirms it."""

    hypothesis: Hypothesis
    count: int
    missed: int

    @property
    def confirmed(self) -> bool:
        """Whether the cause explains enough of the misses."""
        return self.count >= max(_FEWEST, _SHARE * self.missed)


HYPOTHESES: Final = (
    Hypothesis(
        "It does not see when a tool is needed",
        frozenset({"no_call"}),
        "look at the prompt format first, then add single calls",
    ),
    Hypothesis(
        "It promises a call and stops",
        frozenset({"promise_only"}),
        "remove training turns that only promise",
    ),
    Hypothesis(
        "It calls where words are due",
        frozenset({"called_when_should_not"}),
        "add direct answers and summaries of results",
    ),
    Hypothesis("It takes the wrong tool", frozenset({"wrong_tool"}), "add contrasting requests for similar tools"),
    Hypothesis(
        "It does not take the request's details over",
        frozenset({"wrong_arguments"}),
        "add calls with varied paths, positions and options",
    ),
    Hypothesis(
        "It does not know the fields of results",
        frozenset({"invented_field"}),
        "add examples that read fields",
    ),
    Hypothesis(
        "Its calls do not run",
        frozenset({"malformed", "not_executed", "failed_at_run_time", "no_output"}),
        "check the training code in the sandbox",
    ),
    Hypothesis("It stops half-way", frozenset({"incomplete_chain"}), "add workflows of several tools"),
    Hypothesis("It reads results wrongly", frozenset({"wrong_fact"}), "add answers that state what a result says"),
    Hypothesis(
        "It runs out of tokens or loops",
        frozenset({"truncated", "repetition", "empty"}),
        "look at the token budget and the stop tokens",
    ),
)


def findings(results: Iterable[QueryResult]) -> tuple[Finding, ...]:
    """What the labels of the missed queries say on each hypothesis; nothing where no query was missed."""
    labels = Counter(result.label for result in results if result.strict is False and result.label is not None)
    missed = labels.total()
    if not missed:
        return ()
    return tuple(Finding(own, sum(labels[label] for label in own.labels), missed) for own in HYPOTHESES)
