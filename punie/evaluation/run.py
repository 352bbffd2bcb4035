"""Ask the queries of a run in batches, once, and grade what came back: no pytest in here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from punie.agent.prompt_utils import format_prompt_with_history, system_of
from punie.evaluation.acceptance import Graded
from punie.evaluation.grade import Grade, grade
from punie.evaluation.models.protocol import Answer, Fact, Model
from punie.evaluation.models.replay import Replay
from punie.evaluation.suite import Query, Suite, ToolResponse

Sample = tuple[Answer, ...]
OnTurn = Callable[[], None]
Render = Callable[[Sequence[Mapping[str, str]]], str]


class Source(Protocol):
    """Where the replies of a run come from."""

    @property
    def name(self) -> str:
        """How reports call it."""

    @property
    def identity(self) -> Mapping[str, str]:
        """Digests of what decides the replies."""

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Size, memory and way of computing."""

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        """The samples of each query by its id; `on_turn` is called for every reply."""


class ModelSource:
    """
    Replies of a model: the first turns of all queries in one batch, then the second turns, and so on.

    Args:
        model: answers rendered prompts.
        render: makes a prompt of turns; `model_source` binds it to a model's folder.

    """

    def __init__(self, model: Model, render: Render) -> None:
        self.model = model
        self.render = render
        self.name = model.name
        self.identity = model.identity

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What the model knows about itself after its last answer."""
        return self.model.facts

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        """One sample of each query."""
        histories = {query.id: [{"role": "user", "content": query.prompt}] for query in queries}
        answers: dict[str, list[Answer]] = {query.id: [] for query in queries}
        waiting = list(queries)
        while waiting:
            prompts = [self.render(histories[query.id]) for query in waiting]
            replies = self.model.answer(prompts, on_reply=lambda _index, _answer: on_turn())
            for query, reply in zip(waiting, replies, strict=True):
                answers[query.id].append(reply)
                histories[query.id] += _next_turn(query, answers[query.id])
            waiting = [query for query in waiting if not _is_over(query, answers[query.id])]
        return {name: (tuple(given),) for name, given in answers.items()}


class ReplaySource:
    """Recorded replies."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self.name = replay.name
        self.identity = replay.identity
        self.facts = replay.facts

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        """All recorded samples; queries that were not recorded are left out."""
        found = {query.id: self._replay.samples(query.id) for query in queries}
        for given in found.values():
            for _ in (answer for sample in given for answer in sample):
                on_turn()
        return {name: given for name, given in found.items() if given}

    def recorded(self, query_id: str) -> bool | None:
        """The verdict that came with the replies; None where there is none."""
        return self._replay.recorded(query_id)


class EvalRun:
    """
    The replies and grades of one run.

    Args:
        suites: what may be asked.
        source: opens the source of replies; called when the first query is asked, after a build in the same run.

    """

    def __init__(self, suites: Sequence[Suite], source: Callable[[], Source]) -> None:
        self.queries = {query.id: query for suite in suites for query in suite.queries}
        self.source: Source | None = None
        self._open = source
        self._samples: dict[str, tuple[Sample, ...]] = {}
        self._graded: dict[str, Graded] = {}

    @property
    def facts(self) -> dict[str, Fact]:
        """The source's name, digests and facts, with the number of replies that the token budget cut off."""
        if self.source is None:
            return {}
        answers = [answer for samples in self._samples.values() for sample in samples for answer in sample]
        cut = sum(not answer.finished for answer in answers)
        return {"name": self.source.name, **self.source.identity, **self.source.facts, "truncated_replies": cut}

    def ask(self, ids: Collection[str], on_turn: OnTurn = lambda: None) -> None:
        """Ask the queries with these ids, in the order of the suites."""
        self.source = self.source or self._open()
        wanted = [query for query in self.queries.values() if query.id in ids]
        self._samples.update(self.source.samples(wanted, on_turn))

    def was_asked(self, query_id: str) -> bool:
        """Whether there are replies to grade."""
        return query_id in self._samples

    def samples_of(self, query_id: str) -> tuple[Graded, ...]:
        """The grade and replies of each sample of a query that was asked."""
        query = self.queries[query_id]
        return tuple(_grade(query, sample) for sample in self._samples[query_id])

    def recorded(self, query_id: str) -> bool | None:
        """The verdict that came with recorded replies; None where there is none."""
        return self.source.recorded(query_id) if isinstance(self.source, ReplaySource) else None

    def graded(self, query_id: str) -> Graded:
        """A query's grade and replies; of several samples the worst, so that a query passes when it always passes."""
        if query_id not in self._graded:
            query = self.queries[query_id]
            self._graded[query_id] = min((_grade(query, sample) for sample in self._samples[query_id]), key=_rank)
        return self._graded[query_id]


def _is_over(query: Query, answers: Sequence[Answer]) -> bool:
    return len(answers) > len(query.then) or bool(answers[-1].failure)


def _grade(query: Query, sample: Sample) -> Graded:
    replies = tuple(answer.text for answer in sample if not answer.failure)
    for failure in (answer.failure for answer in sample if answer.failure):
        return Graded(_ungraded(failure), replies)
    seconds, cached = sum(answer.seconds for answer in sample), sum(answer.cached for answer in sample)
    return Graded(grade(_as_shown(query, sample), replies), replies, seconds, cached)


def _ungraded(failure: str) -> Grade:
    """No verdict: that there is no reply says nothing about the model."""
    return Grade(strict=False, soft=False, label=None, failed_layer=None, reason=failure, gradable=False)


def _as_shown(query: Query, sample: Sample) -> Query:
    """The query with the tool responses that the model was really given, where these are not the recorded ones."""
    given = {number: answer.shown for number, answer in enumerate(sample) if answer.shown is not None}
    turns = [
        turn.model_copy(update={"tool_response": ToolResponse(text=given[number])}) if number in given else turn
        for number, turn in enumerate(query.then, 1)
    ]
    return query.model_copy(update={"then": tuple(turns)}) if given else query


def _rank(graded: Graded) -> tuple[bool, bool, bool]:
    return graded.grade.gradable, graded.grade.strict, graded.grade.soft


def model_source(path: Path, *, temperature: float = 0.0) -> ModelSource:
    """Load the model in `path`, with prompts as it was trained on them; above temperature 0 it samples."""
    from punie.evaluation.models.mlx import MlxModel

    system = system_of(path)
    render = partial(format_prompt_with_history, model_path=path, system=system)
    source = ModelSource(MlxModel(path, temperature=temperature), render)
    source.identity = {**source.identity, "system_prompt": hashlib.sha256(system.encode()).hexdigest()}
    return source


def _next_turn(query: Query, answers: Sequence[Answer]) -> list[dict[str, str]]:
    """The reply and what its run printed, as recorded in the suite; nothing after the last turn."""
    if len(answers) > len(query.then):
        return []
    printed = query.then[len(answers) - 1].response_text or ""
    return [{"role": "assistant", "content": answers[-1].text}, {"role": "tool", "content": printed}]
