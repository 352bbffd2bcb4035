"""Tools that answer from records and keep their calls, for tests of code that calls tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from punie.agent.typed_tools import CATALOGUE, Tool
from punie.testing.made_record import Record
from punie.testing.records import dirty_records, empty_records

Spy = Callable[..., Record]


@dataclass(frozen=True, slots=True)
class SpyCall:
    """A call of a spy: the tool's name, and the arguments by parameter, defaults filled in."""

    tool: str
    arguments: Mapping[str, Any]


class SpyTools(Mapping[str, Spy]):
    """
    A spy for every tool: answers any arguments with its record; to be given to `execute_code` as `tools`.

    Args:
        records: results by tool; a tool without one answers with its populated record.
        catalogue: the tools.

    Attributes:
        calls: that were made, in order; wrong calls are not among them.

    Raises:
        ValueError: a record is for an unknown tool, or no result of its tool.

    """

    def __init__(
        self, records: Mapping[str, Record] | None = None, *, catalogue: Mapping[str, Tool] = CATALOGUE
    ) -> None:
        self.calls: list[SpyCall] = []
        self._records = {**dirty_records(catalogue), **_checked(records or {}, catalogue)}
        self._spies = {name: self._spy(tool) for name, tool in catalogue.items()}

    @classmethod
    def dirty(cls, *, catalogue: Mapping[str, Tool] = CATALOGUE) -> Self:
        """Spies whose records hold findings, changes and symbols."""
        return cls(catalogue=catalogue)

    @classmethod
    def empty(cls, *, catalogue: Mapping[str, Tool] = CATALOGUE) -> Self:
        """Spies whose records hold nothing."""
        return cls(empty_records(catalogue), catalogue=catalogue)

    @property
    def records(self) -> Mapping[str, Record]:
        """What each tool answers."""
        return dict(self._records)

    def called(self) -> tuple[str, ...]:
        """Names of the tools called, in order."""
        return tuple(call.tool for call in self.calls)

    def __getitem__(self, name: str) -> Spy:
        return self._spies[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._spies)

    def __len__(self) -> int:
        return len(self._spies)

    def _spy(self, tool: Tool) -> Spy:
        def spy(*args: object, **kwargs: object) -> Record:
            self.calls.append(SpyCall(tool.name, tool.bind(args, kwargs)))
            return self._records[tool.name]

        return spy


def _checked(records: Mapping[str, Record], catalogue: Mapping[str, Tool]) -> Mapping[str, Record]:
    for name, record in records.items():
        if name not in catalogue:
            message = f"record for unknown tool {name!r}: the tools are {', '.join(catalogue)}"
            raise ValueError(message)
        if not isinstance(record, catalogue[name].result):
            message = f"record for {name} is {record!r}: give a {catalogue[name].result.__name__}"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for a wrong record
    return records
