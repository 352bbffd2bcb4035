"""Following lists, dicts and comprehensions, and binding targets to what they hold."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from punie.evaluation.grading.evidence import UNKNOWN
from punie.evaluation.grading.static.dispatch import follow_node, follow_value
from punie.evaluation.grading.static.operators import truth_of
from punie.evaluation.grading.static.run import Run
from punie.evaluation.grading.static.values import NO_TOOLS, Scope, Value, derived, joined, listed, one_of


@follow_node.register(ast.List)
@follow_node.register(ast.Tuple)
@follow_node.register(ast.Set)
def _list(node: ast.List | ast.Tuple | ast.Set, run: Run) -> Value:
    kind = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
    items: tuple[Value, ...] = ()
    for member in node.elts:
        if not isinstance(member, ast.Starred):
            items += (follow_value(member, run),)
            continue
        spread = forced(follow_value(member.value, run))
        if spread.items is None:
            items += (one_of(spread),)
            return Value(sources=derived(*items).sources, element=joined(items), kind=kind)
        items += spread.items
    return listed(items, kind)


@follow_node.register
def _dict(node: ast.Dict, run: Run) -> Value:
    values = [follow_value(value, run) for value in node.values]
    if None in node.keys:
        return derived(*values, kind=dict)
    keys = [follow_value(key, run) for key in node.keys if key is not None]
    return Value(sources=derived(*keys, *values).sources, pairs=tuple(zip(keys, values, strict=True)), kind=dict)


@follow_node.register
def _subscript(node: ast.Subscript, run: Run) -> Value:
    owner, index = forced(follow_value(node.value, run)), follow_value(node.slice, run)
    if owner.model is not None:
        raise run.fail(TypeError, f"{owner.model.__name__!r} object is not subscriptable")
    if isinstance(node.slice, ast.Slice):
        return Value(sources=owner.sources | index.sources, element=one_of(owner), kind=owner.kind)
    if owner.pairs is not None:
        return _entry(owner.pairs, index, run).but_from(index.sources)
    place = index.constant
    if owner.items is not None and type(place) is int:
        if not -len(owner.items) <= place < len(owner.items):
            raise run.fail(IndexError, "list index out of range")
        return owner.items[place]
    return one_of(owner).but_from(index.sources)


def _entry(pairs: Sequence[tuple[Value, Value]], index: Value, run: Run) -> Value:
    if index.constant is UNKNOWN or any(key.constant is UNKNOWN for key, _ in pairs):
        return joined(tuple(value for _, value in pairs))
    for key, value in pairs:
        if key.constant == index.constant:
            return value
    raise run.fail(KeyError, repr(index.constant))


@follow_node.register(ast.ListComp)
@follow_node.register(ast.SetComp)
def _comprehension(node: ast.ListComp | ast.SetComp, run: Run) -> Value:
    return _comprehend(node.generators, (node.elt,), run, list if isinstance(node, ast.ListComp) else set)


@follow_node.register
def _dict_comprehension(node: ast.DictComp, run: Run) -> Value:
    entries = _comprehend(node.generators, (node.key, node.value), run, dict)
    entry = entries.element.items if entries.element else None
    return Value(sources=entries.sources, kind=dict, pairs=None if entry is None else ((entry[0], entry[1]),))


@follow_node.register
def _generator(node: ast.GeneratorExp, run: Run) -> Value:
    first = follow_value(node.generators[0].iter, run)
    scope = run.scope

    def compute() -> Value:
        with run.within(scope):
            return _comprehend(node.generators, (node.elt,), run, list)

    return Value(sources=first.sources, lazy=compute)


def forced(value: Value) -> Value:
    """What consuming a value gives: a generator's elements are computed now."""
    return value.lazy().but_from(value.sources) if value.lazy is not None else value


def members_of(iterable: Value) -> tuple[Value, ...]:
    """The values that a loop meets; one stands for all where their number is unknown."""
    if iterable.items is not None:
        return iterable.items
    if iterable.pairs is not None:
        return tuple(key for key, _ in iterable.pairs)
    return (one_of(iterable),)


def bind(target: ast.expr, value: Value, run: Run) -> None:
    """Assign to a name, to several names, or into something that then holds the value as well."""
    match target:
        case ast.Name(id=name):
            run.assign(name, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            exact = value.items if value.items is not None and len(value.items) == len(targets) else None
            for number, part in enumerate(targets):
                bind(part, exact[number] if exact else one_of(value), run)
        case ast.Starred(value=inner):
            bind(inner, Value(sources=value.sources, element=value, kind=list), run)
        case ast.Subscript(value=ast.Name(id=name)) if not _is_list(name, run):
            hold_entry(name, value, run)
        case _:
            hold(target, value, run)


def hold(container: ast.expr, added: Value, run: Run) -> None:
    """Let the list, set or dict that an expression names hold one more value."""
    match container:
        case ast.Name(id=name):
            _hold_member(name, added, run)
        case ast.Subscript(value=ast.Name(id=name)) | ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            hold_entry(name, Value(sources=added.sources, element=added), run)
        case ast.Subscript(value=inner) | ast.Attribute(value=inner) | ast.Call(func=inner):
            hold(inner, derived(added), run)


def hold_entry(name: str, added: Value, run: Run) -> None:
    """Let the dict with this name hold one more value, under some key."""
    owner = run.scope.owner(name)
    if owner is None:
        return
    held = owner.names[name]
    values = (*(value for _, value in held.pairs or ()), added)
    sources = held.sources | added.sources | run.control
    owner.names[name] = Value(sources=sources, pairs=((Value(sources=sources), joined(values)),), kind=held.kind)


def _hold_member(name: str, added: Value, run: Run) -> None:
    owner = run.scope.owner(name)
    if owner is None:
        return
    held = owner.names[name]
    element = joined((one_of(held), added)) if held.items or held.element else added
    sources = held.sources | added.sources | run.control
    owner.names[name] = Value(sources=sources, element=element, kind=held.kind)


def _is_list(name: str, run: Run) -> bool:
    owner = run.scope.owner(name)
    return owner is not None and owner.names[name].kind is list


def _comprehend(generators: list[ast.comprehension], parts: tuple[ast.expr, ...], run: Run, kind: type) -> Value:
    found = _Found()
    with run.within(Scope(parent=run.scope)):
        _nest(generators, parts, run, found)
    members = tuple(found.members)
    return Value(
        sources=derived(*members).sources | found.sources,
        items=members if found.exact else None,
        element=joined(members) if members else None,
        kind=kind,
    )


@dataclass(eq=False, slots=True)
class _Found:
    """The members of a comprehension, the tools that its loops depend on, and whether no other member is possible."""

    members: list[Value] = field(default_factory=list)
    sources: frozenset[str] = NO_TOOLS
    exact: bool = True


def _nest(generators: list[ast.comprehension], parts: tuple[ast.expr, ...], run: Run, found: _Found) -> None:
    """Follow the loops of a comprehension from the outermost inwards."""
    if not generators:
        values = tuple(follow_value(part, run) for part in parts)
        found.members.append(values[0] if len(values) == 1 else listed(values, tuple))
        return
    outer, inner = generators[0], generators[1:]
    iterable = forced(follow_value(outer.iter, run))
    found.exact &= iterable.items is not None
    found.sources |= iterable.sources
    for member in members_of(iterable):
        bind(outer.target, member, run)
        tests = [follow_value(test, run) for test in outer.ifs]
        found.sources |= derived(*tests).sources
        found.exact &= all(truth_of(test) is not None for test in tests)
        if not any(truth_of(test) is False for test in tests):
            _nest(inner, parts, run, found)
