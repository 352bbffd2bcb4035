"""What is wrong with the code of a call, as its syntax tree tells, in branches too that no run takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.flow import missing_reads
from punie.training.checks.sandbox_facts import missing_builtins, python_builtins, refused_import
from punie.training.programs import parsed

_NOT_RUN: Final = frozenset({"annotation", "returns"})
_SHORT: Final = 80
# Deeper code than anyone writes would end the walk through its tree.
_TOO_DEEP: Final = (RecursionError,)


class Fault(NamedTuple):
    """What is wrong with a program, by the name of its rule."""

    rule: str
    message: str


@dataclass(frozen=True)
class Facts:
    """
    What the tree tells of a program.

    Attributes:
        faults: in the order of the rules.
        own: attributes that values of the program's own making lack; no result is to blame for these.

    """

    faults: tuple[Fault, ...] = ()
    own: frozenset[str] = frozenset()


def facts_of(code: str) -> Facts:
    """Look at a program; of one that does not parse nothing is said, since a run tells that."""
    tree = parsed(code)
    if tree is None:
        return Facts()
    try:
        return _facts(tree)
    except _TOO_DEEP:
        return Facts()


def shown(value: object) -> str:
    """The value as Python writes it, shortened when long."""
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _facts(tree: ast.Module) -> Facts:
    nodes = list(_run(tree))
    bound = frozenset(name for node in nodes for name in _bound(node))
    misses = missing_reads(tree, bound)
    fields = [
        Fault("nonexistent_field", f"line {miss.line} reads {miss.name!r} of {miss.owner}")
        for miss in misses
        if miss.given
    ]
    faults = (*_names(nodes, bound), *_arity(nodes, bound), *fields, *_imports(nodes))
    return Facts(faults, frozenset(miss.name for miss in misses if not miss.given))


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of what may run: annotations do not. In the order of the text, outer before inner."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name in _NOT_RUN:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _run(child)


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def _names(nodes: Sequence[ast.AST], bound: frozenset[str]) -> Iterator[Fault]:
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    star = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes)
    for node in nodes:
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id in bound | CATALOGUE.keys():
            continue
        if node.id in missing_builtins():
            yield Fault("builtin_not_in_sandbox", f"line {node.lineno} uses {node.id!r}, which the sandbox lacks")
        elif star or node.id in python_builtins():
            continue
        elif node.id in called:
            yield Fault("unknown_tool", f"line {node.lineno} calls {node.id!r}, which is no tool and defined nowhere")
        else:
            yield Fault("runtime_failure", f"line {node.lineno} uses the name {node.id!r}, which is defined nowhere")


def _arity(nodes: Sequence[ast.AST], bound: frozenset[str]) -> Iterator[Fault]:
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=words) if name in CATALOGUE and name not in bound:
                fault = _misfit(name, args, words)
                if fault is not None:
                    yield Fault("wrong_arity", f"line {node.lineno}: {fault}")


def _misfit(tool: str, args: Sequence[ast.expr], words: Sequence[ast.keyword]) -> str | None:
    """What is wrong with the arguments; what is spread from a collection cannot be told."""
    names = [word.arg for word in words if word.arg is not None]
    spread = len(names) < len(words) or any(isinstance(arg, ast.Starred) for arg in args)
    given = {parameter.name: None for parameter in CATALOGUE[tool].parameters} if spread else {}
    plain = [] if spread else [None] * len(args)
    try:
        CATALOGUE[tool].bind(plain, given | dict.fromkeys(names))
    except TypeError as error:
        return str(error)
    return None


def _imports(nodes: Sequence[ast.AST]) -> Iterator[Fault]:
    for node in nodes:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            statement = (
                ast.Import([alias])
                if isinstance(node, ast.Import)
                else ast.ImportFrom(module=node.module, names=[alias], level=node.level)
            )
            refused = refused_import(ast.unparse(statement))
            if refused is not None:
                yield Fault("import_in_sandbox", f"line {node.lineno}: {ast.unparse(statement)!r}: {refused}")
