"""What the rules of training data say of a recipe's dataset: an error forbids training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import StageError
from pipeline.recipe import Recipe
from punie.agent.config import system_prompt
from punie.training.checks.suite_of_rules import data_rules
from punie.training.reports import CheckReport, check_dataset
from punie.training.reports.table import finding_lines
from punie.training.rules import RULES

_SHOWN: Final = 20


def check(folder: Path, recipe: Recipe, prompts: Sequence[str]) -> CheckReport:
    """
    Return what all rules find in a dataset.

    Args:
        folder: of the dataset.
        recipe: whose system prompt, tokenizer and longest row count.
        prompts: of the suites, which no row may come near.
    """
    rules = data_rules(
        prompts=prompts,
        system=system_prompt(recipe.system),
        tokenizer=recipe.base_folder,
        max_tokens=recipe.train.max_tokens,
    )
    return check_dataset(folder, rules)


def errors_of(report: CheckReport, rules: Iterable[str]) -> list[str]:
    """Return a line for each of the first errors of `rules`; nothing when they only warn or find nothing."""
    found = (finding for name in rules for finding in report.by_rule.get(name, ()))
    return finding_lines([finding for finding in found if finding.severity == "error"], _SHOWN)


def refuse_faulty(report: CheckReport) -> None:
    """
    Do nothing with a dataset that may be trained on.

    Raises:
        StageError: the report has an error.
    """
    if report.errors:
        first = errors_of(report, RULES)[0]
        message = f"{report.errors} faults in {report.source} forbid training, the first: {first}"
        raise StageError(message)
