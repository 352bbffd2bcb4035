"""Following calls: of tools, of the code's own functions, and the dispatch to what comes with Python."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.grading.evidence import UNKNOWN, Call, Failure
from punie.evaluation.grading.static.builtin_calls import call_builtin, call_method
from punie.evaluation.grading.static.containers import forced
from punie.evaluation.grading.static.dispatch import follow_node, follow_value
from punie.evaluation.grading.static.given import Given
from punie.evaluation.grading.static.run import MAX_DEPTH, Raised, Run
from punie.evaluation.grading.static.values import (
    ANYTHING,
    Builtin,
    Local,
    Method,
    Scope,
    ToolRef,
    Value,
    derived,
    joined,
    known,
    listed,
    literal,
    one_of,
)


@follow_node.register
def _call(node: ast.Call, run: Run) -> Value:
    function = follow_value(node.func, run)
    given = _given(node, run)
    if isinstance(function.callee, Method):
        container = node.func.value if isinstance(node.func, ast.Attribute) else None
        return call_method(function.callee, given, run, container)
    return apply(function, given, run)


def apply(function: Value, given: Given, run: Run) -> Value:
    """
    Call a value.

    Raises:
        Raised: the call is refused, or what it runs raises.

    """
    match function.callee:
        case ToolRef(name=name):
            return _call_tool(name, given, run)
        case Local() as local:
            return _call_local(local, given, run)
        case Builtin(name=name):
            return call_builtin(name, given, run, apply)
        case Method() as method:
            return call_method(method, given, run, None)
        case _:
            return derived(function, *map(forced, given.everything))


def _given(node: ast.Call, run: Run) -> Given:
    """The arguments of a call; what cannot be spread out now makes it open."""
    positional: list[Value] = []
    named: dict[str, Value] = {}
    is_open = False
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            spread = forced(follow_value(argument.value, run))
            is_open |= spread.items is None
            positional.extend(spread.items or (one_of(spread),))
        else:
            positional.append(follow_value(argument, run))
    for keyword in node.keywords:
        value = follow_value(keyword.value, run)
        if keyword.arg is not None:
            named[keyword.arg] = value
            continue
        names = [key.constant for key, _ in value.pairs or ()]
        is_open |= not names or not all(isinstance(name, str) for name in names)
        named.update({str(key.constant): entry for key, entry in value.pairs or ()})
    return Given(tuple(positional), named, is_open=is_open)


def _call_tool(name: str, given: Given, run: Run) -> Value:
    tool = CATALOGUE[name]
    sources = derived(*given.everything).sources | {name}
    if name == "write_file":
        run.shown |= sources | run.control
    try:
        bound: Mapping[str, object] = (
            {parameter.name: UNKNOWN for parameter in tool.parameters}
            if given.is_open
            else tool.bind(given.positional, given.named)
        )
    except TypeError as error:
        run.calls.append(Call(name, problem=f"TypeError: {error}"))
        raise Raised(Failure("wrong_arguments", "TypeError", str(error))) from None
    arguments = {key: literal(value) if isinstance(value, Value) else value for key, value in bound.items()}
    run.calls.append(Call(name, arguments))
    if isinstance(tool.result, type) and issubclass(tool.result, BaseModel):
        return Value(sources=sources, model=tool.result, tool=name)
    return Value(sources=sources, kind=str)


def _call_local(local: Local, given: Given, run: Run) -> Value:
    if run.depth >= MAX_DEPTH:
        return derived(*given.everything)
    scope = Scope(parent=local.scope)
    _bind_parameters(local, given, scope, run)
    before, run.returns, run.depth = run.returns, [], run.depth + 1
    try:
        with run.within(scope):
            if isinstance(local.node, ast.Lambda):
                return follow_value(local.node.body, run)
            run.execute(local.node.body, run)
        return joined(tuple(run.returns)) if run.returns else known(None)
    finally:
        run.returns, run.depth = before, run.depth - 1


def _bind_parameters(local: Local, given: Given, scope: Scope, run: Run) -> None:
    """Bind arguments to the parameters of a function of the code, as Python does."""
    spec = local.node.args
    places = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    defaults = dict(zip(reversed(places), reversed(spec.defaults), strict=False))
    defaults.update({p.arg: default for p, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if default})
    scope.names.update(zip(places, given.positional, strict=False))
    every = [*places, *(parameter.arg for parameter in spec.kwonlyargs)]
    scope.names.update({name: value for name, value in given.named.items() if name in every})
    if spec.vararg is not None:
        scope.names[spec.vararg.arg] = listed(given.positional[len(places) :], tuple)
    if spec.kwarg is not None:
        rest = tuple((known(name), value) for name, value in given.named.items() if name not in every)
        scope.names[spec.kwarg.arg] = Value(pairs=rest, kind=dict)
    problem = _refused(local, given, places, every)
    if problem is not None:
        raise run.fail(TypeError, problem)
    for name in every:
        if name not in scope.names:
            scope.names[name] = _default(name, defaults, local, given, run)


def _refused(local: Local, given: Given, places: Sequence[str], every: Sequence[str]) -> str | None:
    spec = local.node.args
    name = getattr(local.node, "name", "<lambda>")
    if given.is_open:
        return None
    if len(given.positional) > len(places) and spec.vararg is None:
        return f"{name}() takes {len(places)} positional arguments but {len(given.positional)} were given"
    unexpected = [key for key in given.named if key not in every]
    if unexpected and spec.kwarg is None:
        return f"{name}() got an unexpected keyword argument {unexpected[0]!r}"
    return None


def _default(name: str, defaults: Mapping[str, ast.expr], local: Local, given: Given, run: Run) -> Value:
    if name in defaults:
        with run.within(local.scope):
            return follow_value(defaults[name], run)
    if given.is_open:
        return ANYTHING
    raise run.fail(TypeError, f"missing a required argument: {name!r}")
