"""What the registry holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

MODEL: Final = "quantized"
FLOAT16: Final = "fused"
VARIANT: Final = "variant"
DEV: Final = ("dev",)


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Verdict(_Record):
    """
    What an eval run said of a model.

    Attributes:
        run: folder of the run below `artifacts`.
        at: when its record was written, in seconds since 1970.
        decision: of the gate.
        passed: strict passes.
        asked: queries asked.
        suites: names of the suites.
    """

    run: str
    at: float
    decision: str
    passed: int
    asked: int
    suites: tuple[str, ...]


class Entry(_Record):
    """
    One artifact.

    Attributes:
        name: `recipe/folder`.
        recipe: what it was made by.
        stage: name of its stage.
        digest: of what decided it.
        content: digest of its files.
        parents: content digest of each parent by stage.
        base: digest of the base model's weights, where the stage names it.
        made: when, in seconds since 1970.
        size_bytes: of its files.
        identity: digests of a model, by which eval runs name it; empty for what is none.
        verdicts: of eval runs, oldest first.
        present: whether its folder still exists.
    """

    name: str
    recipe: str
    stage: str
    digest: str
    content: str
    parents: Mapping[str, str]
    base: str = ""
    made: float
    size_bytes: int
    identity: Mapping[str, str] = Field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    present: bool = True

    @property
    def decision(self) -> str:
        """The newest decision that counts; "not graded" without one."""
        return self.judged[-1].decision if self.judged else "not graded"

    @property
    def judged(self) -> tuple[Verdict, ...]:
        """The verdicts that count: of whole runs, and not on the development suite alone, which accepts nothing."""
        return tuple(each for each in self.verdicts if each.decision != "INCOMPLETE" and each.suites != DEV)

    @property
    def accepted(self) -> bool:
        """Whether the newest whole run said DEPLOY."""
        return self.decision == "DEPLOY"


class Registry(_Record):
    """Everything that was built, by name; its key for the version is `schema`."""

    version: Literal[1] = Field(default=1, alias="schema")
    entries: Mapping[str, Entry] = Field(default_factory=dict)

    def present(self, stage: str | None = None) -> list[Entry]:
        """Return the artifacts that still exist, of one stage or of all, oldest first."""
        found = (entry for entry in self.entries.values() if entry.present and stage in {None, entry.stage})
        return sorted(found, key=lambda entry: (entry.made, entry.name))

    def ancestors(self, entry: Entry) -> list[Entry]:
        """Return what an artifact was made from, parents before their own; what is gone is among them, not present."""
        found: dict[str, Entry] = {}
        waiting = list(self._parents(entry))
        while waiting:
            parent = waiting.pop(0)
            if parent.name not in found:
                found[parent.name] = parent
                waiting.extend(self._parents(parent))
        return list(found.values())

    def is_traced(self, entry: Entry) -> bool:
        """Whether everything that an artifact was made from is on record."""
        line = (entry, *self.ancestors(entry))
        return all(set(each.parents) <= {parent.stage for parent in self._parents(each)} for each in line)

    def _parents(self, entry: Entry) -> Iterable[Entry]:
        for other in self.entries.values():
            if other.recipe == entry.recipe and entry.parents.get(other.stage) == other.content:
                yield other
