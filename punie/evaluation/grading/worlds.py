"""
Worlds that differ in one tool's results, to see whether they matter to what a run says.

In such a world other tools answer as before, but a call with arguments that they had not been given before gets other
results: so an influence that goes through arguments is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from punie.agent.typed_tools import CATALOGUE
from punie.testing.made_record import Record
from punie.testing.records import empty_records
from punie.testing.spies import Spy

# Makes the tool's other result; its arguments are the tool's name and the populated result.
Change = Callable[[str, Any], Any]

_MORE: Final = 1000


class World(Mapping[str, Spy]):
    """
    Tools for `execute_code` of which one answers otherwise.

    Args:
        tools: as they were.
        changed: the tool that answers otherwise.
        change: makes its answers.
        known: the calls that were made of the tools as they were, by `key`.

    """

    def __init__(self, tools: Mapping[str, Spy], changed: str, change: Change, known: Collection[str]) -> None:
        self._tools, self._changed, self._change, self._known = tools, changed, change, known

    def __getitem__(self, name: str) -> Spy:
        def answer(*args: object, **kwargs: object) -> Record:
            result: Any = self._tools[name](*args, **kwargs)
            if name == self._changed:
                return self._change(name, result)  # type: ignore[no-any-return]
            known = key(name, CATALOGUE[name].bind(args, kwargs)) in self._known
            return result if known else altered(name, result)  # type: ignore[no-any-return]

        return answer

    def __iter__(self) -> Iterator[str]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)


def key(tool: str, arguments: Mapping[str, Any]) -> str:
    """One text for equal calls."""
    return f"{tool} {sorted(arguments.items())!r}"


def altered(tool: str, result: Any) -> Any:  # noqa: ANN401 - a result of any tool
    """A result with other texts, numbers and truth values, and twice as many elements."""
    del tool
    return _other(result)


def emptied(tool: str, result: object) -> Record:
    """A result that holds nothing."""
    del result
    return empty_records()[tool]


def opposite(tool: str, result: object) -> Record:
    """The empty result with other truth values: a success where nothing was found is none, and the reverse."""
    return _flipped(emptied(tool, result))


CHANGES: Final[tuple[Change, ...]] = (altered, emptied, opposite)


def _flipped(result: Record) -> Record:
    if isinstance(result, str):
        return result
    flags = {name: not value for name, value in result if isinstance(value, bool)}
    return result.model_copy(update=flags)


def _other(value: Any) -> Any:  # noqa: ANN401 - a value of any field
    match value:
        case bool():
            return not value
        case int() | float():
            return value + _MORE
        case str():
            return f"~{value}~"
        case list():
            return [_other(item) for item in value] * 2
        case BaseModel():
            return value.model_copy(update={name: _other(inner) for name, inner in value})
        case _:
            return value
