"""Follows values from the tools' results through a program, to the fields that it reads in any branch of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from punie.training.checks.kinds import Kinds, elements, union
from punie.training.checks.values import Miss, Values

_BLOCKS: Final = ("body", "orelse", "finalbody")


def missing_reads(tree: ast.Module, shadowed: Collection[str]) -> tuple[Miss, ...]:
    """
    The attributes read that none of the kinds, of which the value may be, has; values not known are passed over.

    Args:
        tree: of the program.
        shadowed: names that the program binds itself, so that they are no tools.

    """
    wild = {name for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    flow = Flow(shadowed, wild)
    flow.block(tree.body)
    flow.end()
    return tuple(flow.misses)


class Flow(Values):
    """Goes through the statements in their order; branches are followed beside one another, loops twice."""

    def __init__(self, shadowed: Collection[str], wild: Collection[str]) -> None:
        super().__init__(shadowed, wild)
        self._later: list[Sequence[ast.stmt]] = []

    def block(self, statements: Iterable[ast.stmt]) -> None:
        """Go through statements."""
        for statement in statements:
            self._statement(statement)

    def end(self) -> None:
        """Go through the bodies of functions, which may find anything that the names ever held."""
        while self._later:
            bodies, self._later = self._later, []
            for body in bodies:
                self._names = dict(self._all)
                self.block(body)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                kinds = self._kinds(value)
                for target in targets:
                    self._bind(target, kinds)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, self._kinds(value))
            case ast.AugAssign(target=target, value=value):
                self._kinds(value)
                self._bind(target, None)
            case ast.For() | ast.AsyncFor():
                self._loop(node, self._kinds(node.iter))
            case ast.While(test=test):
                self._kinds(test)
                self._loop(node, None)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._function(node)
            case _:
                self._branches(node)

    def _branches(self, node: ast.stmt | ast.ExceptHandler | ast.match_case) -> None:
        """A statement with blocks of which any may run, or none; its expressions come first."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._kinds(child)
            elif isinstance(child, ast.withitem):
                self._kinds(child.context_expr)
                self._forget(child)
            elif isinstance(child, ast.pattern):
                self._forget(child)
        if isinstance(node, ast.ExceptHandler) and node.name:
            self._set(node.name, None)
        blocks = [block for name in _BLOCKS if (block := getattr(node, name, None))]
        inner: list[ast.ExceptHandler | ast.match_case] = [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
        if isinstance(node, ast.With | ast.AsyncWith | ast.Try):
            # What comes first runs, at least in part.
            self._either([lambda: self.block(blocks[0])])
            blocks = blocks[1:]
        self._either([*(self._later_block(block) for block in blocks), *(self._later_branch(each) for each in inner)])

    def _later_block(self, block: Sequence[ast.stmt]) -> Callable[[], None]:
        return lambda: self.block(block)

    def _later_branch(self, node: ast.ExceptHandler | ast.match_case) -> Callable[[], None]:
        return lambda: self._branches(node)

    def _either(self, ways: Sequence[Callable[[], None]]) -> None:
        """Names hold afterwards what they held, or what one of the ways gave them."""
        before = self._names
        ends = [before]
        for way in ways:
            self._names = dict(before)
            way()
            ends.append(self._names)
        names = {name for end in ends for name in end}
        self._names = {name: union(end[name] for end in ends if name in end) for name in names}

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, kinds: Kinds) -> None:
        def once() -> None:
            if not isinstance(node, ast.While):
                self._bind(node.target, elements(kinds))
            self.block(node.body)

        self._either([once])
        self._either([once])
        self._either([lambda: self.block(node.orelse)])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._kinds(decorator)
        self._set(node.name, None)
        if not isinstance(node, ast.ClassDef):
            for inner in ast.walk(node.args):
                if isinstance(inner, ast.arg):
                    self._set(inner.arg, None)
        self._later.append(node.body)

    def _forget(self, node: ast.AST) -> None:
        for inner in ast.walk(node):
            bound = inner.id if isinstance(inner, ast.Name) else getattr(inner, "name", None)
            if isinstance(bound, str):
                self._set(bound, None)
