"""The calls of tools in a turn, with the literal values that they are given; no code is run."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.row import AssistantTurn
from punie.training.programs import parsed

_MOST_VALUES: Final = 64
_DEEPEST: Final = 8
# Programs kept with their calls: several rules ask about each row.
_KEPT: Final = 64

Values = tuple[Any, ...]


class CalledTool(NamedTuple):
    """
    One call of a tool.

    Attributes:
        tool: its name in the catalogue.
        values: by parameter, every literal that it may take; a parameter whose value is computed is not there.
    """

    tool: str
    values: Mapping[str, Values]

    def __str__(self) -> str:
        shown = (repr(values[0]) if len(values) == 1 else f"one of {values!r}" for values in self.values.values())
        return f"{self.tool}({', '.join(shown)})"


def trees(turn: AssistantTurn) -> tuple[ast.Module, ...]:
    """Return the programs that a turn calls."""
    return tuple(tree for code in turn.codes if (tree := parsed(code)) is not None)


def called_values(turn: AssistantTurn) -> tuple[CalledTool, ...]:
    """Return the calls of tools in the programs of a turn, and those written as calls of their own."""
    direct = tuple(
        CalledTool(call.name, {name: (_number(value),) for name, value in call.arguments.items()})
        for call in turn.reply.calls
        if call.name in CATALOGUE
    )
    return (*(call for code in turn.codes for call in _called_by(code)), *direct)


def _number(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else value  # noqa: PLR2004


@lru_cache(maxsize=_KEPT)
def _called_by(code: str) -> tuple[CalledTool, ...]:
    tree = parsed(code)
    return () if tree is None else tuple(_called(tree))


def _called(tree: ast.Module) -> Iterator[CalledTool]:
    names = _Names(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(node.func, ast.Name) and node.func.id in CATALOGUE:
            folded = ((name, names.fold(value)) for name, value in _arguments(node, node.func.id))
            yield CalledTool(node.func.id, {name: values for name, values in folded if values is not None})


def _arguments(call: ast.Call, tool: str) -> Iterator[tuple[str, ast.expr]]:
    parameters = [parameter.name for parameter in CATALOGUE[tool].parameters]
    if not any(isinstance(value, ast.Starred) for value in call.args):
        yield from zip(parameters, call.args, strict=False)
    yield from ((word.arg, word.value) for word in call.keywords if word.arg is not None)


class _Names:
    """What the names of a program stand for, where that is literal."""

    def __init__(self, tree: ast.Module) -> None:
        self._bound: dict[str, list[ast.expr | None]] = {}
        for node in ast.walk(tree):
            for name, value in _bindings(node):
                self._bound.setdefault(name, []).append(value)

    def fold(self, node: ast.expr | None, depth: int = 0) -> Values | None:
        """Return the literals that an expression may be, None when it is computed from something else."""
        if node is None or depth > _DEEPEST:
            return None
        match node:
            case ast.Constant():
                return (node.value,)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return (-number,)
            case ast.List() | ast.Tuple():
                return self._sequence(node.elts, depth)
            case _:
                return self._computed(node, depth)

    def _computed(self, node: ast.expr, depth: int) -> Values | None:
        match node:
            case ast.Name():
                return self._joined(self._bound.get(node.id, [None]), depth)
            case ast.IfExp():
                return self._joined([node.body, node.orelse], depth)
            case ast.BinOp(op=ast.Add()):
                return self._texts([node.left, node.right], depth)
            case ast.JoinedStr():
                return self._texts(list(node.values), depth)
            case ast.FormattedValue(format_spec=None):
                return self.fold(node.value, depth + 1)
            case _:
                return None

    def _sequence(self, nodes: list[ast.expr], depth: int) -> Values | None:
        parts = [values for node in nodes if (values := self.fold(node, depth + 1)) is not None and len(values) == 1]
        return (tuple(values[0] for values in parts),) if len(parts) == len(nodes) else None

    def _joined(self, nodes: list[ast.expr | None], depth: int) -> Values | None:
        folded = [self.fold(node, depth + 1) for node in nodes[:_MOST_VALUES]]
        if any(values is None for values in folded):
            return None
        return tuple(dict.fromkeys(itertools.chain(*(values or () for values in folded))))[:_MOST_VALUES]

    def _texts(self, nodes: list[ast.expr], depth: int) -> Values | None:
        folded = [self.fold(node, depth + 1) for node in nodes]
        if any(values is None or not all(isinstance(value, str | int) for value in values) for values in folded):
            return None
        mixes = itertools.islice(itertools.product(*(values or () for values in folded)), _MOST_VALUES)
        return tuple("".join(map(str, mix)) for mix in mixes)


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a node binds, each with what it is bound to, None where that is computed."""
    match node:
        case ast.Assign():
            for target in node.targets:
                yield from _bound(target, node.value)
        case ast.AnnAssign() | ast.NamedExpr():
            yield from _bound(node.target, node.value)
        case ast.AugAssign():
            yield from _bound(node.target, None)
        case ast.For() | ast.comprehension():
            items = node.iter.elts if isinstance(node.iter, ast.List | ast.Tuple | ast.Set) else [None]
            for item in items:
                yield from _bound(node.target, item)
        case ast.withitem() if node.optional_vars is not None:
            yield from _bound(node.optional_vars, None)
        case ast.arg():
            yield node.arg, None


def _bound(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    match target:
        case ast.Name():
            yield target.id, value
        case ast.Tuple() | ast.List():
            matched = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            values = value.elts if matched and isinstance(value, ast.Tuple | ast.List) else [None] * len(target.elts)
            for inner, part in zip(target.elts, values, strict=True):
                yield from _bound(inner, part)
