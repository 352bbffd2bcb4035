"""Following an expression: the function that the modules about the kinds of nodes extend."""

from __future__ import annotations

import ast
from functools import singledispatch

from punie.evaluation.grading.static.run import Run
from punie.evaluation.grading.static.values import Value, derived


@singledispatch
def follow_node(node: ast.AST, run: Run) -> Value:
    """What any other expression gives: something that depends on all its parts."""
    parts = [follow_value(child, run) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return derived(*parts)


def follow_value(node: ast.expr, run: Run) -> Value:
    """
    What an expression gives; every call and read on the way is noted.

    Raises:
        Raised: the expression raises.
        Exhausted: the budget is spent.

    """
    run.spend()
    return follow_node(node, run)
