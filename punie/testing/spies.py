"""Tools that answer from records and keep their calls, for tests of code that calls tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from punie.agent.typed_tools import CATALOGUE, Tool
from punie.testing.fitting import fitted
from punie.testing.made_record import Record
from punie.testing.records import dirty_records, empty_records
from punie.testing.subject import subject_of

Spy = Callable[..., Record]


@dataclass(frozen=True, slots=True)
class SpyCall:
    """A call of a spy: the tool's name, and the arguments by parameter, defaults filled in."""

    tool: str
    arguments: Mapping[str, Any]


class SpyTools(Mapping[str, Spy]):
    """
    A spy for every tool: answers any arguments with its record; to be given to `execute_code` as `tools`.

    A spy is called like the tool itself; a call that does not fit its parameters raises TypeError and is not kept.

    Args:
        records: results by tool; a tool without one answers with its populated record.
        catalogue: the tools.
        about: a request; populated records then fit the arguments of the call and the names in the request.

    Attributes:
        calls: that were made, in order; wrong calls are not among them.

    Raises:
        ValueError: a record is for an unknown tool, or no result of its tool.

    """

    def __init__(
        self,
        records: Mapping[str, Record] | None = None,
        *,
        catalogue: Mapping[str, Tool] = CATALOGUE,
        about: str | None = None,
    ) -> None:
        self.calls: list[SpyCall] = []
        self._given = _checked(records or {}, catalogue)
        self._records = {**dirty_records(catalogue), **self._given}
        self._subject = None if about is None else subject_of(about)
        self._spies = {name: self._spy(tool) for name, tool in catalogue.items()}

    @classmethod
    def dirty(cls, *, catalogue: Mapping[str, Tool] = CATALOGUE, about: str | None = None) -> Self:
        """Spies whose records hold findings, changes and symbols, those that a request is about among them."""
        return cls(catalogue=catalogue, about=about)

    @classmethod
    def empty(cls, *, catalogue: Mapping[str, Tool] = CATALOGUE) -> Self:
        """Spies whose records hold nothing."""
        return cls(empty_records(catalogue), catalogue=catalogue)

    @classmethod
    def calm(cls) -> Self:
        """Spies whose records hold nothing, where a test run without failures is a success."""
        records = empty_records()
        tests = records["pytest_run"]
        passing = tests if isinstance(tests, str) else tests.model_copy(update={"success": True})
        return cls({**records, "pytest_run": passing})

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
            call = SpyCall(tool.name, tool.bind(args, kwargs))
            self.calls.append(call)
            return self._answer(call)

        return spy

    def _answer(self, call: SpyCall) -> Record:
        record = self._records[call.tool]
        if self._subject is None or call.tool in self._given:
            return record
        return fitted(call.tool, record, call.arguments, self._subject)


def _checked(records: Mapping[str, Record], catalogue: Mapping[str, Tool]) -> Mapping[str, Record]:
    for name, record in records.items():
        if name not in catalogue:
            message = f"record for unknown tool {name!r}: the tools are {', '.join(catalogue)}"
            raise ValueError(message)
        if not isinstance(record, catalogue[name].result):
            message = f"record for {name} is {record!r}: give a {catalogue[name].result.__name__}"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for a wrong record
    return records
