"""The rules of one check of a dataset: the only list of what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from punie.training.checks.code_rules import CodeRules
from punie.training.checks.distribution import Distribution, ToolOnlyOutsideTrain
from punie.training.checks.duplicates import DuplicatesInSplit
from punie.training.checks.grounding import ungrounded_position
from punie.training.checks.labels import ContradictoryLabels, promise_only_turn
from punie.training.checks.overlap import EvalOverlap, TrainOverlap
from punie.training.checks.path_arguments import path_argument_mismatch
from punie.training.checks.requests import placeholder_query
from punie.training.checks.responses import response_rules
from punie.training.checks.row import RowRule, SetRule
from punie.training.checks.scan import Rules
from punie.training.checks.shape import call_shape
from punie.training.checks.system import SystemPrompts, no_system
from punie.training.checks.tokens import MAX_TOKENS, DelimiterNotSingleToken, prompt_drift, truncated_row
from punie.training.checks.untrained import CallNotTrained

_ROW_RULES: Final[tuple[RowRule, ...]] = (
    no_system,
    placeholder_query,
    call_shape,
    promise_only_turn,
    response_rules,
    ungrounded_position,
    path_argument_mismatch,
)
_BY_THE_SUITES: Final = ("eval_overlap_exact", "eval_overlap_near")
_BY_THE_TRAINER: Final = ("truncated_row", "prompt_drift", "delimiter_not_single_token")


def data_rules(
    *,
    prompts: Sequence[str] = (),
    system: str | None = None,
    tokenizer: Path | None = None,
    max_tokens: int | None = None,
) -> Rules:
    """
    Return new rules for one pass.

    Args:
        prompts: of the evaluation suites, which no row may come near.
        system: the prompt that every row must have; None: all rows must have the same one.
        tokenizer: folder of the model's tokenizer; None leaves out what the trainer sees.
        max_tokens: at which the trainer cuts a row; None: a usual limit.
    """
    rows = [*_ROW_RULES, CodeRules(), *_rules_of_the_trainer(tokenizer, max_tokens)]
    return Rules(rows, [*_set_rules(prompts, system), *_set_rules_of_the_trainer(tokenizer)])


def unasked_rules(*, prompts: Sequence[str] = (), tokenizer: Path | None = None) -> Mapping[str, str]:
    """Return the rules that `data_rules` leaves out without these arguments, each with the reason."""
    unasked = {} if prompts else dict.fromkeys(_BY_THE_SUITES, "there are no prompts of suites to compare with")
    if tokenizer is None:
        unasked |= dict.fromkeys(_BY_THE_TRAINER, "no tokenizer is known: name the folder of a model with --model DIR")
    return unasked


def _set_rules(prompts: Sequence[str], system: str | None) -> Iterator[SetRule]:
    yield SystemPrompts(system)
    yield ContradictoryLabels()
    yield CallNotTrained()
    yield DuplicatesInSplit()
    yield TrainOverlap()
    if prompts:
        yield EvalOverlap(prompts)
    yield ToolOnlyOutsideTrain()
    yield Distribution()


def _rules_of_the_trainer(tokenizer: Path | None, max_tokens: int | None) -> Iterator[RowRule]:
    if tokenizer is not None:
        yield prompt_drift(tokenizer)
        yield truncated_row(tokenizer, max_tokens or MAX_TOKENS)


def _set_rules_of_the_trainer(tokenizer: Path | None) -> Iterator[SetRule]:
    if tokenizer is not None:
        yield DelimiterNotSingleToken(tokenizer)
