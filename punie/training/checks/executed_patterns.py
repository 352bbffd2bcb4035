"""Patterns looked for in the code that a call would run, not in words, comments or texts."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable


class _WithoutTexts(ast.NodeTransformer):
    """Empties every text: what it holds is printed or passed on, never run."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(value=""), node) if isinstance(node.value, str | bytes) else node


def executable(code: str) -> str:
    """Return `code` in one spelling, without comments and with its texts empty; "" when it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.unparse(_WithoutTexts().visit(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def occurs(pattern: str, code: str) -> bool:
    """
    Whether `pattern` stands in `code`.

    Args:
        pattern: a piece of code as it stands, or a regular expression.
        code: as `executable` returns it.
    """
    if " ".join(pattern.split()) in " ".join(code.split()):
        return True
    try:
        return re.search(pattern, code) is not None
    except re.error:
        return False


def counts(patterns: Iterable[str], codes: Iterable[str]) -> dict[str, int]:
    """Return in how many of `codes`, given as they were written, each pattern stands."""
    found = dict.fromkeys(patterns, 0)
    for code in map(executable, codes):
        for pattern in found:
            found[pattern] += bool(code) and occurs(pattern, code)
    return found
