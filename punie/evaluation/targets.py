"""What an AUGMENT asks for: the weakest categories, tools and labels, with numbers of examples to add."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from punie.evaluation.records import Acceptance, QueryResult, Record
from punie.whole_files import write_whole

FILE_NAME: Final = "targets.json"
_PER_MISS: Final = 10
_FEWEST: Final = 50
_MOST: Final = 100


class Target(Record):
    """
    One thing to add examples for.

    Attributes:
        name: of the category, tool or label.
        missed: queries that were missed.
        of: queries asked; for a label, all that were missed.
        examples: how many to add.

    """

    name: str
    missed: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=0)]
    examples: Annotated[int, Field(ge=0)]


class TargetList(Record):
    """
    The contents of `targets.json`; each of its three lists shares out the same total, the weakest first.

    Attributes:
        version: of the file's format, its key is `schema`.
        model: what was graded.
        total: how many examples to add.
        categories: by category of query.
        tools: by tool that missed queries expect; a query in words expects none and stands under "words".
        labels: by what went wrong.

    """

    version: Literal[1] = Field(default=1, alias="schema")
    model: str = ""
    total: Annotated[int, Field(ge=0)]
    categories: tuple[Target, ...]
    tools: tuple[Target, ...]
    labels: tuple[Target, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for name in ("categories", "tools", "labels"):
            shared = sum(target.examples for target in getattr(self, name))
            if shared != self.total:
                message = f"{name} share out {shared} examples, total says {self.total}"
                raise ValueError(message)
        return self


def targets_of(acceptance: Acceptance) -> TargetList | None:
    """What to add after a run; None where no query was missed."""
    graded = [row for row in acceptance.queries.values() if row.strict is not None]
    missed = [row for row in graded if not row.strict]
    if not missed:
        return None
    total = min(_MOST, max(_FEWEST, _PER_MISS * len(missed)))
    labels = _counted(missed, lambda row: (row.label or "none",))
    return TargetList(
        model=str(acceptance.model.get("name", "")),
        total=total,
        categories=_shared(_counted(graded, _category), _counted(missed, _category), total),
        tools=_shared(_counted(graded, _tools), _counted(missed, _tools), total),
        labels=_shared(dict.fromkeys(labels, len(missed)), labels, total),
    )


def write_targets(acceptance: Acceptance, results_dir: Path) -> Path | None:
    """Write `targets.json` after AUGMENT, and remove an older one else; the path written."""
    path = results_dir / FILE_NAME
    wanted = targets_of(acceptance) if acceptance.decision == "AUGMENT" else None
    if wanted is None:
        path.unlink(missing_ok=True)
        return None
    return write_whole(path, [json.dumps(wanted.model_dump(mode="json", by_alias=True), indent=2), "\n"])


def _shared(of: Mapping[str, int], misses: Mapping[str, int], total: int) -> tuple[Target, ...]:
    """Targets for what was missed, the weakest first."""
    weakest = sorted(misses, key=lambda name: (-misses[name], -misses[name] / of[name], name))
    examples = apportion({name: misses[name] for name in weakest}, total)
    return tuple(Target(name=name, missed=misses[name], of=of[name], examples=examples[name]) for name in weakest)


def _category(row: QueryResult) -> tuple[str, ...]:
    return (row.category,)


def _tools(row: QueryResult) -> tuple[str, ...]:
    return row.tools or ("words",)


def _counted(rows: Iterable[QueryResult], names: Callable[[QueryResult], Iterable[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        for name in names(row):
            counts[name] = counts.get(name, 0) + 1
    return counts


def apportion(weights: Mapping[str, int], total: int) -> dict[str, int]:
    """Share out a total by weight in whole numbers that add up; what is left over goes to the largest remainders."""
    whole = sum(weights.values())
    shares = {name: total * weight // whole for name, weight in weights.items()}
    remainders = sorted(weights, key=lambda name: -(total * weights[name] % whole))
    for name in remainders[: total - sum(shares.values())]:
        shares[name] += 1
    return shares
