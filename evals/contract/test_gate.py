from __future__ import annotations

from pathlib import Path

import pytest

from punie.evaluation import Counts, Decision, Gate, GateError, Tally, decide, load_gate, load_suite
from punie.evaluation.decision import Circumstances

TEXT = """\
schema = 1
[bands]
deploy = 80
augment = 70
[suites.own.targets]
words = 100
calls = 60
"""


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return load_gate(gate_file(tmp_path, TEXT))


def gate_file(folder: Path, text: str) -> Path:
    path = folder / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return path


def tally(passed: int, asked: int, *, unasked: int = 0, ungradable: int = 0) -> Tally:
    return Tally(total=asked + unasked, asked=asked, ungradable=ungradable, passed=passed, chosen=passed)


def decision(gate: Gate, words: Tally, calls: Tally, suite: str = "own") -> Decision:
    return decide(gate, {suite: Counts({"words": words, "calls": calls})})


def test_every_target_met_and_four_fifths_overall_is_deploy(gate: Gate) -> None:
    found = decision(gate, tally(5, 5), tally(7, 10))

    assert found == Decision("DEPLOY", ("own: overall 80 % (12 of 15), 80 % wanted: reached",))
    assert found.exit_status == 0


@pytest.mark.parametrize(
    ("words", "calls", "name"),
    [
        (tally(5, 5), tally(95, 95), "DEPLOY"),
        (tally(5, 5), tally(75, 95), "DEPLOY"),
        (tally(5, 5), tally(74, 95), "AUGMENT"),
        (tally(5, 5), tally(65, 95), "AUGMENT"),
        (tally(5, 5), tally(64, 95), "INVESTIGATE"),
        (tally(4, 5), tally(95, 95), "AUGMENT"),
        (tally(0, 5), tally(0, 95), "INVESTIGATE"),
    ],
)
def test_the_bands_have_no_gap_and_no_overlap(gate: Gate, words: Tally, calls: Tally, name: str) -> None:
    assert decision(gate, words, calls).name == name


def test_only_deploy_ends_with_status_0(gate: Gate) -> None:
    found = decision(gate, tally(0, 5), tally(0, 95))

    assert found.exit_status == 1


def test_a_missed_target_is_named_with_what_was_observed(gate: Gate) -> None:
    found = decision(gate, tally(4, 5), tally(95, 95))

    assert found.reasons[-1] == "own: words 80 % (4 of 5), 100 % wanted: missed"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (tally(4, 4, unasked=1), "own: 1 of 100 queries were not asked"),
        (tally(4, 5, ungradable=1), "own: 1 of 100 replies could not be graded"),
        (tally(0, 0, unasked=5), "own: 5 of 100 queries were not asked"),
    ],
)
def test_a_part_is_never_a_pass(gate: Gate, words: Tally, reason: str) -> None:
    found = decision(gate, words, tally(95, 95))

    assert found.name == "INCOMPLETE"
    assert found.reasons[0] == reason
    assert found.exit_status == 1


def test_a_target_without_queries_is_incomplete(gate: Gate) -> None:
    found = decide(gate, {"own": Counts({"words": tally(5, 5)})})

    assert found.name == "INCOMPLETE"
    assert found.reasons[0] == "own: calls has a target and no query"


def test_nothing_asked_is_incomplete(gate: Gate) -> None:
    assert decide(gate, {}) == Decision("INCOMPLETE", ("no query was asked",))


def test_a_suite_without_targets_has_only_the_bands(gate: Gate) -> None:
    assert decision(gate, tally(0, 5), tally(95, 95), suite="other").name == "DEPLOY"


def test_of_several_suites_the_worst_decision_counts(gate: Gate) -> None:
    found = decide(gate, {"a": Counts({"x": tally(9, 10)}), "b": Counts({"x": tally(7, 10)})})

    assert found.name == "AUGMENT"
    assert [reason.partition(":")[0] for reason in found.reasons] == ["a", "b"]


def test_a_failed_item_keeps_from_deploy_and_never_improves(gate: Gate) -> None:
    good = {"own": Counts({"words": tally(5, 5), "calls": tally(95, 95)})}
    bad = {"own": Counts({"words": tally(0, 5), "calls": tally(0, 95)})}
    around = Circumstances(failed_items=("behaviour.py::x",))

    assert decide(gate, good, around).name == "AUGMENT"
    assert decide(gate, bad, around).name == "INVESTIGATE"
    assert decide(gate, good, around).reasons[-1] == "failed: behaviour.py::x"


def test_an_obstacle_makes_any_run_incomplete(gate: Gate) -> None:
    good = {"own": Counts({"words": tally(5, 5), "calls": tally(95, 95)})}

    found = decide(gate, good, Circumstances(obstacles=("building failed",)))

    assert found.name == "INCOMPLETE"
    assert "building failed" in found.reasons


def test_the_projects_gate_covers_the_acceptance_suite() -> None:
    gate, suite = load_gate(), load_suite("57")

    assert (gate.bands.deploy, gate.bands.augment) == (80, 70)
    assert set(gate.targets_of("57")) == {query.category for query in suite.queries}
    assert len(gate.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("deploy = 80", "deploy = 180", "bands.deploy: Input should be less than or equal to 100"),
        ("augment = 70", "augment = 90", "bands: augment (90) must not be above deploy (80)"),
        ("augment = 70", "augmnt = 70", "bands.augment: Field required"),
        ("schema = 1", "schema = 2", "schema: Input should be 1"),
        ("words = 100", "words = 'all'", "suites.own.targets.words: Input should be a valid number"),
        ("[bands]", "[bands", "is not TOML: "),
    ],
)
def test_a_broken_gate_is_one_line_with_file_and_key(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = gate_file(tmp_path, TEXT.replace(old, new))

    with pytest.raises(GateError) as caught:
        load_gate(path)

    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "\n" not in str(caught.value)


def test_a_missing_gate_is_named(tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"gate\.toml: cannot be read: No such file"):
        load_gate(tmp_path / "gate.toml")
