from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from evals.contract.acceptances import suite
from punie.evaluation.identity import identified
from punie.evaluation.models.protocol import Fact

FACTS: Mapping[str, Fact] = {
    "name": "nano",
    "weights": "ab",
    "tokenizer": "cd",
    "max_tokens": 512,
    "temperature": 0.0,
    "mlx": "0.32",
}


def test_results_name_engines_decoding_and_suites() -> None:
    found = identified(FACTS, [suite()])

    assert found.keys() - FACTS.keys() == {"punie", "pydantic_monty", "decoding", "engines", "suites", "identity"}
    assert all(len(str(found[name])) == 64 for name in ("decoding", "engines", "suites", "identity"))


@pytest.mark.parametrize(
    ("changed", "digest"),
    [
        ({"weights": "xx"}, "identity"),
        ({"tokenizer": "xx"}, "identity"),
        ({"system_prompt": "xx"}, "identity"),
        ({"temperature": 0.7}, "decoding"),
        ({"max_tokens": 64}, "decoding"),
        ({"mlx": "0.33"}, "engines"),
    ],
)
def test_what_decides_the_replies_changes_the_identity(changed: dict[str, str | float], digest: str) -> None:
    before, after = identified(FACTS, [suite()]), identified({**FACTS, **changed}, [suite()])

    assert before[digest] != after[digest]
    assert before["identity"] != after["identity"]


def test_another_suite_is_another_result() -> None:
    before, after = identified(FACTS, [suite()]), identified(FACTS, [replace(suite(), digest="cd")])

    assert before["suites"] != after["suites"]
    assert before["identity"] != after["identity"]


@pytest.mark.parametrize("changed", [{"name": "other"}, {"peak_memory_bytes": 5}])
def test_what_decides_nothing_leaves_the_identity_alone(changed: dict[str, str | int]) -> None:
    assert identified(FACTS, [suite()])["identity"] == identified({**FACTS, **changed}, [suite()])["identity"]


def test_nothing_is_known_of_a_source_that_was_not_opened() -> None:
    assert identified({}, [suite()]) == {}
