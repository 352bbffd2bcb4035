"""Measurements of a stand-in whose answers and times are known, for the tests of benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from evals.contract.acceptances import query
from punie.benchmarking.measuring import measure
from punie.benchmarking.records import ModelBench
from punie.evaluation import Suite
from punie.evaluation.models.protocol import Answer, Fact
from punie.evaluation.run import OnTurn, Sample
from punie.evaluation.suite import Query

SUITE = Suite(
    "own",
    (
        query("sky", "words", mentions=["blue"]),
        query("grass", "words", mentions=["green"]),
        query("types", "calls", "typecheck", fields=["error_count"]),
    ),
    digest="ab" * 32,
)
RIGHT = {
    "sky": "As far as I know, it is blue.",
    "grass": "As far as I know, it is green.",
    "types": '<tool_call><function=execute_code>\n<parameter=code>\nprint(typecheck("src").error_count)\n</parameter>\n'
    "</function>\n</tool_call>",
}
FACTS: Mapping[str, Fact] = {
    "size_bytes": 3_400_000,
    "peak_memory_bytes": 90_000_000,
    "load_seconds": 0.25,
    "device": "cpu",
    "evaluated_as": "float32",
    "mlx": "0.32.4",
}
_RSS: Final = 57_000_000  # bytes


class TimedModel:
    """
    A source of replies that takes the seconds it is told to take.

    Args:
        name: of the model.
        seconds: of each query, asked alone; a batch takes half of their sum.
        replies: by query id.
        warm_up: what the first query takes.
        facts: what the model tells about itself.

    Attributes:
        asked: the ids of each call.
        now: what its clock says.

    """

    def __init__(
        self,
        name: str = "nano",
        *,
        seconds: Mapping[str, float] | None = None,
        replies: Mapping[str, str] | None = None,
        warm_up: float = 4.7,
        facts: Mapping[str, Fact] = FACTS,
    ) -> None:
        self.name = name
        self.identity: Mapping[str, str] = {"weights": f"{name} {sorted((replies or RIGHT).items())}"}
        self.facts = facts
        self.asked: list[tuple[str, ...]] = []
        self.now = 0.0
        self._seconds = {"sky": 1.0, "grass": 2.0, "types": 6.0} | dict(seconds or {})
        self._replies = RIGHT | dict(replies or {})
        self._warm_up = warm_up

    def clock(self) -> float:
        """The time."""
        return self.now

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        """One answer to each query, with ten tokens a second after a first one at half a second."""
        self.asked.append(tuple(each.id for each in queries))
        share = 0.5 if len(queries) > 1 else 1
        own = {each.id: self._warm_up if len(self.asked) == 1 else self._seconds[each.id] for each in queries}
        self.now += share * sum(own.values())
        for _ in queries:
            on_turn()
        return {name: ((self._answer(name, seconds),),) for name, seconds in own.items()}

    def _answer(self, name: str, seconds: float) -> Answer:
        tokens = round(10 * (seconds - 0.5)) + 1
        return Answer(self._replies[name], seconds, prompt_tokens=100, tokens=tokens, first_token=0.5)


def measured(model: TimedModel | None = None, *, rounds: int = 1, suite: Suite = SUITE) -> ModelBench:
    """The measurement of a stand-in, by its own clock; the memory of this process, which grows, is a fixed number."""
    source = model or TimedModel()
    bench = measure(lambda: source, [suite], rounds=rounds, clock=source.clock)
    return bench.model_copy(update={"speed": bench.speed.model_copy(update={"peak_rss_bytes": _RSS})})
