from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from evals.contract.damages import BAD_LINES, IN_ROWS, PROMPTS, Damage
from punie.agent.config import system_prompt
from punie.agent.tool_calls import emit_call
from punie.training.checks.scan import Rules, scan
from punie.training.checks.suite_of_rules import data_rules
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import write_dataset
from punie.training.examples import generate
from punie.training.finding import Finding
from punie.training.rules import RULES
from punie.training.strata import called_tools
from punie.training.turns import split_dataset

MODEL: Final = Path(__file__).parents[2] / "fixtures/models/nano-base"
SYSTEM: Final = system_prompt("brief")
TRAIN, VALID = "train.jsonl", "valid.jsonl"
Place = tuple[str, int]
ADDED: Final = (
    ("a row again", "duplicate_in_split", TRAIN),
    ("nearly a row again", "near_duplicate_in_split", TRAIN),
    ("words for what is called elsewhere", "contradictory_label", TRAIN),
    ("a call that no row ends with", "call_not_trained", TRAIN),
    ("a row of train", "train_overlap_exact", VALID),
    ("a query of train", "train_overlap_query", VALID),
    ("nearly a query of train", "train_overlap_near", VALID),
)
OF_THE_SET: Final = ("several_system_prompts", "tool_only_outside_train", "distribution", "delimiter_not_single_token")


class Injected(NamedTuple):
    """A damaged set in its folder, and where each damage is."""

    folder: Path
    places: Mapping[str, Place]


def findings_of(source: TrainingDataset | Path, *, model: Path = MODEL) -> list[Finding]:
    return list(scan(source, data_rules(prompts=PROMPTS, system=SYSTEM, tokenizer=model)))


def row(query: str, *said: str, system: str = SYSTEM) -> TrainingExample:
    contents = [("system", system), ("user", query)]
    contents += [(("assistant", "user")[place % 2], text) for place, text in enumerate(said)]
    return TrainingExample(messages=tuple(ChatMessage.model_validate({"role": r, "content": c}) for r, c in contents))


def by_place(findings: Iterable[Finding]) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = defaultdict(list)
    for finding in findings:
        found[finding.file, finding.line].append(finding.rule)
    return found


def balanced(rows: Sequence[TrainingExample]) -> tuple[TrainingExample, ...]:
    """Rows of which five of seven call at most."""
    words = [each for each in rows if not called_tools(each)]
    calls = [each for each in rows if called_tools(each)]
    return (*words, *calls[: 5 * len(words) // 2])


@pytest.fixture(scope="module")
def sound() -> TrainingDataset:
    made = generate("nano", 11, SYSTEM, size=150)
    return split_dataset(made.model_copy(update={"train": balanced(made.train)}))


@pytest.fixture(scope="module")
def injected(sound: TrainingDataset, tmp_path_factory: pytest.TempPathFactory) -> Injected:
    """The sound set with every damage of one row, each in a row of its own, bad lines and added rows."""
    splits = {TRAIN: list(sound.train), VALID: list(sound.valid)}
    places = dict(_damaged(splits, IN_ROWS))
    untouched = [each for at, each in enumerate(splits[TRAIN], 1) if (TRAIN, at) not in places.values()]
    for (name, _, split), each in zip(ADDED, _added(untouched), strict=True):
        splits[split].append(each)
        places[name] = (split, len(splits[split]))
    folder = tmp_path_factory.mktemp("damaged") / "set"
    write_dataset(TrainingDataset(name="damaged", train=tuple(splits[TRAIN]), valid=tuple(splits[VALID])), folder)
    with (folder / VALID).open("ab") as file:
        for place, (name, _, line) in enumerate(BAD_LINES, len(splits[VALID]) + 1):
            places[name] = (VALID, place)
            file.write(line + b"\n")
    return Injected(folder, places)


def _damaged(splits: dict[str, list[TrainingExample]], damages: Sequence[Damage]) -> Iterator[tuple[str, Place]]:
    """Damage one row for each kind, no row twice, and none that another row begins with."""
    begun = {each.messages[:end] for rows in splits.values() for each in rows for end in range(2, len(each.messages))}
    free = [(file, at) for file, rows in splits.items() for at, each in enumerate(rows) if each.messages not in begun]
    free.reverse()
    for damage in damages:
        changed = ((file, at, damage.change(splits[file][at])) for file, at in free)
        file, at, example = next(each for each in changed if each[2] is not None)
        free.remove((file, at))
        splits[file][at] = example or splits[file][at]
        yield damage.name, (file, at + 1)


def _added(rows: Sequence[TrainingExample]) -> Iterator[TrainingExample]:
    calls = [each for each in rows if len(each.messages) == 3 and called_tools(each) and len(each.query) > 40]
    words = [each for each in rows if len(each.messages) == 3 and not called_tools(each) and len(each.query) > 40]
    yield calls[0]
    yield row(f"{calls[1].query} now", calls[1].messages[-1].content)
    yield row(calls[2].query, "There are four of them, all in one file.")
    again = emit_call('print(git_status("."))')
    yield row("Is the work tree of the ledger clean?", again, "<tool_response>\n0\n</tool_response>", "It is, with 0.")
    yield words[0]
    yield row(words[1].query, "Nobody can say that in general.")
    yield row(f"{words[2].query} now", "Nobody can say that in general either.")


@pytest.fixture(scope="module")
def found(injected: Injected) -> dict[Place, list[str]]:
    return by_place(findings_of(injected.folder))


def test_a_sound_set_has_no_finding(sound: TrainingDataset) -> None:
    assert findings_of(sound) == []


@pytest.mark.parametrize("damage", IN_ROWS, ids=lambda damage: damage.name)
def test_damage_in_a_row_is_found_there_and_as_nothing_else(
    damage: Damage, injected: Injected, found: dict[Place, list[str]]
) -> None:
    assert sorted(found[injected.places[damage.name]]) == sorted(damage.rules)


@pytest.mark.parametrize(("name", "rule"), [each[:2] for each in (*ADDED, *BAD_LINES)])
def test_a_damaging_line_is_found_there_and_as_nothing_else(
    name: str, rule: str, injected: Injected, found: dict[Place, list[str]]
) -> None:
    assert found[injected.places[name]] == [rule]


def test_rows_without_damage_have_no_finding(injected: Injected, found: dict[Place, list[str]]) -> None:
    elsewhere = {place: rules for place, rules in found.items() if place not in injected.places.values()}

    assert elsewhere == {("", 0): ["several_system_prompts"]}


def test_a_second_system_prompt_is_one_finding_for_the_set() -> None:
    rows = (
        row("What is a tuple?", "A sequence that stays."),
        row("What is a list?", "One that grows.", system="Help."),
    )
    findings = list(scan(TrainingDataset(name="two", train=rows), data_rules()))

    assert by_place(findings) == {("", 0): ["several_system_prompts"]}
    assert findings[0].related == ("train.jsonl:1", "train.jsonl:2")


def test_a_tool_that_only_valid_calls_is_one_finding_for_the_set() -> None:
    call = row("Is the work tree clean?", emit_call('print(git_status("."))'))
    other = row("How many type errors has src?", emit_call('print(typecheck("src").error_count)'))

    assert by_place(findings_of(TrainingDataset(name="one", train=(other,), valid=(call,)))) == {
        ("", 0): ["tool_only_outside_train"]
    }


def test_a_set_of_calls_alone_is_one_finding_for_the_set(sound: TrainingDataset) -> None:
    calls = tuple(each for each in sound.train if called_tools(each))
    rules = Rules(sets=data_rules().sets)

    assert by_place(scan(sound.model_copy(update={"train": calls}), rules)) == {("", 0): ["distribution"]}


def test_a_train_file_without_rows_is_one_finding_for_the_set() -> None:
    rows = (row("What is a tuple?", "A sequence that stays."),)

    assert by_place(findings_of(TrainingDataset(name="none", train=(), valid=rows))) == {(TRAIN, 0): ["bad_structure"]}


def test_a_tokenizer_that_spells_a_delimiter_is_one_finding_for_the_set(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(MODEL, model, ignore=shutil.ignore_patterns("*.safetensors"))
    tokenizer = (model / "tokenizer.json").read_text(encoding="utf-8")
    (model / "tokenizer.json").write_text(tokenizer.replace('"content": "<tool_call>"', '"content": "<a_call>"'))
    rows = (row("What is a tuple?", "A sequence that stays."),)

    assert by_place(findings_of(TrainingDataset(name="set", train=rows), model=model)) == {
        ("", 0): ["delimiter_not_single_token"]
    }


def test_every_rule_has_a_damage() -> None:
    damaged = {damage.rules[0] for damage in IN_ROWS} | {rule for _, rule, _ in (*ADDED, *BAD_LINES)}

    assert damaged | set(OF_THE_SET) == set(RULES)


def test_there_are_at_least_forty_kinds_of_damage() -> None:
    assert len({damage.name for damage in IN_ROWS}) + len(ADDED) + len(BAD_LINES) >= 40
