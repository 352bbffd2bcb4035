"""The integrity checks of training data, and of what training makes of them."""

from punie.training.checks.named_data import (
    check_dataset_structural_validation,
    check_eval_parser_matches_training_format,
    check_format_consistency,
    check_system_prompt_consistency,
    check_training_data_content,
    check_training_data_coverage,
    check_training_data_distribution,
)
from punie.training.checks.named_model import (
    check_adapter_files,
    check_fused_model_config,
    check_quantized_model_config,
    check_training_loss,
)
from punie.training.checks.pre_training import run_pre_training_checks
from punie.training.checks.result import CheckResult, CheckSummary, summarize_checks
from punie.training.checks.smoke import check_quantized_model_smoke_test

__all__ = (
    "CheckResult",
    "CheckSummary",
    "check_adapter_files",
    "check_dataset_structural_validation",
    "check_eval_parser_matches_training_format",
    "check_format_consistency",
    "check_fused_model_config",
    "check_quantized_model_config",
    "check_quantized_model_smoke_test",
    "check_system_prompt_consistency",
    "check_training_data_content",
    "check_training_data_coverage",
    "check_training_data_distribution",
    "check_training_loss",
    "run_pre_training_checks",
    "summarize_checks",
)
