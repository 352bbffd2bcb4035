"""The syntax trees of programs that rows call: parsed once, since many rules look at the same code."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache
from typing import Final

# The rules ask about one row after another, which calls a handful of programs.
_KEPT: Final = 64
# Longer programs, whose trees take megabytes, are parsed each time.
_LONGEST_KEPT: Final = 20_000


def parsed(code: str) -> ast.Module | None:
    """
    Return the syntax tree of hostile code, None when it has none.

    The tree is shared: nobody may change it.
    """
    return _kept(code) if len(code) <= _LONGEST_KEPT else _parsed(code)


@lru_cache(maxsize=_KEPT)
def _kept(code: str) -> ast.Module | None:
    return _parsed(code)


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
