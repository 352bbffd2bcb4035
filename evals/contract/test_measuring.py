from __future__ import annotations

from pathlib import Path

import pytest

from evals.contract.acceptances import query
from punie.evaluation import Grade, Suite, grade
from punie.evaluation.measuring import AskingError, measure
from punie.evaluation.run import ModelSource, Source
from punie.testing import ScriptedModel

SUITES = (Suite("own", (query("sky", "words", mentions=["blue"]), query("sea", "words", mentions=["salt"])), "ab"),)


def source() -> Source:
    return ModelSource(
        ScriptedModel({"sky": "It is blue.", "sea": "Nobody knows."}), lambda turns: turns[-1]["content"]
    )


def test_what_was_asked_is_graded_and_identified() -> None:
    found = measure(SUITES, {"sky", "sea"}, source)

    assert {name: result.strict for name, result in found.results.items()} == {"sky": True, "sea": False}
    assert found.model["name"] == source().name
    assert "identity" in found.model


def test_other_processes_read_what_the_first_found(tmp_path: Path) -> None:
    def closed() -> Source:
        pytest.fail("asked twice")

    first = measure(SUITES, {"sky", "sea"}, source, shared=tmp_path)

    assert measure(SUITES, {"sky", "sea"}, closed, shared=tmp_path) == first


def test_a_source_that_fails_is_told_to_every_process(tmp_path: Path) -> None:
    def broken() -> Source:
        message = "no\nweights"
        raise OSError(message)

    with pytest.raises(AskingError, match=r"^no weights$") as caught:
        measure(SUITES, {"sky"}, broken, shared=tmp_path)

    assert isinstance(caught.value.__cause__, OSError)
    assert measure(SUITES, {"sky"}, broken, shared=tmp_path).failure == "no weights"


def test_a_fault_of_the_grader_leaves_one_query_without_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(asked: object, replies: object) -> Grade:
        if replies == ("It is blue.",):
            message = "a fault\nof ours"
            raise ZeroDivisionError(message)
        return grade(asked, replies)  # type: ignore[arg-type]

    monkeypatch.setattr("punie.evaluation.run.grade", faulty)
    found = measure(SUITES, {"sky", "sea"}, source).results

    assert found["sky"].strict is None
    assert found["sky"].reason == "the grader failed: ZeroDivisionError: a fault of ours"
    assert found["sea"].strict is False
