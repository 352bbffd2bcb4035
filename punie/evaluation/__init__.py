"""Evaluation: suites of queries, grading of replies, statistics, the gate and the record of a run."""

from punie.evaluation.acceptance import Graded, RunFacts, accept
from punie.evaluation.comparison import Baseline, ComparisonError, compare, read_baseline
from punie.evaluation.counts import Counts
from punie.evaluation.decision import Decision, decide
from punie.evaluation.gate import Gate, GateError, load_gate
from punie.evaluation.grade import Grade, grade
from punie.evaluation.grading import LABELS, Label
from punie.evaluation.records import Acceptance, Comparison, Criterion
from punie.evaluation.results import ResultsError, judge, read_acceptance, write_acceptance
from punie.evaluation.suite import Expect, Query, Suite, SuiteError, Turn, load_suite, load_suites
from punie.evaluation.tally import Tally
from punie.evaluation.targets import TargetList, targets_of

__all__ = [
    "LABELS",
    "Acceptance",
    "Baseline",
    "Comparison",
    "ComparisonError",
    "Counts",
    "Criterion",
    "Decision",
    "Expect",
    "Gate",
    "GateError",
    "Grade",
    "Graded",
    "Label",
    "Query",
    "ResultsError",
    "RunFacts",
    "Suite",
    "SuiteError",
    "Tally",
    "TargetList",
    "Turn",
    "accept",
    "compare",
    "decide",
    "grade",
    "judge",
    "load_gate",
    "load_suite",
    "load_suites",
    "read_acceptance",
    "read_baseline",
    "targets_of",
    "write_acceptance",
]
