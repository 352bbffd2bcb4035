"""The card of a dataset: what it holds, for those who train on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from punie.agent.tool_calls import parse_reply
from punie.training.dataset import SPLITS, TrainingDataset, TrainingExample
from punie.training.dataset_io import FILE_NAMES
from punie.training.field_reads import reads_field_in
from punie.training.strata import called_in

_RECORD: Final = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Lengths(BaseModel):
    """Characters of the messages of a row: shortest, in the middle, at 95 of 100, longest."""

    model_config = _RECORD

    shortest: int
    median: int
    percentile_95: int
    longest: int


class SplitCard(BaseModel):
    """
    One split.

    Attributes:
        rows: in it.
        tools: rows whose last turn calls the tool; `words` counts those whose last turn calls none.
        categories: rows by what the last turn is: `call` of one tool, `chain` of several, `other call`, `answer` in
            words, `summary` in words of an earlier result.
        shares: of the rows with a call in the last turn, with several turns of the assistant, and of the rows with a
            call those whose code reads a field of a result.
        lengths: None without rows.
    """

    model_config = _RECORD

    rows: int
    tools: Mapping[str, int]
    categories: Mapping[str, int]
    shares: Mapping[str, float]
    lengths: Lengths | None


class DataCard(BaseModel):
    """
    What a dataset holds.

    Attributes:
        layout: version of this layout, `schema` in the file.
        name: of the set.
        generator: the preset, the seed and what else was given to the generators.
        system_prompts: rows by the SHA-256 of their system prompt, `none` for rows without one.
        files: SHA-256 of each file.
        splits: by name.
    """

    model_config = _RECORD

    layout: int = Field(default=1, alias="schema")
    name: str
    generator: Mapping[str, str | int | None]
    system_prompts: Mapping[str, int]
    files: Mapping[str, str]
    splits: Mapping[str, SplitCard]


def data_card(dataset: TrainingDataset, folder: Path, generator: Mapping[str, str | int | None]) -> DataCard:
    """
    Return the card of a set.

    Args:
        dataset: the set.
        folder: where it is written.
        generator: how it was made: preset, seed and the like.
    """
    prompts = Counter(_prompt_digest(row.example) for row in dataset.rows())
    files = [folder / FILE_NAMES[split] for split in SPLITS]
    return DataCard(
        name=dataset.name,
        generator=dict(generator),
        system_prompts=_by_name(prompts),
        files={file.name: sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()},
        splits={split: _split_card(dataset.split(split)) for split in SPLITS},
    )


def _split_card(rows: Sequence[TrainingExample]) -> SplitCard:
    turns = [row.messages[-1].content if row.messages else "" for row in rows]
    tools = [tuple(dict.fromkeys(called_in(turn))) or ("words",) for turn in turns]
    calls = [bool(parse_reply(turn).calls) for turn in turns]
    reads = sum(map(reads_field_in, turns))
    several = sum(sum(message.role == "assistant" for message in row.messages) > 1 for row in rows)
    return SplitCard(
        rows=len(rows),
        tools=_by_name(Counter(name for names in tools for name in names)),
        categories=_by_name(Counter(map(_category, rows))),
        shares={
            "call": _share(sum(calls), len(rows)),
            "several_turns": _share(several, len(rows)),
            "field_read_of_calls": _share(reads, sum(calls)),
        },
        lengths=_lengths([sum(len(message.content) for message in row.messages) for row in rows]),
    )


def _category(row: TrainingExample) -> str:
    turn = row.messages[-1].content if row.messages else ""
    tools = set(called_in(turn))
    if tools:
        return "call" if len(tools) == 1 else "chain"
    if parse_reply(turn).calls:
        return "other call"
    earlier = (message.content for message in row.messages[:-1] if message.role == "assistant")
    return "summary" if any(parse_reply(text).calls for text in earlier) else "answer"


def _prompt_digest(row: TrainingExample) -> str:
    return "none" if row.system is None else sha256(row.system.encode()).hexdigest()


def _by_name(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _lengths(lengths: Iterable[int]) -> Lengths | None:
    found = sorted(lengths)
    if not found:
        return None
    last = len(found) - 1
    return Lengths(
        shortest=found[0], median=found[last // 2], percentile_95=found[last * 95 // 100], longest=found[last]
    )
