"""Following statements that run once: assignments, definitions, imports, return and raise."""

from __future__ import annotations

import ast

from punie.evaluation.grading.evidence import Failure
from punie.evaluation.grading.static.blocks import execute, follow_statement
from punie.evaluation.grading.static.containers import bind
from punie.evaluation.grading.static.dispatch import follow_value
from punie.evaluation.grading.static.run import Flow, Raised, Run
from punie.evaluation.grading.static.values import ANYTHING, Local, Scope, Value, derived, known


@follow_statement.register
def _assign(node: ast.Assign, run: Run) -> Flow:
    value = follow_value(node.value, run)
    for target in node.targets:
        bind(target, value, run)
    return Flow.NEXT


@follow_statement.register
def _annotated(node: ast.AnnAssign, run: Run) -> Flow:
    if node.value is not None:
        bind(node.target, follow_value(node.value, run), run)
    return Flow.NEXT


@follow_statement.register
def _augmented(node: ast.AugAssign, run: Run) -> Flow:
    if isinstance(node.target, ast.Name):
        both = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        run.assign(node.target.id, follow_value(both, run).but_from(run.control))
    else:
        bind(node.target, follow_value(node.value, run), run)
    return Flow.NEXT


@follow_statement.register(ast.FunctionDef)
@follow_statement.register(ast.AsyncFunctionDef)
def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, run: Run) -> Flow:
    for decorator in node.decorator_list:
        follow_value(decorator, run)
    run.assign(node.name, Value(callee=Local(node, run.scope)))
    return Flow.NEXT


@follow_statement.register
def _class(node: ast.ClassDef, run: Run) -> Flow:
    with run.within(Scope(parent=run.scope)):
        execute(node.body, run)
    run.assign(node.name, ANYTHING)
    return Flow.NEXT


@follow_statement.register(ast.Import)
@follow_statement.register(ast.ImportFrom)
def _import(node: ast.Import | ast.ImportFrom, run: Run) -> Flow:
    for alias in node.names:
        run.assign((alias.asname or alias.name).split(".")[0], ANYTHING)
    return Flow.NEXT


@follow_statement.register
def _return(node: ast.Return, run: Run) -> Flow:
    value = follow_value(node.value, run) if node.value is not None else known(None)
    run.returns.append(value.but_from(run.control))
    return Flow.RETURN


@follow_statement.register
def _break(_node: ast.Break, _run: Run) -> Flow:
    return Flow.BREAK


@follow_statement.register
def _continue(_node: ast.Continue, _run: Run) -> Flow:
    return Flow.CONTINUE


@follow_statement.register
def _raise(node: ast.Raise, run: Run) -> Flow:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if node.exc is not None:
        follow_value(node.exc, run)
    name = raised.id if isinstance(raised, ast.Name) else "Exception"
    raise Raised(Failure("failed_at_run_time", name, "raised by the code itself"), deliberate=True)


@follow_statement.register(ast.With)
@follow_statement.register(ast.AsyncWith)
def _with(node: ast.With | ast.AsyncWith, run: Run) -> Flow:
    for item in node.items:
        value = follow_value(item.context_expr, run)
        if item.optional_vars is not None:
            bind(item.optional_vars, derived(value), run)
    return execute(node.body, run)


@follow_statement.register(ast.Global)
@follow_statement.register(ast.Nonlocal)
def _shared(node: ast.Global | ast.Nonlocal, run: Run) -> Flow:
    run.scope.shared.update(node.names)
    return Flow.NEXT


@follow_statement.register
def _delete(node: ast.Delete, run: Run) -> Flow:
    for target in node.targets:
        if isinstance(target, ast.Name):
            run.scope.names.pop(target.id, None)
    return Flow.NEXT
