"""
A real agent loop as a source of replies: each call runs with the real tools, on a copy of a workspace.

What a call prints is given back to the model, until it answers in words, has called all that the query expects, or has
taken as many steps as it may. The steps are then put together to the turns of the query, so that they are graded as
recorded conversations are; calls beyond those expected belong to the turn before the answer.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from punie.agent.monty_runner import Execution, Limits, execute_code
from punie.agent.workspace import Workspace
from punie.evaluation.grading.attempt import EXECUTE, Attempt
from punie.evaluation.live_turns import LiveTurns
from punie.evaluation.models.protocol import Fact, Model
from punie.evaluation.run import ModelSource, OnTurn, Render, Sample
from punie.evaluation.suite import Query
from punie.evaluation.workspace_copy import copy_workspace, digest_of

MAX_STEPS: Final = 6
_LIMITS: Final = Limits(output_bytes=16_000)


class LiveSource:
    """
    Replies of a model in an agent loop: the next steps of all queries are one batch.

    Args:
        model: answers rendered prompts.
        render: makes a prompt of turns.
        root: the workspace, the top of a repository if git is to work in it; every query has a temporary copy. What
            `run_command` is told to start is started, with the rights of the user.
        max_steps: replies per query, at least 1.
        limits: of each run; by default those of the sandbox, with less output.

    Raises:
        NotADirectoryError: `root` is no folder.
        ValueError: `max_steps` is below 1.

    """

    def __init__(
        self, model: Model, render: Render, root: Path, *, max_steps: int = MAX_STEPS, limits: Limits | None = None
    ) -> None:
        if not root.is_dir():
            message = f"no workspace {str(root)!r}: name the folder in which the model is to work"
            raise NotADirectoryError(message)
        if max_steps < 1:
            message = f"{max_steps} steps were asked for: a model needs 1 at least to reply"
            raise ValueError(message)
        self.name = model.name
        self.identity: Mapping[str, str] = {**model.identity, "workspace": digest_of(root)}
        self._model = model
        self._render = render
        self._root = root
        self._max_steps = max_steps
        self._limits = limits or _LIMITS

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What the model knows about itself after its last answer, and how many steps it may take."""
        return {**self._model.facts, "max_steps": self._max_steps}

    def samples(self, queries: Sequence[Query], on_turn: OnTurn) -> Mapping[str, tuple[Sample, ...]]:
        """One sample of each query."""
        loops = {query.id: LiveTurns(query) for query in queries}
        with tempfile.TemporaryDirectory(prefix="punie-live-") as scratch:
            copies = {name: Path(scratch, str(number), self._root.resolve().name) for number, name in enumerate(loops)}
            waiting, steps = dict(loops), 0
            while waiting and steps < self._max_steps:
                self._step(waiting, copies, on_turn)
                for name in [name for name, loop in waiting.items() if loop.over]:
                    del waiting[name]
                    shutil.rmtree(copies[name].parent, ignore_errors=True)
                steps += 1
        return {name: (loop.sample,) for name, loop in loops.items()}

    def _step(self, loops: Mapping[str, LiveTurns], copies: Mapping[str, Path], on_turn: OnTurn) -> None:
        """Let the model reply once in every loop, and run what it calls."""
        prompts = [self._render(loop.history) for loop in loops.values()]
        replies = self._model.answer(prompts, on_reply=lambda _index, _answer: on_turn())
        for (name, loop), reply in zip(loops.items(), replies, strict=True):
            attempt = loop.take(reply)
            if not loop.over:
                runs = self._run(attempt, copies[name])
                loop.respond("\n".join([*map(shown, runs), *map(_refusal, attempt.others)]), runs)

    def _run(self, attempt: Attempt, copy: Path) -> list[Execution]:
        """Run each call of a reply on the query's own copy of the workspace, made when it is first needed."""
        if not copy.exists():
            copy_workspace(self._root, copy)
        with Workspace(copy) as workspace:
            return [execute_code(code, workspace.tools(), self._limits) for code in attempt.codes]


def in_loop(source: ModelSource, root: Path, *, max_steps: int = MAX_STEPS) -> LiveSource:
    """The model of a source in an agent loop, with the source's digests; arguments as in `LiveSource`."""
    live = LiveSource(source.model, source.render, root, max_steps=max_steps)
    live.identity = {**source.identity, **live.identity}
    return live


def shown(run: Execution) -> str:
    """What the model is shown of a run: what it printed, and the exception that ended it."""
    cut = ["[the rest of the output was cut]"] if run.output_cut else []
    error = [f"{run.error.type}: {run.error.message}"] if run.error else []
    return "\n".join([*filter(None, [run.output.rstrip("\n")]), *cut, *error])


def _refusal(name: str) -> str:
    return f"NameError: there is no function {name!r}: only {EXECUTE} can be called"
