"""Following operators, comparisons and formatted text; constants are folded as far as branches and arguments need."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any, Final

from punie.evaluation.grading.evidence import UNKNOWN
from punie.evaluation.grading.static.dispatch import follow_node, follow_value
from punie.evaluation.grading.static.run import Run
from punie.evaluation.grading.static.values import Value, derived, joined, known, listed, literal, one_of

_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MAX_TEXT: Final = 10_000


def truth_of(value: Value) -> bool | None:
    """Whether a value is true; None where only the run can tell."""
    if value.constant is not UNKNOWN:
        return bool(value.constant)
    members = value.items if value.items is not None else value.pairs
    if members is not None:
        return bool(members)
    return True if value.callee is not None and not value.sources else None


@follow_node.register
def _text(node: ast.JoinedStr, run: Run) -> Value:
    parts = [follow_value(part, run) for part in node.values]
    constants = [part.constant for part in parts]
    if UNKNOWN not in constants and sum(len(str(constant)) for constant in constants) <= _MAX_TEXT:
        return known("".join(map(str, constants)))
    return derived(*parts, kind=str)


@follow_node.register
def _formatted(node: ast.FormattedValue, run: Run) -> Value:
    value = follow_value(node.value, run)
    plain = node.format_spec is None and node.conversion < 0
    return value if plain and value.constant is not UNKNOWN else derived(value, kind=str)


@follow_node.register
def _binary(node: ast.BinOp, run: Run) -> Value:
    left, right = follow_value(node.left, run), follow_value(node.right, run)
    if isinstance(node.op, ast.Add):
        if left.items is not None and right.items is not None:
            return listed(left.items + right.items)
        total = _sum(left.constant, right.constant)
        if total is not UNKNOWN:
            return known(total)
    held = tuple(one_of(value) for value in (left, right) if value.items or value.element)
    same = left.kind if left.kind is right.kind else None
    return Value(sources=left.sources | right.sources, kind=same, element=joined(held) if held else None)


def _sum(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) <= _MAX_TEXT:
        return left + right
    if type(left) is int and type(right) is int:
        return left + right
    return UNKNOWN


@follow_node.register
def _unary(node: ast.UnaryOp, run: Run) -> Value:
    value = follow_value(node.operand, run)
    if isinstance(node.op, ast.Not):
        truth = truth_of(value)
        return derived(value, kind=bool) if truth is None else known(not truth)
    if isinstance(node.op, ast.USub) and isinstance(value.constant, int | float):
        return known(-value.constant)
    return derived(value, kind=value.kind)


@follow_node.register
def _boolean(node: ast.BoolOp, run: Run) -> Value:
    stops_at = isinstance(node.op, ast.Or)
    seen: tuple[Value, ...] = ()
    for part in node.values:
        value = follow_value(part, run)
        truth = truth_of(value)
        if truth is stops_at:
            seen += (value,)
            break
        # A member that never decides the outcome is not the outcome, unless it is the last.
        if truth is None or part is node.values[-1]:
            seen += (value,)
    return joined(seen)


@follow_node.register
def _compare(node: ast.Compare, run: Run) -> Value:
    parts = [follow_value(part, run) for part in (node.left, *node.comparators)]
    compare = _COMPARISONS.get(type(node.ops[0]))
    operands = [literal(part) for part in parts]
    if compare is None or len(operands) > 2 or UNKNOWN in operands:  # noqa: PLR2004 - chained comparisons are rare
        return derived(*parts, kind=bool)
    try:
        return known(bool(compare(*operands)))
    except TypeError as error:
        raise run.fail(TypeError, str(error)) from None


@follow_node.register
def _conditional(node: ast.IfExp, run: Run) -> Value:
    test = follow_value(node.test, run)
    truth = truth_of(test)
    if truth is not None:
        return follow_value(node.body if truth else node.orelse, run)
    with run.depending_on(test.sources):
        return joined((follow_value(node.body, run), follow_value(node.orelse, run))).but_from(test.sources)


@follow_node.register
def _await(node: ast.Await, run: Run) -> Value:
    value = follow_value(node.value, run)
    if value.sources:
        raise run.fail(TypeError, "the result of a tool can't be awaited")
    return value
