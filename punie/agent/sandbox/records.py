"""How results of tools cross into the sandbox: whole, so that they print; or observed, so that reads are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from pydantic import BaseModel
from pydantic_monty import ClassInstance

_PLAIN = (str, int, float, bool, type(None))


class Watch(Protocol):
    """Is told what the code gets and reads of one result."""

    def holds(self, path: str, model: type[BaseModel]) -> frozenset[str]:
        """The code gets the record at `path`; the fields to send with it, since they cannot be fetched."""
        ...

    def reads(self, path: str, *, exists: bool) -> None:
        """The code reads the field at `path`."""
        ...


class Whole(ClassInstance):
    """A record sent with all its fields: it prints as its repr, and no read is seen."""

    def __init__(self, record: BaseModel) -> None:
        super().__init__(record, eager_attrs=tuple(type(record).model_fields))

    def convert_value(self, name: str, value: object) -> Any:  # noqa: ANN401 - whatever the sandbox takes
        """A field's value, records inside it whole too."""
        del name
        return whole(value)


class Observed(ClassInstance):
    """
    A record whose fields are fetched one by one, each fetch told.

    Args:
        record: a pydantic model.
        path: from the result to the record.
        watch: told of each fetch.

    """

    def __init__(self, record: BaseModel, path: str, watch: Watch) -> None:
        names = frozenset(type(record).model_fields)
        super().__init__(record, eager_attrs=sorted(watch.holds(path, type(record))), lazy_attrs=names)
        self._names, self._path, self._watch = names, path, watch

    def convert_value(self, name: str, value: object) -> Any:  # noqa: ANN401 - whatever the sandbox takes
        """A field's value, records inside it observed too."""
        return observed(value, joined(self._path, name), self._watch)

    def lookup_lazy_attrs(self, name: str) -> Any:  # noqa: ANN401 - whatever the sandbox takes
        """
        The value of a field.

        Raises:
            AttributeError: the record has no such field.

        """
        self._watch.reads(joined(self._path, name), exists=name in self._names)
        return super().lookup_lazy_attrs(name)

    def call_method(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReturn:
        """
        Records have no methods.

        Raises:
            AttributeError: there is no field of this name either.
            TypeError: a field is called.

        """
        del args, kwargs
        value = self.lookup_lazy_attrs(name)
        message = f"{type(value).__name__!r} object is not callable"
        raise TypeError(message)


def joined(path: str, name: str) -> str:
    """The path of a field of the record at `path`."""
    return f"{path}.{name}" if path else name


def whole(value: object) -> Any:  # noqa: ANN401 - whatever the sandbox takes
    """
    A tool's result for the sandbox, records with all fields.

    Raises:
        TypeError: the result is neither a model, a plain value nor a list or mapping of these.

    """
    return _wrap(value, Whole, whole)


def observed(value: object, path: str, watch: Watch) -> Any:  # noqa: ANN401 - whatever the sandbox takes
    """Like `whole`, with records whose reads are told; `path` leads from the result to the value."""
    return _wrap(
        value,
        lambda record: Observed(record, path, watch),
        lambda element: observed(element, f"{path}[]", watch),
    )


def _wrap(value: object, record: Callable[[BaseModel], Any], element: Callable[[object], Any]) -> Any:  # noqa: ANN401
    if isinstance(value, BaseModel):
        return record(value)
    if isinstance(value, list | tuple):
        return [element(item) for item in value]
    if isinstance(value, dict):
        return {key: element(item) for key, item in value.items()}
    if type(value) in _PLAIN:
        return value
    message = f"a tool returned {type(value).__name__}: only result models, texts and plain values reach the code"
    raise TypeError(message)
