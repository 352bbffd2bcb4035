from __future__ import annotations

from evals.contract.sweeps import sweep_of_variants, variant, verdicts
from punie.evaluation.sweep_advice import advise, beside, paired

MANY, FEW = 200, 57


def test_variants_are_ordered_and_paired_with_float16_and_the_next_larger() -> None:
    small = variant(4, verdicts(MANY, [1, 2]))
    found = paired([small, variant(8, verdicts(MANY, [1])), variant(None, verdicts(MANY))])
    last = found[-1]

    assert [each.name for each in found] == ["float16", "8 bits, group 64", "4 bits, group 64"]
    assert (found[0].against_float16, found[0].against_larger) == (None, None)
    assert last.against_float16 is not None
    assert last.against_larger is not None
    assert (last.against_float16.other, last.against_float16.lost) == ("float16", ("q1", "q2"))
    assert (last.against_larger.other, last.against_larger.lost) == ("8 bits, group 64", ("q2",))


def test_queries_without_a_verdict_in_both_are_left_out() -> None:
    other, own = variant(None, verdicts(4, [0])), variant(4, {**verdicts(4, [1]), "q2": None})
    found = beside(other, own)

    assert found is not None
    assert (found.queries, found.lost, found.gained, found.p_value) == (3, ("q1",), ("q0",), 1)
    assert beside(other, variant(4, {"q0": None})) is None


def test_the_smallest_variant_that_loses_nothing_is_recommended() -> None:
    sweep = sweep_of_variants(*(variant(bits, verdicts(MANY, [3])) for bits in (None, 8, 5, 4)))

    assert (sweep.advice.verdict, sweep.advice.variant) == ("recommended", "4 bits, group 64")
    assert "0 lost, 0 gained, p = 1, a loss of at most 1.9 points (95 %), less than the margin of 5" in (
        sweep.advice.reason
    )


def test_a_smaller_variant_that_is_significantly_worse_is_passed_over() -> None:
    worse = variant(4, verdicts(MANY, range(20)))
    sweep = sweep_of_variants(variant(None, verdicts(MANY)), variant(5, verdicts(MANY, [7])), worse)

    assert sweep.advice.variant == "5 bits, group 64"


def test_a_smaller_variant_whose_loss_may_exceed_the_margin_is_passed_over() -> None:
    unsure = variant(4, verdicts(MANY, range(5)))
    sweep = sweep_of_variants(variant(None, verdicts(MANY)), variant(5, verdicts(MANY)), unsure)

    assert sweep.advice.variant == "5 bits, group 64"


def test_too_few_queries_recommend_nothing_and_say_how_many_would() -> None:
    sweep = sweep_of_variants(variant(None, verdicts(FEW)), variant(4, verdicts(FEW)))

    assert (sweep.advice.verdict, sweep.advice.variant, sweep.advice.queries_needed) == ("undecided", None, 73)
    assert sweep.advice.reason.startswith("57 queries do not distinguish 4 bits, group 64 from float16, nor do they")
    assert "may lose 6.3 points (95 %); 73 queries would show it" in sweep.advice.reason


def test_the_wanted_number_of_queries_is_enough() -> None:
    needed = sweep_of_variants(variant(None, verdicts(FEW)), variant(4, verdicts(FEW))).advice.queries_needed
    assert needed is not None
    sweep = sweep_of_variants(variant(None, verdicts(needed)), variant(4, verdicts(needed)))

    assert sweep.advice.verdict == "recommended"


def test_a_loss_beyond_the_margin_is_settled_by_no_number() -> None:
    sweep = sweep_of_variants(variant(None, verdicts(FEW)), variant(4, verdicts(FEW, range(4))))

    assert (sweep.advice.verdict, sweep.advice.queries_needed) == ("undecided", None)
    assert sweep.advice.reason.endswith("if these shares stay, no number of queries shows it")


def test_when_all_are_significantly_worse_float16_stays() -> None:
    sweep = sweep_of_variants(variant(None, verdicts(MANY)), variant(4, verdicts(MANY, range(50))))

    assert (sweep.advice.verdict, sweep.advice.variant) == ("float16", "float16")


def test_significantly_better_is_not_worse() -> None:
    sweep = sweep_of_variants(variant(None, verdicts(MANY, range(30))), variant(4, verdicts(MANY)))

    assert sweep.advice.variant == "4 bits, group 64"


def test_a_model_that_passes_nothing_recommends_nothing() -> None:
    sweep = sweep_of_variants(*(variant(bits, verdicts(MANY, range(MANY))) for bits in (None, 4)))

    assert sweep.advice.verdict == "undecided"
    assert sweep.advice.reason == "float16 itself passes 0 of 200 queries: there is nothing to lose"


def test_without_float16_or_without_variants_nothing_is_recommended() -> None:
    alone = advise(paired([variant(4, verdicts(MANY))]), 0.05)
    reference = advise(paired([variant(None, verdicts(MANY))]), 0.05)

    assert (alone.verdict, alone.reason) == (
        "undecided",
        "float16 was not measured: there is nothing to compare with",
    )
    assert (reference.verdict, reference.reason) == (
        "undecided",
        "only float16 was measured: there is nothing to recommend",
    )
