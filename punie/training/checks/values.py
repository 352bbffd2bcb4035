"""What the expressions of a program hold, and the attributes that they read of values which lack them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.kinds import (
    NOTHING,
    NUMBER,
    TEXT,
    TRUTH,
    Kind,
    Kinds,
    Looped,
    elements,
    kinds_of,
    listed,
    paired,
    picked,
    union,
)

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_TEXTS: Final = frozenset({"str", "repr", "format", "chr", "hex", "oct", "bin"})
_NUMBERS: Final = frozenset({"len", "int", "ord", "hash"})
_LISTS: Final = frozenset({"sorted", "list"})
_LOOPED: Final = frozenset({"set", "frozenset", "reversed", "iter", "filter"})
_ONE: Final = frozenset({"max", "min", "next"})
# Their functions get the elements of a collection: of the argument at this place.
_APPLYING: Final = {"sorted": 0, "max": 0, "min": 0, "map": 1, "filter": 1}
_GROWING: Final = frozenset({"append", "extend", "insert", "add", "update", "setdefault"})
_TEXT_METHODS: Final = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "join", "format", "removeprefix"}
)


class Miss(NamedTuple):
    """A read of an attribute that its value never has."""

    line: int
    name: str
    owner: str
    given: bool


class Values:
    """
    Tells what expressions hold while names are bound.

    Args:
        shadowed: names that the program binds itself, so that they are no tools or builtins.
        wild: names that functions bind for others, so that what they hold is never known.

    Attributes:
        misses: found so far, in order, each once.

    """

    def __init__(self, shadowed: Collection[str], wild: Collection[str]) -> None:
        self.misses: dict[Miss, None] = {}
        self._shadowed, self._wild = shadowed, wild
        self._names: dict[str, Kinds] = {}
        self._all: dict[str, Kinds] = {}

    def _set(self, name: str, kinds: Kinds) -> None:
        kinds = None if name in self._wild else kinds
        self._names[name] = kinds
        self._all[name] = union((kinds, self._all[name])) if name in self._all else kinds

    def _bind(self, target: ast.expr, kinds: Kinds) -> None:
        match target:
            case ast.Name(id=name):
                self._set(name, kinds)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                plain = not any(isinstance(each, ast.Starred) for each in targets)
                for place, each in enumerate(targets):
                    self._bind(each, picked(kinds, place) if plain else None)
            case ast.Starred(value=value):
                self._bind(value, None)
            case ast.Subscript(value=ast.Name(id=name)):
                self._set(name, None)
            case _:
                self._kinds(target)

    def _kinds(self, node: ast.expr) -> Kinds:  # noqa: PLR0911 - one way for each form
        """What an expression may hold; the reads in it are noted."""
        match node:
            case ast.Name(id=name):
                return self._names.get(name)
            case ast.Attribute(value=value, attr=name):
                return self._read(node, self._kinds(value), name)
            case ast.Call():
                return self._call(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.NamedExpr(target=target, value=value):
                kinds = self._kinds(value)
                self._bind(target, kinds)
                return kinds
            case ast.Lambda():
                self._lambda(node, None)
                return None
            case _:
                return self._composed(node)

    def _composed(self, node: ast.expr) -> Kinds:  # noqa: PLR0911 - likewise
        """What an expression holds that follows from the parts of it."""
        match node:
            case ast.Constant(value=value):
                return frozenset({Kind(type(value))}) if isinstance(value, str | int | float | None) else None
            case ast.Subscript(value=value, slice=place):
                kinds = self._kinds(value)
                self._kinds(place)
                return picked(kinds, slice if isinstance(place, ast.Slice) else _constant(place))
            case ast.BoolOp(values=values):
                return union([self._kinds(value) for value in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self._kinds(test)
                return union([self._kinds(body), self._kinds(orelse)])
            case ast.List(elts=values) | ast.Set(elts=values):
                return listed(union([self._kinds(value) for value in values]))
            case ast.Tuple(elts=values):
                return paired(*[self._kinds(value) for value in values])
            case ast.Dict(values=values):
                self._inside(node)
                return listed(None, dict) if values else None
        self._inside(node)
        return TEXT if isinstance(node, ast.JoinedStr) else TRUTH if isinstance(node, ast.Compare) else None

    def _inside(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._kinds(child)

    def _comprehension(self, node: _COMPREHENSIONS) -> Kinds:
        outside = dict(self._names)
        for each in node.generators:
            self._bind(each.target, elements(self._kinds(each.iter)))
            for test in each.ifs:
                self._kinds(test)
        if isinstance(node, ast.DictComp):
            keys, values = self._kinds(node.key), self._kinds(node.value)
            made: Kinds = frozenset({Kind(dict, values, (keys,))})
        else:
            made = listed(self._kinds(node.elt), set if isinstance(node, ast.SetComp) else list)
        self._names = outside
        return made

    def _lambda(self, node: ast.Lambda, element: Kinds) -> None:
        outside = dict(self._names)
        for each in ast.walk(node.args):
            if isinstance(each, ast.arg):
                self._names[each.arg] = None
        if len(node.args.args) == 1:
            self._names[node.args.args[0].arg] = element
        self._kinds(node.body)
        self._names = outside

    def _read(self, node: ast.expr, base: Kinds, name: str) -> Kinds:
        owners = [kind for kind in base or () if kind != NOTHING]
        fields = [kind.field(name) for kind in owners]
        there = [field.kinds for field in fields if field.exists]
        if owners and not there:
            said = " or ".join(sorted(map(str, owners)))
            self.misses[Miss(node.lineno, name, said, any(kind.given for kind in owners))] = None
        return union(there)

    def _call(self, node: ast.Call) -> Kinds:
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func)
        if not isinstance(node.func, ast.Name):
            self._kinds(node.func)
            self._arguments(node, None)
            return None
        name = node.func.id
        given = self._arguments(node, None if name in self._shadowed else _APPLYING.get(name))
        if name in self._shadowed:
            return None
        if name in CATALOGUE:
            return kinds_of(CATALOGUE[name].result)
        if name == "getattr" and len(node.args) > 1:
            field = _constant(node.args[1])
            found = self._read(node, given[0], field) if isinstance(field, str) else None
            return found if node.args[2:] == [] else None
        return _made(name, given, len(node.args))

    def _arguments(self, node: ast.Call, looped: int | None) -> list[Kinds]:
        """What the arguments hold; functions among them get the elements of the argument at `looped`."""
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        kinds = [None if isinstance(value, ast.Lambda) else self._kinds(value) for value in values]
        held = kinds[looped] if looped is not None and looped < len(node.args) else None
        for value in values:
            if isinstance(value, ast.Lambda):
                self._lambda(value, elements(held))
        return kinds

    def _method(self, node: ast.Call, func: ast.Attribute) -> Kinds:
        base = self._kinds(func.value)
        self._read(node, base, func.attr)
        for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if isinstance(value, ast.Lambda):
                self._lambda(value, elements(base) if func.attr == "sort" else None)
            else:
                self._kinds(value)
        if func.attr in _GROWING and isinstance(func.value, ast.Name):
            self._set(func.value.id, None)
            return None
        return union(_of_method(kind, func.attr) for kind in base) if base else None


def _constant(node: ast.expr) -> object:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return -node.operand.value if isinstance(node.operand.value, int) else None
    return node.value if isinstance(node, ast.Constant) else None


def _made(name: str, arguments: Sequence[Kinds], placed: int) -> Kinds:
    """What a builtin gives; `placed` arguments of it have no names."""
    first = arguments[0] if placed else None
    if name in _TEXTS or name in _NUMBERS:
        return TEXT if name in _TEXTS else NUMBER
    if name in _LISTS:
        return listed(elements(first))
    if name in _LOOPED:
        return listed(elements(arguments[placed - 1] if placed else None), Looped)
    if name == "enumerate":
        return listed(paired(NUMBER, elements(first)), Looped)
    if name == "zip":
        return listed(paired(*map(elements, arguments[:placed])), Looped)
    return elements(first) if name in _ONE and placed == 1 else None


def _of_method(kind: Kind, name: str) -> Kinds:
    if kind.type is str:
        return TEXT if name in _TEXT_METHODS else listed(TEXT) if name in {"split", "splitlines"} else None
    if kind.type is dict:
        return {"values": listed(kind.items), "items": listed(paired(elements(frozenset({kind})), kind.items))}.get(
            name
        )
    return kind.items if name == "pop" else None
