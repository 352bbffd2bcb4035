from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from evals.contract.acceptances import FACTS, acceptance, bad
from punie.evaluation import Graded, TargetList, targets_of
from punie.evaluation.records import Acceptance
from punie.evaluation.targets import apportion, write_targets

UNREAD = bad("fields", "invented_field", "errors is never read", soft=True)
NO_CALL = bad("gate", "no_call", "answers in words")


def wanted(record: Acceptance) -> TargetList:
    found = targets_of(record)
    assert found is not None
    return found


def augment(**changed: Graded | None) -> Acceptance:
    return acceptance(FACTS, **changed).model_copy(update={"decision": "AUGMENT"})


def test_the_weakest_come_first_with_numbers_of_examples() -> None:
    found = wanted(acceptance(calls_1=UNREAD, calls_2=UNREAD, words_1=NO_CALL))

    assert found.total == 50
    assert [(target.name, target.missed, target.of, target.examples) for target in found.categories] == [
        ("calls", 2, 3, 33), ("words", 1, 2, 17),
    ]  # fmt: skip
    assert [(target.name, target.examples) for target in found.tools] == [("typecheck", 33), ("words", 17)]
    assert [(target.name, target.of) for target in found.labels] == [("invented_field", 3), ("no_call", 3)]


def test_between_50_and_100_examples_are_wanted() -> None:
    everything = dict.fromkeys(("words_1", "words_2", "calls_1", "calls_2", "calls_3"), NO_CALL)

    assert wanted(acceptance(calls_1=UNREAD)).total == 50
    assert wanted(acceptance(FACTS, **everything)).total == 50
    assert apportion({"a": 1, "b": 1, "c": 1}, 100) == {"a": 34, "b": 33, "c": 33}


def test_without_a_miss_nothing_is_wanted() -> None:
    assert targets_of(acceptance()) is None


def test_the_list_is_a_file_that_can_be_read_back(tmp_path: Path) -> None:
    record = augment(calls_1=UNREAD)
    path = write_targets(record, tmp_path)

    assert path == tmp_path / "targets.json"
    assert TargetList.model_validate(json.loads(path.read_text(encoding="utf-8"))) == targets_of(record)


def test_only_augment_leaves_a_list(tmp_path: Path) -> None:
    write_targets(augment(calls_1=UNREAD), tmp_path)
    write_targets(acceptance(), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_list_whose_numbers_do_not_add_up_is_refused() -> None:
    data = wanted(acceptance(calls_1=UNREAD)).model_dump() | {"total": 60}

    with pytest.raises(ValidationError, match="categories share out 50 examples, total says 60"):
        TargetList.model_validate(data)
