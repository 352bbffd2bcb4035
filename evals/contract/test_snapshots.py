from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from evals.contract.acceptances import acceptance, bad
from evals.contract.documents import NANO
from punie.agent.config import PROMPT_NAMES, system_prompt
from punie.agent.prompt_utils import format_prompt_with_history
from punie.agent.tool_calls import emit_call
from punie.evaluation.report import junit_report, terminal_report
from punie.monitoring.records import Alert, MonitorReport
from punie.monitoring.table import alerts_table

TURNS = [
    {"role": "user", "content": "How many type errors has src?"},
    {"role": "assistant", "content": emit_call('print(typecheck("src").error_count)')},
    {"role": "tool", "content": "2\n"},
    {"role": "user", "content": "Is that <b>many</b>?"},
]
MISSED = acceptance(
    words_2=bad("gate", "no_call", "answers in words where a call is expected"),
    calls_2=bad("fields", "invented_field", "errors is never read from the result", soft=True),
)
ALERTS = {
    "field-access": Alert(state="alert", value=0.5, level=0.7, rows=40, reason="50 % (20 of 40 rows), below 70 %"),
    "accuracy": Alert(state="not measured", value=None, level=0.8, rows=0, reason="not measured: no row is known"),
    "mean-time": Alert(state="ok", value=2.5, level=5.0, rows=40, reason="2.50 s on average over 40 rows"),
    "drift": Alert(state="ok", value=0.1, level=0.2, rows=80, reason="10 % moved, p = 0.4"),
}
MONITOR = MonitorReport.model_validate(
    {
        "log": "production.jsonl",
        "digest": "ab" * 32,
        "rows": 40,
        "alerts": ALERTS,
        "since": "2026-03-01T09:00:00Z",
        "until": "2026-03-02T09:00:00Z",
        "discrimination": 0.9,
        "seconds": {"mean": 2.5},
        "tool_use": {"typecheck": 0.6, "(words)": 0.4},
        "patterns": [],
    }
)


@pytest.mark.parametrize("name", PROMPT_NAMES)
def test_a_system_prompt(snapshot: SnapshotAssertion, name: str) -> None:
    assert system_prompt(name) == snapshot


def test_a_rendered_conversation(snapshot: SnapshotAssertion) -> None:
    assert format_prompt_with_history(TURNS, NANO, system="You help.") == snapshot


def test_the_record_of_a_run(snapshot: SnapshotAssertion) -> None:
    assert MISSED.model_dump_json(indent=2, by_alias=True) == snapshot


def test_a_run_as_junit(snapshot: SnapshotAssertion) -> None:
    assert junit_report(MISSED).replace("><", ">\n<") == snapshot


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("verbosity", [-1, 0])
def test_a_look_at_a_log(snapshot: SnapshotAssertion, width: int, verbosity: int) -> None:
    assert alerts_table(MONITOR, width=width, verbosity=verbosity) == snapshot


def test_a_run_on_a_narrow_terminal(snapshot: SnapshotAssertion) -> None:
    assert terminal_report(MISSED, width=60) == snapshot
