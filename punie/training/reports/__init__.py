"""What a check of training data found, as a record and in the forms that people and programs read."""

from punie.training.reports.findings_json import FINDINGS, write_findings
from punie.training.reports.record import CheckReport, check_dataset
from punie.training.reports.sarif import SARIF, sarif_log, write_sarif
from punie.training.reports.table import findings_table

__all__ = [
    "FINDINGS",
    "SARIF",
    "CheckReport",
    "check_dataset",
    "findings_table",
    "sarif_log",
    "write_findings",
    "write_sarif",
]
