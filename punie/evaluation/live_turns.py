"""One conversation of the agent loop: which reply belongs to which turn of the query, and when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from punie.agent.monty_runner import Execution
from punie.evaluation.grading.attempt import Attempt, read_reply
from punie.evaluation.models.protocol import Answer
from punie.evaluation.suite import Query


class LiveTurns:
    """
    The steps that a model takes on a query.

    A turn that expects tools lasts until all of them were called by code that came to its end, and on to the answer in
    words if that is expected next. Whatever cannot be run ends the conversation: words, and a call that is damaged, cut
    off or only quoted.

    Args:
        query: what is asked, and what is expected of each turn.

    Attributes:
        over: whether nothing more is to be asked.

    """

    def __init__(self, query: Query) -> None:
        self.over = False
        self._expected = [Counter(expect.tools) for expect in query.expectations]
        self._turns: list[list[Answer]] = [[]]
        self._shown: list[str | None] = [None]
        self._called: Counter[str] = Counter()
        self._history: list[Mapping[str, str]] = [{"role": "user", "content": query.prompt}]

    @property
    def history(self) -> Sequence[Mapping[str, str]]:
        """The conversation, to be rendered as the next prompt."""
        return tuple(self._history)

    @property
    def sample(self) -> tuple[Answer, ...]:
        """A reply for each turn that was reached, its steps in one text."""
        return tuple(_joined(turn, shown) for turn, shown in zip(self._turns, self._shown, strict=True) if turn)

    def take(self, answer: Answer) -> Attempt:
        """Take note of a reply and return it parsed; its calls are to be run unless the conversation is over."""
        attempt = read_reply(answer.text)
        runs = attempt.tagged and attempt.complete
        if not runs and self._turns[-1] and len(self._turns) < len(self._expected):
            self._begin_turn()
        self._turns[-1].append(answer)
        self._history.append({"role": "assistant", "content": answer.text})
        # a call where words are due cannot be made good
        self.over = not runs or not self._expected[len(self._turns) - 1]
        return attempt

    def respond(self, text: str, runs: Sequence[Execution]) -> None:
        """Give back to the model what its calls printed, and see whether they were all that was expected."""
        self._history.append({"role": "tool", "content": text})
        done = (run for run in runs if run.error is None)
        self._called += Counter(call.tool for run in done for call in run.calls if call.error is None)
        if self._expected[len(self._turns) - 1] - self._called:
            return
        following = self._expected[len(self._turns) :]
        if not following:
            self.over = True
        elif following[0]:
            self._begin_turn()

    def _begin_turn(self) -> None:
        self._turns.append([])
        self._shown.append(self._history[-1]["content"])
        self._called = Counter()


def _joined(steps: Sequence[Answer], shown: str | None) -> Answer:
    text = "\n".join(step.text for step in steps)
    seconds, finished = sum(step.seconds for step in steps), all(step.finished for step in steps)
    cached = all(step.cached for step in steps)
    return Answer(text, seconds, finished, shown, cached=cached, failure=steps[-1].failure)
