"""Code as models write it, and the same code written otherwise: strategies for the laws of grading."""

from __future__ import annotations

import ast
from typing import Final

from hypothesis import strategies as st

# Right answers to "how many type errors and lint violations has src": typecheck and ruff_check are called on src,
# error_count and violation_count are read.
CALLS: Final = ("errors_found = typecheck('src')", "lint_found = ruff_check('src')")
SHOWN: Final = (
    "print(errors_found.error_count, lint_found.violation_count)",
    "print(f'{errors_found.error_count} errors, {lint_found.violation_count} violations')",
    "total = errors_found.error_count + lint_found.violation_count\nprint('total:', total)",
    "for name, count in [('a', errors_found.error_count), ('b', lint_found.violation_count)]:\n    print(name, count)",
    "if errors_found.error_count:\n    print('bad')\nelse:\n    print('good')\nprint(lint_found.violation_count)",
    "counts = {'types': errors_found.error_count}\ncounts['lint'] = lint_found.violation_count\nprint(counts)",
    "lines = [str(n) for n in (errors_found.error_count, lint_found.violation_count)]\nprint('\\n'.join(lines))",
    "def show(first, second):\n    print(first, second)\nshow(errors_found.error_count, lint_found.violation_count)",
)
# The same with one fault each: a field that does not exist, one that is not read, output that says nothing, no output.
FAULTY: Final = (
    "print(errors_found.errors_total, lint_found.violation_count)",
    "print(errors_found.success, lint_found.violation_count)",
    "count = errors_found.error_count + lint_found.violation_count\nprint('all done')",
    "count = errors_found.error_count + lint_found.violation_count",
    "print(lint_found.violations[0].code, errors_found.error_count, lint_found.violation_count)",
)
_OWN: Final = frozenset({"errors_found", "lint_found", "total", "name", "count", "counts", "lines", "n", "show"})
_NAMES: Final = st.from_regex(r"[a-z][a-z_]{0,6}_[0-9]", fullmatch=True)


def right_code() -> st.SearchStrategy[str]:
    """Code that deserves a strict pass."""
    return st.builds(_joined, st.permutations(CALLS), st.sampled_from(SHOWN))


def any_code() -> st.SearchStrategy[str]:
    """Right and faulty code."""
    return st.builds(_joined, st.permutations(CALLS), st.sampled_from(SHOWN + FAULTY))


def renamed(code: str) -> st.SearchStrategy[str]:
    """The code with other names for its own variables and functions."""
    own = sorted({node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)} & _OWN)
    fresh = st.lists(_NAMES, min_size=len(own), max_size=len(own), unique=True)
    return fresh.map(lambda names: _Renaming(dict(zip(own, names, strict=True))).applied(code))


def reformatted(code: str) -> st.SearchStrategy[str]:
    """The code with other white space, quotes and brackets."""
    return st.sampled_from(
        [
            ast.unparse(ast.parse(code)),
            code.replace("    ", "  "),
            code.replace("    ", "\t"),
            code.replace("\n", "\n\n"),
            code.replace("'", '"') if '"' not in code and "f'" not in code else code,
            code.replace("typecheck('src')", "typecheck(\n    'src',\n)"),
            code.replace("ruff_check('src')", "(ruff_check\n  (path='src'))"),
            f"\n\n{code}\n",
            code.replace("\n", "\r\n"),
        ]
    )


def commented(code: str) -> st.SearchStrategy[str]:
    """The code with comments at the ends of its lines and between them."""
    text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
    lines = code.splitlines()
    notes = st.lists(text | st.just("typecheck('lib')"), min_size=len(lines), max_size=len(lines))
    return notes.map(lambda found: "\n".join(f"{line}  # {note}" for line, note in zip(lines, found, strict=True)))


def _joined(calls: list[str], shown: str) -> str:
    return "\n".join([*calls, shown])


class _Renaming(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def applied(self, code: str) -> str:
        return ast.unparse(self.visit(ast.parse(code)))

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.name = self._names.get(node.name, node.name)
        return node
