"""Following constants, names and attributes."""

from __future__ import annotations

import ast
import builtins

from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.grading.evidence import Read
from punie.evaluation.grading.static.dispatch import follow_node, follow_value
from punie.evaluation.grading.static.run import Run
from punie.evaluation.grading.static.values import Builtin, Local, Method, ToolRef, Value, known, shape


@follow_node.register
def _constant(node: ast.Constant, _run: Run) -> Value:
    return known(node.value)


@follow_node.register
def _name(node: ast.Name, run: Run) -> Value:
    owner = run.scope.owner(node.id)
    if owner is not None:
        return owner.names[node.id]
    if node.id in CATALOGUE:
        return Value(callee=ToolRef(node.id))
    if node.id == "__name__":
        return known("__main__")
    if hasattr(builtins, node.id):
        return Value(callee=Builtin(node.id))
    raise run.fail(NameError, f"name {node.id!r} is not defined")


@follow_node.register
def _attribute(node: ast.Attribute, run: Run) -> Value:
    return attribute(follow_value(node.value, run), node.attr, run)


@follow_node.register
def _lambda(node: ast.Lambda, run: Run) -> Value:
    return Value(callee=Local(node, run.scope))


@follow_node.register
def _named(node: ast.NamedExpr, run: Run) -> Value:
    value = follow_value(node.value, run)
    run.assign(node.target.id, value)
    return value


def attribute(owner: Value, name: str, run: Run) -> Value:
    """
    A field of a record, which is noted, or a method of anything else.

    Raises:
        Raised: the record or the built-in type has no such attribute.

    """
    if owner.model is not None and owner.tool is not None:
        fields = owner.model.model_fields
        if name not in fields:
            message = f"{owner.model.__name__} has no field {name!r} (it has {', '.join(fields)})"
            raise run.fail(AttributeError, message, from_result=True)
        run.reads.append(Read(owner.tool, name))
        return shape(fields[name].annotation, owner.sources, owner.tool)
    if owner.kind is not None and not hasattr(owner.kind, name):
        message = f"{owner.kind.__name__!r} object has no attribute {name!r}"
        raise run.fail(AttributeError, message, from_result=bool(owner.sources))
    return Value(sources=owner.sources, callee=Method(owner, name))
