"""The checks that a set must pass before a model is trained on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from punie.training.checks.named_data import (
    check_dataset_structural_validation,
    check_eval_parser_matches_training_format,
    check_format_consistency,
    check_system_prompt_consistency,
    check_training_data_content,
    check_training_data_coverage,
    check_training_data_distribution,
)
from punie.training.checks.result import CheckResult


def run_pre_training_checks(
    data_directory: Path | str, expected_format: str, expected_patterns: Sequence[str]
) -> list[CheckResult]:
    """
    Return the verdicts of all checks of a data set, whatever the first ones say.

    Args:
        data_directory: folder of the set.
        expected_format: `messages` or `text`; `A` or `B` name messages and the form of their calls.
        expected_patterns: what must stand in the code of calls, such as `result.error_count`.
    """
    return [
        check_dataset_structural_validation(data_directory),
        check_format_consistency(data_directory, expected_format),
        check_system_prompt_consistency(data_directory),
        check_training_data_distribution(data_directory),
        check_training_data_content(data_directory),
        check_training_data_coverage(data_directory, expected_patterns),
        check_eval_parser_matches_training_format(data_directory),
    ]
