"""What stands in a reply's code, run or not."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Final

from punie.agent.typed_tools import CATALOGUE

_MOST: Final = 12
_SHORT: Final = 40


def named_tools(code: str) -> frozenset[str]:
    """The tools whose names stand in the code, outside texts and comments."""
    return frozenset(node.id for node in _nodes(code) if isinstance(node, ast.Name) and node.id in CATALOGUE)


def short_texts(code: str) -> list[str]:
    """The first different short texts in the code."""
    texts = [node.value for node in _nodes(code) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return list(dict.fromkeys(text for text in texts if len(text) <= _SHORT))[:_MOST]


def _nodes(code: str) -> Iterator[ast.AST]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.walk(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The sandbox may know more of Python than the version that this runs on.
        return iter(())
