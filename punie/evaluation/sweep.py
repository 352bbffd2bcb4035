"""What stands in `sweep.json`: one model at several quantization levels, and what may be concluded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from punie.evaluation.records import Rates, Record
from punie.evaluation.stats import Interval
from punie.whole_files import write_whole

FILE_NAME: Final = "sweep.json"
AS_STORED: Final = "as stored"
_LARGEST: Final = 20_000_000  # bytes


class Beside(Record):
    """
    A variant beside another on the same queries.

    Attributes:
        other: name of the other variant.
        queries: graded in both.
        lost: queries that only the other one passes.
        gained: queries that only this one passes.
        p_value: of the exact McNemar test.
        interval: 95 % of the difference of the rates, this one's less the other's.

    """

    other: str
    queries: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    p_value: float
    interval: Interval


class Variant(Record):
    """
    One level of quantization.

    Attributes:
        name: such as "4 bits, group 64".
        bits: of a weight; None for float16, the reference.
        group_size: weights that share a scale; None for float16.
        folder: name of the model's folder.
        weights: digest of its weights.
        size_bytes: of the folder.
        bits_per_weight: really stored, scales included.
        rates: how it fared on the suites; graded as `pytest -m eval` does.
        missed: ids of the queries that did not pass.
        load_seconds: from the folder into memory.
        first_seconds: what the first reply took after loading.
        median_seconds: what a following reply took, half of them at most.
        p95_seconds: the same for 95 of 100.
        peak_memory_bytes: while loading and replying.
        computed: in which form of the weights the timed replies were, "as stored" where the device can do that.
        against_float16: paired with the reference; None for the reference itself, or where that is missing.
        against_larger: paired with the next larger variant; None for the largest.

    """

    name: str
    bits: int | None
    group_size: int | None
    folder: str
    weights: str
    size_bytes: int
    bits_per_weight: float
    rates: Rates
    missed: tuple[str, ...]
    load_seconds: float
    first_seconds: float
    median_seconds: float
    p95_seconds: float
    peak_memory_bytes: int
    computed: str = AS_STORED
    against_float16: Beside | None = None
    against_larger: Beside | None = None


class Advice(Record):
    """
    What the evidence carries.

    Attributes:
        verdict: `recommended`, `float16` (every other variant is worse), or `undecided`.
        variant: name of what is recommended.
        reason: why, in one line.
        queries_needed: how many would settle it if the shares stay; None where it is settled, or where none would.

    """

    verdict: Literal["recommended", "float16", "undecided"]
    variant: str | None = None
    reason: str
    queries_needed: int | None = None


class Sweep(Record):
    """
    A whole sweep.

    Attributes:
        version: of the file's format, its key is `schema`.
        recipe: name of the recipe.
        at: when it was measured, UTC.
        fused: content digest of the float16 model that all variants were made of.
        suites: digest of each suite by its name.
        margin: loss of the strict rate, 0 to 1, that a recommended variant must be shown to stay below.
        significance: from which probability on a difference counts as chance.
        device: that computed.
        requests: replies of each variant that were timed.
        max_tokens: budget of a timed reply.
        variants: the largest first.
        failed: why the other ones could not be measured, by name.
        advice: what follows.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    recipe: str
    at: str
    fused: str
    suites: Mapping[str, str]
    margin: float
    significance: float
    device: str
    requests: int
    max_tokens: int
    variants: tuple[Variant, ...]
    failed: Mapping[str, str] = Field(default_factory=dict)
    advice: Advice


def write_sweep(sweep: Sweep, results_dir: Path) -> Path:
    """Write `sweep.json` into a folder, made if absent, in one step; the path written."""
    text = json.dumps(sweep.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=True) + "\n"
    return write_whole(results_dir / FILE_NAME, [text])


def read_sweep(file: Path) -> Sweep | None:
    """Return what stands in a `sweep.json`, None when it is missing, damaged or too large to be one."""
    try:
        return None if file.stat().st_size > _LARGEST else Sweep.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None
