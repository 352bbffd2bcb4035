"""The project's own sources, read once for the tests about the house."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import resolve_name
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
# A project of its own, broken on purpose.
WORKSPACE = PurePosixPath("fixtures/workspace")
# Projects of their own, for readers; they use punie as it is installed.
EXAMPLES = PurePosixPath("examples")


@dataclass(frozen=True)
class Module:
    """A Python file: its path from the root, its dotted name, its text and its syntax tree."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def room(self) -> str:
        return self.path.parts[0]

    def imports(self) -> Iterator[Import]:
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        yield from _imports(self.tree, package, late=False)


@dataclass(frozen=True)
class Import:
    """A module that is imported; `late` says that it happens inside a function, or never at run time."""

    name: str
    line: int
    late: bool


@cache
def files() -> tuple[PurePosixPath, ...]:
    """Every file that git tracks or would track, sorted."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)  # noqa: S603 - a fixed command
    names = sorted({name for name in done.stdout.split("\0") if name})
    return tuple(PurePosixPath(name) for name in names if (ROOT / name).is_file())


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file outside the workspace and the examples."""
    others = (WORKSPACE, EXAMPLES)
    paths = [path for path in files() if path.suffix == ".py" and not any(map(path.is_relative_to, others))]
    texts = [(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths]
    return tuple(Module(path, text, ast.parse(text, str(path))) for path, text in texts)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _imports(node: ast.AST, package: str, *, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, late) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            source = resolve_name("." * child.level + (child.module or ""), package)
            yield from (Import(f"{source}.{alias.name}", child.lineno, late) for alias in child.names)
        else:
            yield from _imports(child, package, late=late or _is_deferred(child))


def _is_deferred(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test).endswith("TYPE_CHECKING")
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
