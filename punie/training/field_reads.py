"""Whether a row's code reads a field of a result: by its syntax tree and the result types of the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.training.dataset import TrainingExample
from punie.training.programs import parsed

Fields = frozenset[str]


def field_share(rows: Sequence[TrainingExample]) -> float:
    """Return the part of the rows, from 0 to 1, whose code reads a field of a result; 0 for no rows."""
    return sum(map(reads_field, rows)) / len(rows) if rows else 0.0


def reads_field(row: TrainingExample) -> bool:
    """Whether the code of any turn of the assistant reads a field that the called tool's result has."""
    return any(reads_field_in(message.content) for message in row.messages if message.role == "assistant")


def reads_field_in(text: str) -> bool:
    """Whether the code of one turn of the assistant reads a field that the called tool's result has."""
    return any(_reads(code) for code in _codes(text))


def _codes(text: str) -> list[str]:
    return [str(call.arguments["code"]) for call in parse_reply(text).calls if "code" in call.arguments]


def _reads(code: str) -> bool:
    tree = parsed(code)
    if tree is None:
        return False
    results = dict(_assigned(tree))
    read = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return any(node.attr in _fields(node.value, results) for node in read)


def _assigned(tree: ast.AST) -> Iterator[tuple[str, Fields]]:
    """Yield the names that results are assigned to, with the fields of the result."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                fields = _fields(value, {})
                if fields:
                    yield name, fields


def _fields(node: ast.expr, results: Mapping[str, Fields]) -> Fields:
    """Return the fields of the result that an expression is; none when it is something else."""
    match node:
        case ast.Call(func=ast.Name(id=tool)) if tool in CATALOGUE:
            result = CATALOGUE[tool].result
            return frozenset(result.model_fields) if issubclass(result, BaseModel) else frozenset()
        case ast.NamedExpr(value=value):
            return _fields(value, results)
        case ast.Name(id=name):
            return results.get(name, frozenset())
        case _:
            return frozenset()
