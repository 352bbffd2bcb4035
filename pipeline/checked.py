"""
What the rules of training data say of a recipe's dataset: an error forbids training.

A check takes long, so its result is kept beside the data with a digest of all that decides it: rows, rules, prompts
of the suites, system prompt, tokenizer and versions. Where one of them is another, the data are checked again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import StageError
from pipeline.fingerprint import files_digest, value_digest
from pipeline.manifest import tool_versions, write_json
from pipeline.places import ROOT
from pipeline.recipe import Recipe
from punie.agent.config import system_prompt
from punie.training.checks.suite_of_rules import data_rules
from punie.training.reports import CheckReport, check_dataset
from punie.training.reports.table import finding_lines
from punie.training.rules import RULES

KEPT: Final = "data_check.json"
_SHOWN: Final = 20
_ROWS: Final = ("*.jsonl",)
_RULES: Final = tuple(f"punie/**/*.{suffix}" for suffix in ("py", "toml", "yaml", "txt"))
_TOKENIZER: Final = ("tokenizer*", "vocab*", "merges*", "special_tokens*", "added_tokens*", "chat_template*")
_TOOLS: Final = ("jinja2", "pydantic", "pydantic-monty", "punie", "tokenizers", "transformers")


class _Kept(BaseModel):
    """A report, and the digest of what it is the outcome of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    report: CheckReport


def kept_check(
    folder: Path, recipe: Recipe, prompts: Sequence[str], say: Callable[[str], None] = lambda _: None
) -> CheckReport:
    """
    Return what all rules find in a dataset: what they found before, when nothing that decides it has changed.

    Args:
        folder: of the dataset; the report is kept in it.
        recipe: whose system prompt, tokenizer and longest row count.
        prompts: of the suites, which no row may come near.
        say: is told, in one line, what is done.
    """
    key, kept = _key(folder, recipe, prompts), _read(folder / KEPT)
    if kept is not None and kept.key == key:
        say("  checked by all rules before, nothing has changed since")
        return kept.report
    say("  being checked by all rules")
    report = check(folder, recipe, prompts)
    # in a folder that cannot be written, the next run checks again
    with contextlib.suppress(OSError):
        write_json(folder / KEPT, _Kept(key=key, report=report).model_dump(mode="json"))
    return report


def _key(folder: Path, recipe: Recipe, prompts: Sequence[str]) -> str:
    parts = [
        files_digest(folder, _ROWS),
        files_digest(ROOT, _RULES),
        files_digest(recipe.base_folder, _TOKENIZER),
        tool_versions(_TOOLS),
        system_prompt(recipe.system),
        recipe.train.max_tokens,
        list(prompts),
    ]
    return value_digest(parts)


def _read(file: Path) -> _Kept | None:
    try:
        return _Kept.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


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
