"""Stage parity tells a sound chain from one that lost its adapter."""

from __future__ import annotations

import pytest

from pipeline.parity import kept, parity_faults, sign_test
from pipeline.parity_measure import StageMeasure, spread

ASKED = 16


def _measure(loss: float, reply: str = "call", passed: int = 12) -> StageMeasure:
    verdicts = tuple(place < passed for place in range(ASKED))
    return StageMeasure(loss=loss, row_losses=(loss,), replies=(reply,) * ASKED, passed=verdicts)


def _stages(**changed: StageMeasure) -> dict[str, StageMeasure]:
    sound = {
        "base": _measure(4.4, "words", 0),
        "adapter": _measure(0.2),
        "fused": _measure(0.2),
        "quantized": _measure(0.21, "a call", 11),
    }
    return sound | changed


def test_a_sound_chain_has_no_fault() -> None:
    assert parity_faults(_stages()) == ()
    assert kept("quantized", _stages()) == pytest.approx(1 - 0.01 / 4.2)


@pytest.mark.parametrize("name", ["fused", "quantized"])
@pytest.mark.parametrize("loss", [4.4, 4.5, 4.1, float("nan")])
def test_a_model_that_is_the_base_again_has_lost_the_adapter(name: str, loss: float) -> None:
    [fault] = parity_faults(_stages(**{name: _measure(loss, "words", 0)}))

    assert fault.startswith(f"the adapter vanished: {name} answers as the base does (")


def test_replies_of_the_base_betray_a_lost_adapter_whatever_the_loss() -> None:
    [fault] = parity_faults(_stages(quantized=_measure(0.2, "words", 0)))

    assert fault.startswith("the adapter vanished: quantized")


@pytest.mark.parametrize(("name", "loss", "share"), [("fused", 0.23, "99.29%"), ("quantized", 0.3, "97.62%")])
def test_a_model_beyond_the_margin_is_told(name: str, loss: float, share: str) -> None:
    [fault] = parity_faults(_stages(**{name: _measure(loss)}))

    assert fault.startswith(f"{name} keeps {share} of what the adapter gained")


def test_fused_replies_are_the_adapters() -> None:
    [fault] = parity_faults(_stages(fused=_measure(0.2, "another")))

    assert fault.startswith("fused gives the adapter's reply to 0 of 16 requests")


def test_a_chain_whose_float16_model_was_not_measured_is_judged_by_the_quantized_one() -> None:
    sound, lost = _stages(), _stages(quantized=_measure(4.4, "words", 0))
    del sound["fused"], lost["fused"]

    assert parity_faults(sound) == ()
    assert parity_faults(lost)[0].startswith("the adapter vanished: quantized")


@pytest.mark.parametrize(("passed", "faults"), [(8, 0), (7, 1), (0, 1)])
def test_only_more_misses_than_chance_gives_are_a_fault(passed: int, faults: int) -> None:
    assert len(parity_faults(_stages(quantized=_measure(0.2, "a call", passed)))) == faults


def test_training_that_gave_nothing_is_told() -> None:
    [fault] = parity_faults(_stages(adapter=_measure(4.4)))

    assert fault.endswith("training gave nothing")


def test_the_sign_test_counts_one_side() -> None:
    assert sign_test(0, 0) == 1
    assert sign_test(5, 0) == 1 / 32
    assert sign_test(2, 2) == 11 / 16


@pytest.mark.parametrize(("things", "wanted"), [(3, [0, 1, 2]), (100, [0, 33, 66, 99])])
def test_a_sample_reaches_from_the_first_to_the_last(things: int, wanted: list[int]) -> None:
    assert spread(range(things), 4) == wanted
