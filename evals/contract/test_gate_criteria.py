from __future__ import annotations

import pytest

from punie.evaluation import Counts, Criterion, Decision, Gate, Tally, decide, load_gate, load_suite
from punie.evaluation.counts import Measures
from punie.evaluation.decision import Circumstances
from punie.evaluation.gate import Bands, Evidence, Limits, SuiteTargets
from punie.evaluation.records import Comparison, Paired
from punie.evaluation.stats import Interval

BANDS = Bands(deploy=80, augment=70)
TARGETS_OF_25 = {"discrimination": 100, "conditional": 80, "field_access": 80, "iteration": 80, "multi_step": 60}


def tally(passed: int, asked: int) -> Tally:
    return Tally(total=asked, asked=asked, passed=passed, chosen=passed)


def counts(passed: int = 90, asked: int = 100, **families: Tally) -> Counts:
    return Counts({"calls": tally(passed, asked)}, families, fields=tally(30, 40))


def own(**changed: object) -> Gate:
    return Gate.model_validate({"schema": 1, "bands": BANDS, **changed})


def line(decision: Decision, name: str) -> Criterion:
    return next(criterion for criterion in decision.criteria if criterion.name == name)


def compared(lost: int, gained: int, p_value: float) -> Comparison:
    paired = Paired(
        queries=57,
        before=0.8,
        after=0.8 + (gained - lost) / 57,
        difference=(gained - lost) / 57,
        interval=Interval(-0.1, 0.1),
        lost=tuple(map(str, range(lost))),
        gained=tuple(map(str, range(100, 100 + gained))),
        p_value=p_value,
        detectable=0.24,
        claim="none",
        reason="as chance has it",
    )
    return Comparison(baseline="old", digest="ab", overall=paired, suites={}, categories={})


def test_every_criterion_says_what_is_observed_what_is_required_and_why() -> None:
    gate = own(suites={"s": SuiteTargets(targets={"calls": 95})}, limits=Limits(seconds_per_reply=5, memory_gb=20))
    decision = decide(gate, {"s": counts()}, Circumstances(measures=Measures(2, 1e9)))

    assert [criterion.name for criterion in decision.criteria] == [
        "s: overall", "s: calls", "items", "regression", "latency", "memory", "stage parity", "loss checks",
    ]  # fmt: skip
    assert all(criterion.observed and criterion.required and criterion.reason for criterion in decision.criteria)
    assert line(decision, "s: calls").line == "s: calls 90 % (90 of 100), 95 % wanted: missed"


def test_a_reason_tells_when_the_interval_holds_the_bar() -> None:
    unsure = line(decide(own(), {"s": counts(17, 20)}), "s: overall")
    sure = line(decide(own(), {"s": counts(199, 200)}), "s: overall")

    assert unsure.reason == "reached, but the interval 64-95 % holds the bar: about 246 queries would settle it"
    assert sure.reason == "reached"


@pytest.mark.parametrize(
    ("passed", "asked", "plain", "strict"),
    [
        (85, 100, "DEPLOY", "INCONCLUSIVE"),
        (195, 200, "DEPLOY", "DEPLOY"),
        (75, 100, "AUGMENT", "INCONCLUSIVE"),
        (65, 100, "INVESTIGATE", "INCONCLUSIVE"),
        (40, 100, "INVESTIGATE", "INVESTIGATE"),
    ],
)
def test_strictness_about_evidence_is_opted_in(passed: int, asked: int, plain: str, strict: str) -> None:
    found = decide(own(evidence=Evidence(strict=True)), {"s": counts(passed, asked)})

    assert decide(own(), {"s": counts(passed, asked)}).name == plain
    assert found.name == strict
    assert found.exit_status == (0 if strict == "DEPLOY" else 1)


def test_an_inconclusive_suite_is_worse_than_one_to_augment_and_better_than_one_that_fails() -> None:
    gate = own(evidence=Evidence(strict=True))
    unsure, bad = counts(85, 100), counts(10, 100)

    assert decide(gate, {"a": unsure, "b": counts(195, 200)}).name == "INCONCLUSIVE"
    assert decide(gate, {"a": unsure, "b": bad}).name == "INVESTIGATE"


def test_a_suite_may_want_more_than_the_band() -> None:
    gate = own(suites={"s": SuiteTargets(overall=85)})

    assert decide(gate, {"s": counts(84)}).name == "AUGMENT"
    assert decide(gate, {"s": counts(85)}).name == "DEPLOY"
    assert decide(gate, {"other": counts(80)}).name == "DEPLOY"


def test_a_suite_cannot_want_less_than_the_band() -> None:
    gate = own(suites={"s": SuiteTargets(overall=60)})

    assert decide(gate, {"s": counts(79)}).name == "AUGMENT"


def test_families_of_tools_and_read_fields_have_targets_of_their_own() -> None:
    targets = SuiteTargets(families={"git": 90, "lsp": 70}, field_access=80)
    decision = decide(own(suites={"s": targets}), {"s": counts(git=tally(8, 9), lsp=tally(7, 10))})

    assert line(decision, "s: git tools").met is False
    assert line(decision, "s: lsp tools").met is True
    assert line(decision, "s: fields read").line == "s: fields read 75 % (30 of 40), 80 % wanted: missed"
    assert decision.name == "AUGMENT"


def test_a_second_set_of_targets_is_reported_and_decides_nothing() -> None:
    targets = SuiteTargets(of="s", decides=False, overall=95, targets={"calls": 95}, families={"git": 90})
    decision = decide(own(suites={"s-high": targets}), {"s": counts(git=tally(1, 9))})

    assert decision.name == "DEPLOY"
    assert [line(decision, f"s-high: {name}").met for name in ("overall", "calls", "git tools")] == [False] * 3
    assert not any("s-high" in reason for reason in decision.reasons)


def test_a_second_set_of_targets_may_decide() -> None:
    gate = own(suites={"s-high": SuiteTargets(of="s", targets={"calls": 95})})

    assert decide(gate, {"s": counts()}).name == "AUGMENT"


@pytest.mark.parametrize(
    ("measures", "met", "name"),
    [
        (Measures(6, 1e9), (False, True), "AUGMENT"),
        (Measures(2, 26e9), (True, False), "AUGMENT"),
        (Measures(5, 20e9), (True, True), "DEPLOY"),
        (Measures(), (None, None), "DEPLOY"),
    ],
)
def test_time_and_memory_have_bars(measures: Measures, met: tuple[bool | None, bool | None], name: str) -> None:
    gate = own(limits=Limits(seconds_per_reply=5, memory_gb=25.5))
    decision = decide(gate, {"s": counts()}, Circumstances(measures=measures))

    assert (line(decision, "latency").met, line(decision, "memory").met) == met
    assert decision.name == name


def test_little_memory_left_is_a_warning() -> None:
    gate = own(limits=Limits(memory_gb=25.5))
    decision = decide(gate, {"s": counts()}, Circumstances(measures=Measures(peak_memory=21.1e9)))

    assert line(decision, "memory").reason == "reached, but above 20.4 GB: little is left"


@pytest.mark.parametrize(
    ("lost", "gained", "p_value", "met", "name"),
    [(9, 1, 0.02, False, "AUGMENT"), (1, 9, 0.02, True, "DEPLOY"), (5, 1, 0.22, True, "DEPLOY")],
)
def test_a_significant_drop_stands_against_deployment(
    lost: int, gained: int, p_value: float, name: str, *, met: bool
) -> None:
    around = Circumstances(comparison=compared(lost, gained, p_value))
    decision = decide(own(), {"s": counts()}, around)

    assert line(decision, "regression").met is met
    assert decision.name == name
    assert ("regression" in " ".join(decision.reasons)) is not met


def test_without_a_baseline_the_regression_is_not_measured() -> None:
    assert line(decide(own(), {"s": counts()}), "regression").met is None


def test_the_gate_of_25_is_as_required() -> None:
    own_targets = load_gate().suites["25"]

    assert own_targets.targets == TARGETS_OF_25
    assert (own_targets.overall, own_targets.field_access) == (80, 80)


def test_the_gate_of_40_is_as_required() -> None:
    own_targets = load_gate().suites["40"]

    assert list(own_targets.targets.values()) == [100, 90, 80, 80, 90, 80, 60, 90]
    assert load_gate().overall_of("40") == 85


def test_the_minimum_of_57_is_as_required() -> None:
    least = load_gate().sets_of("57")["57-minimum"]

    assert least.targets == {"single_tool": 80, "field_access": 70, "cross_tool": 50, "multi_turn": 60}
    assert (least.overall, least.families, least.decides) == (75, {"git": 90, "lsp": 70}, False)


@pytest.mark.parametrize("name", ["25", "40", "57"])
def test_every_category_of_a_suite_has_a_target_and_the_reverse(name: str) -> None:
    categories = {query.category for query in load_suite(name).queries}

    assert set(load_gate().targets_of(name)) == categories
