from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest
import yaml

from punie.agent.typed_tools import CATALOGUE
from punie.training.contamination import too_near

SUITES = Path(__file__).parents[1] / "suites"
NAMES = ("25", "40", "57", "dev")
COUNTS = {
    "25": dict.fromkeys(("discrimination", "conditional", "field_access", "iteration", "multi_step"), 5),
    "40": dict.fromkeys(
        (
            "direct_answers",
            "code_quality",
            "navigation",
            "symbols",
            "git",
            "field_access",
            "cross_tool",
            "tool_identity",
        ),
        5,
    ),
    "57": {
        "direct_answers": 5,
        "single_tool": 10,
        "tool_identity": 5,
        "field_access": 10,
        "cross_tool": 10,
        "edge_cases": 5,
        "multi_turn": 12,
    },
    "dev": {
        "direct_answers": 4,
        "single_tool": 7,
        "tool_identity": 3,
        "field_access": 7,
        "cross_tool": 7,
        "edge_cases": 4,
        "multi_turn": 8,
    },
}
CHAINS = {"57": 4, "dev": 3}
PATH, SYMBOL = r"\w[\w.-]*/[\w./-]*", r"\b\w+_\w+\b|\b[A-Z][a-z]+[A-Z]\w*"
UNUSUAL = re.compile(rf"{PATH}|{SYMBOL}|\b\d+\b")


def read(path: Path) -> Any:  # noqa: ANN401 - what a YAML file holds
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def queries(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = read(SUITES / f"{name}.yaml")
    return loaded


def results(name: str) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = read(SUITES / "results" / f"{name}.yaml")
    return loaded


def turns(query: dict[str, Any]) -> list[dict[str, Any]]:
    return [query, *query.get("then", [])]


def responses(name: str) -> list[str]:
    return [turn["tool_response"] for query in queries(name) for turn in query.get("then", [])]


def plain(prompt: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", prompt.lower()).split())


def likeness(left: str, right: str) -> float:
    pairs = [(left, right), (UNUSUAL.sub("X", left), UNUSUAL.sub("X", right))]
    return max(SequenceMatcher(None, plain(a), plain(b), autojunk=False).ratio() for a, b in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_a_suite_has_the_agreed_number_of_queries_in_each_category(name: str) -> None:
    counts = Counter(query["category"] for query in queries(name))

    assert counts == COUNTS[name]


@pytest.mark.parametrize("name", CHAINS)
def test_multi_turn_queries_are_summaries_and_chains_of_two_turns(name: str) -> None:
    multi = [query for query in queries(name) if query["category"] == "multi_turn"]
    chains = [query for query in multi if query["then"][0]["expect"]["tools"]]

    assert {len(turns(query)) for query in multi} == {2}
    assert len(chains) == CHAINS[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_second_call_of_a_chain_is_of_another_tool(name: str) -> None:
    calls = [[set(turn["expect"]["tools"]) for turn in turns(query)] for query in queries(name)]
    repeated = [call for call in calls if len(call) > 1 and call[0] & call[1]]

    assert repeated == []


def test_ids_are_unique_across_the_suites() -> None:
    ids = [query["id"] for name in NAMES for query in queries(name)]

    assert len(set(ids)) == len(ids)


def test_all_but_the_discrimination_of_the_25_ask_for_fields() -> None:
    asking = {query["category"] for query in queries("25") if any("fields" in turn["expect"] for turn in turns(query))}
    without = [query["id"] for query in queries("25") if not any("fields" in turn["expect"] for turn in turns(query))]

    assert asking == set(COUNTS["25"]) - {"discrimination"}
    assert len(without) == 5


@pytest.mark.parametrize("name", ["40", "57", "dev"])
def test_every_tool_is_asked_for_and_no_other(name: str) -> None:
    asked = {tool for query in queries(name) for turn in turns(query) for tool in turn["expect"]["tools"]}

    assert asked == set(CATALOGUE)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_fixed_only_for_expected_tools(name: str) -> None:
    expectations = [turn["expect"] for query in queries(name) for turn in turns(query)]
    stray = [set(expect.get("arguments", {})) - set(expect["tools"]) for expect in expectations]

    assert not any(stray)


@pytest.mark.parametrize("name", NAMES)
def test_every_turn_in_words_has_two_mentions(name: str) -> None:
    words = [turn["expect"] for query in queries(name) for turn in turns(query) if not turn["expect"]["tools"]]
    thin = [expect for expect in words if len(expect.get("mentions", [])) < 2]

    assert thin == []


@pytest.mark.parametrize("name", NAMES)
def test_recorded_results_and_tool_responses_match(name: str) -> None:
    assert sorted(responses(name)) == sorted(results(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_result_belongs_to_the_tool_called_before_it(name: str) -> None:
    recorded = results(name)
    called = [
        (before["expect"]["tools"], turn["tool_response"])
        for query in queries(name)
        for before, turn in zip(turns(query), query.get("then", []), strict=False)
    ]
    foreign = [response for tools, response in called if recorded[response]["tool"] not in tools]

    assert foreign == []


@pytest.mark.parametrize(("name", "response"), [(name, key) for name in NAMES for key in results(name)])
def test_a_recorded_result_is_a_valid_instance_of_its_result_model(name: str, response: str) -> None:
    recorded = results(name)[response]
    model: Any = CATALOGUE[recorded["tool"]].result

    valid = model.model_validate(recorded["fields"])

    assert valid.model_dump(mode="json") == recorded["fields"]


def test_most_prompts_name_a_path_a_symbol_or_a_number() -> None:
    naming = [query["prompt"] for query in queries("57") if UNUSUAL.search(query["prompt"])]

    assert len(naming) >= 30


@pytest.mark.parametrize("name", NAMES)
def test_prompts_are_under_45_words(name: str) -> None:
    long = [query["prompt"] for query in queries(name) if len(query["prompt"].split()) >= 45]

    assert long == []


@pytest.mark.parametrize("name", NAMES)
def test_no_two_prompts_of_a_suite_share_a_frame(name: str) -> None:
    prompts = [query["prompt"] for query in queries(name)]
    near = [pair for pair in combinations(prompts, 2) if likeness(*pair) >= 0.75]

    assert near == []


@pytest.mark.parametrize(("name", "other"), list(permutations(NAMES, 2)))
def test_no_prompt_is_near_one_of_another_suite(name: str, other: str) -> None:
    prompts = [query["prompt"] for query in queries(other)]
    near = {query["id"]: too_near(query["prompt"], prompts) for query in queries(name)}

    assert not any(near.values()), near
