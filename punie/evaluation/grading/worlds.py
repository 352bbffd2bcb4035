"""
Worlds that differ in the results of tools, to see whether these matter to what a run says.

In such a world other tools answer as before, but a call with arguments that they had not been given before gets other
results: so an influence that goes through arguments is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from punie.agent.typed_tools import CATALOGUE, Result
from punie.testing.made_record import Record
from punie.testing.records import empty_records
from punie.testing.spies import Spy

# Makes the tool's other result; its arguments are the tool's name and the populated result.
Change = Callable[[str, Any], Any]

_MORE: Final = 1000


class World(Mapping[str, Spy]):
    """
    Tools for `execute_code` of which some answer otherwise.

    Args:
        tools: as they were.
        changes: what makes the answers of those that answer otherwise, by name.
        known: the calls that were made of the tools as they were, by `key`.

    """

    def __init__(self, tools: Mapping[str, Spy], changes: Mapping[str, Change], known: Collection[str]) -> None:
        self._tools, self._changes, self._known = tools, changes, known

    def __getitem__(self, name: str) -> Spy:
        def answer(*args: object, **kwargs: object) -> Record:
            result: Any = self._tools[name](*args, **kwargs)
            if name in self._changes:
                return self._changes[name](name, result)  # type: ignore[no-any-return]
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
    empty = emptied(tool, result)
    return empty if isinstance(empty, str) else _flagged(empty, lambda value: not value)


def calm(tool: str, result: object) -> Record:
    """The empty result with every truth value true: all is well."""
    empty = emptied(tool, result)
    return empty if isinstance(empty, str) else _flagged(empty, lambda _: True)


CHANGES: Final[tuple[Change, ...]] = (altered, emptied, opposite)


def suited(texts: Sequence[str]) -> Change:
    """Makes results that hold, besides their own, elements of these texts: what code compares with is found."""

    def change(tool: str, result: Any) -> Any:  # noqa: ANN401 - a result of any tool
        del tool
        if isinstance(result, str):
            return "\n".join([result, *texts])
        lists = {name: _with(items, texts) for name, items in result if isinstance(items, list)}
        return result.model_copy(update=lists)

    return change


def _with(items: Sequence[Any], texts: Sequence[str]) -> list[Any]:
    """The elements, and for each text one with it in all its fields, once with the other truth values too."""
    models = [item for item in items[:1] if isinstance(item, Result)]
    like = [model.model_copy(update=_texts(model, text)) for model in models for text in texts]
    return [*items, *like, *(_flagged(model, lambda value: not value) for model in like)]


def _texts(model: Result, text: str) -> dict[str, str]:
    return {name: text for name, value in model if isinstance(value, str) or value is None}


def _flagged(result: Result, flag: Callable[[bool], bool]) -> Result:
    return result.model_copy(update={name: flag(value) for name, value in result if isinstance(value, bool)})


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
