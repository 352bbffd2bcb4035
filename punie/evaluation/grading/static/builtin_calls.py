"""Following calls of what comes with Python: print, the builders of lists, getattr, methods of lists and texts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from punie.evaluation.grading.evidence import UNKNOWN
from punie.evaluation.grading.static.containers import forced, hold, members_of
from punie.evaluation.grading.static.given import Given
from punie.evaluation.grading.static.names import attribute
from punie.evaluation.grading.static.run import Run
from punie.evaluation.grading.static.values import (
    Local,
    Method,
    ToolRef,
    Value,
    derived,
    joined,
    known,
    listed,
    literal,
    one_of,
)

Apply = Callable[[Value, Given, Run], Value]
_GROWING: Final = frozenset({"append", "add", "insert", "extend", "update", "appendleft"})
_SPREADING: Final = frozenset({"extend", "update"})
_TEXT_METHODS: Final = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "removeprefix", "removesuffix"})
_KINDS: Final[dict[str, type]] = {"len": int, "sum": int, "any": bool, "all": bool, "str": str, "repr": str}
_NOT_CONSUMING: Final = frozenset({"type", "id", "repr", "str", "callable", "isinstance", "iter", "bool"})


def call_builtin(name: str, given: Given, run: Run, apply: Apply) -> Value:
    """
    Call a function that comes with Python.

    Args:
        name: of the function.
        given: its arguments.
        run: the state.
        apply: calls a value, for functions that are given functions.

    """
    handler = _HANDLERS.get(name)
    if handler is not None:
        return handler(given, run, apply)
    if name in _NOT_CONSUMING:
        return derived(*given.everything, kind=_KINDS.get(name))
    return derived(*map(forced, given.everything), kind=_KINDS.get(name))


def call_method(method: Method, given: Given, run: Run, container: ast.expr | None) -> Value:
    """
    Call a method of a value that is no record.

    Args:
        method: with its owner.
        given: its arguments.
        run: the state.
        container: the expression that names the owner, which a growing method changes.

    """
    owner = forced(method.owner)
    if method.name in _GROWING and container is not None and given.positional:
        added = forced(given.positional[-1])
        hold(container, one_of(added) if method.name in _SPREADING else added, run)
        return known(None)
    view = _view(owner, method.name, given)
    if view is not None:
        return view
    if method.name in _TEXT_METHODS and isinstance(owner.constant, str):
        return _text(owner.constant, method.name, given)
    return derived(owner, *map(forced, given.everything))


def _view(owner: Value, name: str, given: Given) -> Value | None:
    """What the usual methods of dicts and lists give; None for any other."""
    pairs = owner.pairs if owner.pairs is not None else ((derived(owner), one_of(owner)),)
    values = tuple(value for _, value in pairs)
    match name:
        case "items":
            entries = tuple(listed(pair, tuple) for pair in pairs)
        case "values":
            entries = values
        case "keys":
            entries = tuple(key for key, _ in pairs)
        case "get" | "pop" | "setdefault":
            found = tuple(value for key, value in pairs if literal(key) in (UNKNOWN, literal(given.first)))
            return joined((*found, *given.positional[1:])).but_from(owner.sources)
        case "copy" | "most_common":
            return owner
        case _:
            return None
    known_length = owner.pairs is not None
    return Value(
        sources=owner.sources,
        items=entries if known_length else None,
        element=None if known_length else joined(entries),
        kind=None,
    )


def _text(text: str, name: str, given: Given) -> Value:
    arguments = [argument.constant for argument in given.positional]
    if all(isinstance(argument, str) for argument in arguments):
        try:
            return known(getattr(text, name)(*arguments))
        except TypeError:
            return derived(*given.everything, kind=str)
    return derived(*given.everything, kind=str)


def _print(given: Given, run: Run, _apply: Apply) -> Value:
    if any(value.constant != "" for value in given.positional):
        run.printed = True
        run.shown |= derived(*given.positional).sources | run.control
    return known(None)


def _getattr(given: Given, run: Run, _apply: Apply) -> Value:
    name = given.positional[1].constant if len(given.positional) > 1 else UNKNOWN
    if not isinstance(name, str):
        return derived(*given.everything)
    default = given.positional[2:]
    owner = given.first
    absent = owner.model is not None and name not in owner.model.model_fields
    return default[0] if absent and default else attribute(owner, name, run)


def _hasattr(given: Given, _run: Run, _apply: Apply) -> Value:
    name = given.positional[1].constant if len(given.positional) > 1 else UNKNOWN
    if given.first.model is None or not isinstance(name, str):
        return derived(*given.everything, kind=bool)
    return known(name in given.first.model.model_fields)


def _builder(kind: type) -> Callable[[Given, Run, Apply], Value]:
    """list, tuple, set, sorted, reversed: the same members in another container."""

    def build(given: Given, run: Run, apply: Apply) -> Value:
        members = forced(given.first)
        _use_key(given, members, run, apply)
        if not given.positional:
            return listed((), kind)
        items = members_of(members) if members.items is not None or members.pairs is not None else None
        return Value(sources=members.sources, items=items, element=None if items else one_of(members), kind=kind)

    return build


def _extreme(given: Given, run: Run, apply: Apply) -> Value:
    if len(given.positional) > 1:
        return joined(given.positional)
    members = forced(given.first)
    _use_key(given, members, run, apply)
    found = (one_of(members), *(value for name, value in given.named.items() if name == "default"))
    return replace(joined(found), constant=UNKNOWN)


def _use_key(given: Given, members: Value, run: Run, apply: Apply) -> None:
    key = given.named.get("key")
    if key is not None and isinstance(key.callee, Local | ToolRef):
        apply(key, Given((one_of(members),)), run)


def _next(given: Given, _run: Run, _apply: Apply) -> Value:
    return joined((one_of(forced(given.first)), *given.positional[1:]))


def _enumerate(given: Given, _run: Run, _apply: Apply) -> Value:
    members = forced(given.first)
    if members.items is not None:
        pairs = tuple(listed((Value(kind=int), item), tuple) for item in members.items)
        return listed(pairs, enumerate)
    return Value(sources=members.sources, element=listed((Value(kind=int), one_of(members)), tuple))


def _zip(given: Given, _run: Run, _apply: Apply) -> Value:
    columns = [forced(value) for value in given.positional]
    if all(column.items is not None for column in columns):
        rows = zip(*(column.items or () for column in columns), strict=False)
        return listed(tuple(listed(row, tuple) for row in rows), zip)
    row = listed(tuple(one_of(column) for column in columns), tuple)
    return Value(sources=row.sources, element=row)


def _map(given: Given, run: Run, apply: Apply) -> Value:
    scope = run.scope

    def compute() -> Value:
        columns = [forced(value) for value in given.positional[1:]]
        rows = zip(*map(members_of, columns), strict=False)
        with run.within(scope):
            return listed(tuple(apply(given.first, Given(row), run) for row in rows))

    return Value(sources=derived(*given.positional[1:]).sources, lazy=compute)


def _filter(given: Given, run: Run, apply: Apply) -> Value:
    def compute() -> Value:
        members = forced(given.positional[1]) if len(given.positional) > 1 else Value()
        tests = [apply(given.first, Given((member,)), run) for member in members_of(members) if given.first.callee]
        return Value(sources=members.sources | derived(*tests).sources, element=one_of(members))

    return Value(sources=derived(*given.positional[1:]).sources, lazy=compute)


def _range(given: Given, _run: Run, _apply: Apply) -> Value:
    return Value(sources=derived(*given.positional).sources, element=Value(kind=int))


_HANDLERS: Final[dict[str, Callable[[Given, Run, Apply], Value]]] = {
    "print": _print,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "list": _builder(list),
    "tuple": _builder(tuple),
    "set": _builder(set),
    "sorted": _builder(list),
    "reversed": _builder(list),
    "max": _extreme,
    "min": _extreme,
    "next": _next,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "range": _range,
}
