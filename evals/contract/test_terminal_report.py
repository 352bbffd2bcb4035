from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from evals.contract.acceptances import FACTS, GATE, acceptance, bad, good, suite, ungradable
from punie.evaluation import Acceptance, RunFacts, read_baseline, write_acceptance
from punie.evaluation.acceptance import put_on_record, query_result
from punie.evaluation.report import markdown_report, terminal_report, terminal_width, wants_colour
from punie.evaluation.report.text import duration, interval, percent, printable, size

UNREAD = bad("fields", "invented_field", "errors is never read from the result (read: error_count, success)", soft=True)
NO_CALL = bad("gate", "no_call", "answers in words where a call is expected")
HOSTILE = bad("mentions", "wrong_fact", "does not state \x1b[31m|x|\n[bold]y[/bold] `z`")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def beside_a_baseline(folder: Path) -> Acceptance:
    """A run with a lost and a gained query."""
    write_acceptance(acceptance(words_1=NO_CALL), folder)
    facts = replace(FACTS, baseline=read_baseline(folder, [suite()]))
    return acceptance(facts, words_2=NO_CALL, calls_2=UNREAD)


def repeated() -> Acceptance:
    """A run with three samples of each query, one of them flaky."""
    samples = {query.id: [good(), good(), good()] for query in suite().queries} | {"calls-1": [good(), UNREAD, good()]}
    results = {query.id: query_result(query, samples[query.id]) for query in suite().queries}
    return put_on_record([suite()], results, GATE, replace(FACTS, model={**FACTS.model, "temperature": 0.7}))


def test_a_green_run(snapshot: SnapshotAssertion) -> None:
    assert terminal_report(acceptance(), width=90) == snapshot


@pytest.mark.parametrize("width", [80, 140])
def test_a_run_with_misses(snapshot: SnapshotAssertion, width: int) -> None:
    record = acceptance(words_2=NO_CALL, calls_2=UNREAD)

    assert terminal_report(record, width=width) == snapshot


def test_a_part_of_a_run(snapshot: SnapshotAssertion) -> None:
    record = acceptance(words_1=None, words_2=None, calls_1=ungradable())

    assert terminal_report(record, width=90) == snapshot


def test_a_run_as_markdown(snapshot: SnapshotAssertion) -> None:
    assert markdown_report(acceptance(words_2=NO_CALL, calls_2=HOSTILE)) == snapshot


@pytest.mark.parametrize("width", [80, 110])
def test_a_run_beside_a_baseline(snapshot: SnapshotAssertion, tmp_path: Path, width: int) -> None:
    assert terminal_report(beside_a_baseline(tmp_path), width=width) == snapshot


def test_a_run_beside_a_baseline_as_markdown(snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    assert markdown_report(beside_a_baseline(tmp_path)) == snapshot


def test_repeated_samples(snapshot: SnapshotAssertion) -> None:
    assert terminal_report(repeated(), width=90) == snapshot
    assert markdown_report(repeated()) == snapshot


def test_recorded_verdicts(snapshot: SnapshotAssertion) -> None:
    record = acceptance(words_2=NO_CALL, calls_2=UNREAD)
    told = {name: result.model_copy(update={"recorded": name != "words-2"}) for name, result in record.queries.items()}

    assert terminal_report(record.model_copy(update={"queries": told}), width=90) == snapshot


def test_a_list_of_what_to_add(snapshot: SnapshotAssertion) -> None:
    record = acceptance(words_2=NO_CALL, calls_2=UNREAD).model_copy(update={"decision": "AUGMENT"})

    assert terminal_report(record, width=90) == snapshot


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_of_a_comparison_is_wider_than_asked(tmp_path: Path, width: int) -> None:
    report = terminal_report(beside_a_baseline(tmp_path), width=width)

    assert max(map(len, report.splitlines())) <= width


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_asked(width: int) -> None:
    report = terminal_report(acceptance(words_2=NO_CALL, calls_2=UNREAD), width=width)

    assert max(map(len, report.splitlines())) <= width


def test_plain_text_has_no_escape_codes_and_colour_has() -> None:
    record = acceptance(calls_2=HOSTILE)

    assert "\x1b" not in terminal_report(record)
    assert "\x1b" in terminal_report(record, colour=True)
    assert "\x1b[31m|x|" not in terminal_report(record, colour=True)


def test_markup_in_a_reason_is_shown_as_it_is() -> None:
    assert "[bold]y[/bold]" in terminal_report(acceptance(calls_2=HOSTILE), width=140)


def test_a_reason_cannot_break_a_markdown_table() -> None:
    report = markdown_report(acceptance(calls_2=HOSTILE))

    assert r"\|x\| \[bold\]y\[/bold\] \`z\`" in report


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())


@pytest.mark.parametrize(("columns", "width"), [(20, 60), (60, 60), (120, 120), (300, 140)])
def test_the_width_follows_the_terminal_within_reason(columns: int, width: int) -> None:
    assert terminal_width(columns) == width


def test_an_unknown_model_leaves_dashes() -> None:
    report = terminal_report(acceptance(RunFacts()))

    assert "peak memory  -" in report


def test_numbers_are_written_for_people() -> None:
    assert [percent(26 / 57), percent(None), percent(1.0)] == ["46 %", "-", "100 %"]
    assert [interval((0.3335, 0.584)), interval(None)] == ["33-58", "-"]
    assert [size(0), size(999), size(999_600), size(3_400_000), size(None)] == ["0 B", "999 B", "1 MB", "3.4 MB", "-"]
    assert [duration(4.2), duration(59.97), duration(200), duration(3900)] == [
        "4.2 s", "1 min 0 s", "3 min 20 s", "1 h 5 min",
    ]  # fmt: skip
    assert printable("a\tb\x1b[0m\n c") == "a b [0m c"
