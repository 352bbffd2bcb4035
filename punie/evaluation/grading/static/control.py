"""Following branches, loops, try and match: what may run, and what the names hold afterwards."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Final

from punie.evaluation.grading.static.blocks import execute, follow_statement
from punie.evaluation.grading.static.containers import bind, forced, members_of
from punie.evaluation.grading.static.dispatch import follow_value
from punie.evaluation.grading.static.operators import truth_of
from punie.evaluation.grading.static.run import Flow, Raised, Run
from punie.evaluation.grading.static.values import Value, forgotten, joined, one_of

_CHANGING: Final = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "remove", "setdefault", "update"}
)


@follow_statement.register
def _if(node: ast.If, run: Run) -> Flow:
    test = follow_value(node.test, run)
    truth = truth_of(test)
    if truth is not None:
        return execute(node.body if truth else node.orelse, run)
    with run.depending_on(test.sources):
        return _either([lambda: execute(node.body, run), lambda: execute(node.orelse, run)], run)


def _either(branches: Sequence[Callable[[], Flow]], run: Run) -> Flow:
    """Follow branches of which one will run; afterwards the names hold what any of them left."""
    before = run.scope.names
    ends: list[tuple[Flow, dict[str, Value]]] = []
    raised: list[Raised] = []
    for branch in branches:
        run.scope.names = dict(before)
        try:
            ends.append((branch(), run.scope.names))
        except Raised as caught:
            raised.append(caught)
    if not ends:
        raise raised[0]
    for error in raised:
        run.note(error)
    live = [names for flow, names in ends if flow is Flow.NEXT] or [ends[0][1]]
    run.scope.names = _merged(live)
    flows = [flow for flow, _ in ends]
    return Flow.NEXT if Flow.NEXT in flows else flows[0]


def _merged(scopes: Sequence[dict[str, Value]]) -> dict[str, Value]:
    names = dict.fromkeys(name for scope in scopes for name in scope)
    return {name: joined(tuple(scope[name] for scope in scopes if name in scope)) for name in names}


@follow_statement.register(ast.For)
@follow_statement.register(ast.AsyncFor)
def _for(node: ast.For | ast.AsyncFor, run: Run) -> Flow:
    iterable = forced(follow_value(node.iter, run))
    if iterable.items is None and iterable.pairs is None:
        _forget_changes(node.body, run)
    flow = Flow.NEXT
    with run.depending_on(iterable.sources):
        for member in members_of(iterable):
            bind(node.target, member, run)
            flow = execute(node.body, run)
            if flow in {Flow.BREAK, Flow.RETURN}:
                break
    return _after_loop(flow, node.orelse, run)


@follow_statement.register
def _while(node: ast.While, run: Run) -> Flow:
    _forget_changes(node.body, run)
    test = follow_value(node.test, run)
    if truth_of(test) is False:
        return execute(node.orelse, run)
    with run.depending_on(test.sources):
        flow = execute(node.body, run)
    return _after_loop(flow, node.orelse, run)


def _after_loop(flow: Flow, orelse: Sequence[ast.stmt], run: Run) -> Flow:
    if flow is Flow.RETURN:
        return flow
    return Flow.NEXT if flow is Flow.BREAK else execute(orelse, run)


def _forget_changes(body: Sequence[ast.stmt], run: Run) -> None:
    """What a loop changes is not what it was before, already when the loop begins again."""
    for statement in body:
        for node in ast.walk(statement):
            name = _changed_name(node)
            owner = run.scope.owner(name) if name else None
            if name and owner is not None:
                owner.names[name] = forgotten(owner.names[name])


def _changed_name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _CHANGING:
            return name
        case _:
            return None


@follow_statement.register(ast.Try)
def _try(node: ast.Try, run: Run) -> Flow:
    run.guarded += bool(node.handlers)
    caught: Raised | None = None
    flow = Flow.NEXT
    try:
        flow = execute(node.body, run)
    except Raised as raised:
        caught = raised
    run.guarded -= bool(node.handlers)
    try:
        if caught is not None:
            flow = _handle(node.handlers, caught, run)
        elif flow is Flow.NEXT:
            flow = execute(node.orelse, run)
    finally:
        last = execute(node.finalbody, run)
    return flow if last is Flow.NEXT else last


def _handle(handlers: Sequence[ast.ExceptHandler], caught: Raised, run: Run) -> Flow:
    for handler in handlers:
        if _catches(handler.type, caught.failure.exception):
            if handler.name:
                run.assign(handler.name, Value(kind=None))
            return execute(handler.body, run)
    raise caught


def _catches(wanted: ast.expr | None, exception: str) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, ast.Tuple):
        return any(_catches(part, exception) for part in wanted.elts)
    if not isinstance(wanted, ast.Name):
        return False
    raised, base = getattr(builtins, exception, Exception), getattr(builtins, wanted.id, None)
    return isinstance(base, type) and isinstance(raised, type) and issubclass(raised, base)


@follow_statement.register
def _match(node: ast.Match, run: Run) -> Flow:
    subject = follow_value(node.subject, run)
    branches = [_case(case, subject, run) for case in node.cases]
    with run.depending_on(subject.sources):
        return _either([*branches, lambda: Flow.NEXT], run)


def _case(case: ast.match_case, subject: Value, run: Run) -> Callable[[], Flow]:
    def branch() -> Flow:
        for node in ast.walk(case.pattern):
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(name, str):
                run.assign(name, joined((subject, one_of(subject))) if subject.element else subject)
        if case.guard is not None:
            follow_value(case.guard, run)
        return execute(case.body, run)

    return branch
