"""Following a block of statements: the function that the modules about the kinds of statements extend."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import singledispatch

from punie.evaluation.grading.static.dispatch import follow_value
from punie.evaluation.grading.static.run import Flow, Run


def execute(block: Sequence[ast.stmt], run: Run) -> Flow:
    """
    Follow a block up to its end or to the statement that leaves it; the rest never runs.

    Raises:
        Raised: the block raises.
        Exhausted: the budget is spent.

    """
    for statement in block:
        run.spend()
        flow = follow_statement(statement, run)
        if flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


@singledispatch
def follow_statement(node: ast.AST, run: Run) -> Flow:
    """Any other statement: only its expressions matter."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            follow_value(child, run)
    return Flow.NEXT
