"""Evaluation: suites of queries, grading of replies, statistics, the gate and the record of a run."""

from punie.evaluation.acceptance import Graded, RunFacts, accept
from punie.evaluation.gate import Decision, Gate, GateError, decide, load_gate
from punie.evaluation.grade import Grade, grade
from punie.evaluation.grading import LABELS, Label
from punie.evaluation.results import Acceptance, ResultsError, judge, read_acceptance, write_acceptance
from punie.evaluation.suite import Expect, Query, Suite, SuiteError, Turn, load_suite, load_suites
from punie.evaluation.tally import Tally

__all__ = [
    "LABELS",
    "Acceptance",
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
    "Turn",
    "accept",
    "decide",
    "grade",
    "judge",
    "load_gate",
    "load_suite",
    "load_suites",
    "read_acceptance",
    "write_acceptance",
]
