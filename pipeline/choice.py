"""
Which weights of a run become the adapter: those that answer a development suite best, strictly graded.

Validation loss does not choose: it says how well rows are continued, not whether the calls in a reply work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import StageError
from pipeline.recipe import Recipe
from punie.agent.config import system_prompt
from punie.agent.prompt_utils import format_prompt_with_history
from punie.evaluation import Suite, load_suite
from punie.evaluation.models.mlx import MlxModel
from punie.evaluation.run import EvalRun, ModelSource

# Replies that end are far shorter; those that do not end cost most of the time.
_MAX_TOKENS: Final = 256

# counts the queries of a suite that pass strictly when the base model of a recipe answers with the adapter in a folder
Grader = Callable[[Recipe, Suite, Path], int]


class Candidate(NamedTuple):
    """Weights of a run: after how many steps, in which adapter folder, with which validation loss."""

    step: int
    folder: Path
    valid_loss: float


class Choice(NamedTuple):
    """The chosen candidate, and what the manifest says about all of them."""

    chosen: Candidate
    facts: Mapping[str, Any]


def candidate_steps(recipe: Recipe) -> frozenset[int]:
    """
    Return after which steps the weights are put aside; none for a recipe that chooses nothing.

    These are the last step and, in the second half, the ones before which the validation loss is taken.
    """
    if recipe.choose is None:
        return frozenset()
    total, every = recipe.train.iterations, recipe.train.evaluate_every
    points = [step - 1 for step in range(every, total, every) if 2 * step > total]
    return frozenset([*points, total][-recipe.choose.last :])


def suite_of(recipe: Recipe) -> Suite | None:
    """Return the suite that the recipe chooses by."""
    return None if recipe.choose is None else load_suite(recipe.choose.suite)


def choose(recipe: Recipe, candidates: Sequence[Candidate], grader: Grader | None = None) -> Choice:
    """
    Grade the candidates and choose the one that passes most queries, the later one of equals.

    Args:
        recipe: names the suite.
        candidates: one at least.
        grader: counts what an adapter passes; None for `passed_strictly`.

    Raises:
        StageError: there is no candidate, or the recipe chooses nothing.
    """
    suite = suite_of(recipe)
    if suite is None or not candidates:
        message = f"recipe {recipe.name!r} has no candidates to choose from: give it a part [choose]"
        raise StageError(message)
    count = grader or passed_strictly
    passed = {candidate.step: count(recipe, suite, candidate.folder) for candidate in candidates}
    chosen = max(candidates, key=lambda candidate: (passed[candidate.step], candidate.step))
    rows = [
        {"step": step, "passed": passed[step], "valid_loss": round(loss, 4)}
        for step, _, loss in sorted(candidates, key=lambda candidate: candidate.step)
    ]
    return Choice(chosen, {"suite": suite.name, "queries": len(suite.queries), "step": chosen.step, "of": rows})


def passed_strictly(recipe: Recipe, suite: Suite, adapter: Path) -> int:
    """Ask the recipe's base model with `adapter` all queries of `suite`, and return how many pass strictly."""
    base = recipe.base_folder
    render = partial(format_prompt_with_history, model_path=base, system=system_prompt(recipe.system))
    run = EvalRun((suite,), lambda: ModelSource(MlxModel(base, adapter=adapter, max_tokens=_MAX_TOKENS), render))
    run.ask([query.id for query in suite.queries])
    return sum(run.graded(query.id).grade.strict for query in suite.queries)
