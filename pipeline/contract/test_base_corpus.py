"""The pre-training text: reproducible, within its limits, and in batches that waste little."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from pipeline.base.batches import batches, collate, encode
from pipeline.base.build import read_recipe
from pipeline.base.corpus import mixture
from pipeline.base.corpus.row import Row
from pipeline.places import ROOT, SUITES
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation import load_suite
from punie.training.contamination import plain, too_near

ALLOWED = {"read_file", "write_file", "run_command"}
BUILTINS = {"print", "len", "enumerate", "sorted", "set", "sum", "max", "min", "int", "str", "any", "all", "range"}
TEXT_METHODS = {"append", "count", "endswith", "find", "get", "items", "join", "lower", "replace", "rstrip"}
TEXT_METHODS |= {"split", "splitlines", "startswith", "strip", "values"}


@cache
def sample(count: int, seed: int = 3) -> list[tuple[str, Row]]:
    return list(mixture.rows(seed, count, lambda _: False, Counter()))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_text() -> None:
    assert sample(200) == list(mixture.rows(3, 200, lambda _: False, Counter()))


@pytest.mark.slow
def test_the_text_does_not_depend_on_the_order_of_hashes() -> None:
    code = (
        "from collections import Counter; from pipeline.base.corpus import mixture; "
        "print([row for _, row in mixture.rows(3, 200, lambda _: False, Counter())])"
    )
    texts = {
        subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=100,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(texts) == 1


def test_another_seed_gives_another_text() -> None:
    assert sample(200) != sample(200, seed=4)


def test_every_family_is_used() -> None:
    assert {name for name, _ in sample(2_000)} == set(mixture.FAMILIES)


def test_shares_sum_to_one() -> None:
    assert sum(share for _, share in mixture.FAMILIES.values()) == pytest.approx(1)


def test_call_blocks_hold_three_tools_only() -> None:
    calls = [t["content"] for _, row in sample(2_000) for t in row.turns if "<tool_call>" in t["content"]]
    called = {name for call in calls for name in re.findall(r"\b(\w+)\(", call)} & set(CATALOGUE)

    assert len(calls) > 500
    assert called == ALLOWED


def test_a_call_block_calls_nothing_but_tools_and_builtins() -> None:
    calls = [t["content"] for _, row in sample(2_000) for t in row.turns if "<tool_call>" in t["content"]]
    outside_strings = (re.sub(r'"[^"\n]*"', '""', call) for call in calls)
    called = {name for call in outside_strings for name in re.findall(r"\b(\w+)\(", call)}

    assert called - ALLOWED <= BUILTINS | TEXT_METHODS


def test_rows_with_a_forbidden_prompt_are_dropped_and_counted() -> None:
    seen: Counter[str] = Counter()
    rows = list(mixture.rows(3, 50, lambda prompt: "line" in prompt, seen))

    assert seen["dropped"] > 0
    assert not any("line" in prompt for _, row in rows for prompt in row.prompts)


class Letters:
    """A tokenizer of one token a letter."""

    class _Encoded:
        def __init__(self, text: str) -> None:
            self.ids = [ord(letter) for letter in text]

    def encode(self, text: str) -> _Encoded:
        return self._Encoded(text)


def test_answers_weigh_more_than_questions() -> None:
    row = Row(turns=({"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}))
    tokens = encode(row, Letters(), 500)
    weight = {chr(i): float(w) for i, w in zip(tokens.ids, tokens.weights, strict=True) if chr(i) in "QA"}

    assert 0 < weight["Q"] < weight["A"] == 1


def test_only_conversations_stand_under_the_system_prompt() -> None:
    asked = Row(turns=({"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}))

    assert encode(asked, Letters(), 500, system=True).system
    assert not encode(Row(text="T"), Letters(), 500, system=True).system


def test_rows_with_and_without_the_system_prompt_share_no_batch() -> None:
    rows = [encode(row, Letters(), 400, system=i % 3 == 0) for i, (_, row) in enumerate(sample(300))]

    assert all(rows[i].system is batch.system for batch in batches(rows, 1, 4_000) for i in batch.rows)


def test_every_row_but_a_last_odd_one_of_a_pool_comes_once() -> None:
    rows = [encode(row, Letters(), 400) for _, row in sample(301)]
    order = [number for batch in batches(rows, 1, 4_000) for number in batch.rows]

    assert len(order) == len(set(order)) == 300


def test_batches_stay_within_their_budget() -> None:
    rows = [encode(row, Letters(), 400) for _, row in sample(300)]
    arrays = [collate([rows[i] for i in batch.rows])[0] for batch in batches(rows, 1, 4_000)]

    assert all(array.shape[0] % 2 == 0 for array in arrays)
    assert max(array.shape[0] * (array.shape[1] - 1) for array in arrays if array.shape[0] > 2) <= 4_000


def suite_prompts() -> tuple[str, ...]:
    return tuple(query.prompt for path in sorted(SUITES.glob("*.yaml")) for query in load_suite(path).queries)


@pytest.mark.slow
def test_no_prompt_of_a_suite_stands_in_the_text_in_the_same_or_nearly_the_same_words() -> None:
    prompts = suite_prompts()
    needles = [plain(prompt) for prompt in prompts]
    recipe = read_recipe()
    rows = mixture.rows(recipe.seed, recipe.rows, lambda prompt: too_near(prompt, prompts) is not None, Counter())
    near, literal = [], []
    for _, row in rows:
        near += [prompt for prompt in row.prompts if too_near(prompt, prompts) is not None]
        text = plain(" ".join(mixture.texts([row])))
        literal += [needle for needle in needles if needle in text]

    assert len(prompts) >= 57
    assert near == []
    assert literal == []
