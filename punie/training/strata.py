"""The tools that a row calls, by its code's syntax tree: what splits and samples are stratified by."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.training.dataset import TrainingExample
from punie.training.programs import parsed

DIRECT: Final = "direct"


def called_tools(row: TrainingExample) -> tuple[str, ...]:
    """Return the catalogue's tools that the assistant's code in `row` calls, each once, in the order of the code."""
    said = (message.content for message in row.messages if message.role == "assistant")
    return tuple(dict.fromkeys(name for text in said for name in called_in(text)))


def called_in(text: str) -> tuple[str, ...]:
    """Return the catalogue's tools that the code in one turn of the assistant calls, in the order of the code."""
    return tuple(name for code in _codes(text) for name in _called(code) if name in CATALOGUE)


def stratum(row: TrainingExample) -> str:
    """Return the tool that `row` calls first, `direct` when it calls none."""
    return next(iter(called_tools(row)), DIRECT)


def quotas(sizes: dict[str, int], wanted: int) -> dict[str, int]:
    """
    Return how many of `wanted` each stratum gives, in proportion to `sizes`, by largest remainders.

    Args:
        sizes: rows by stratum.
        wanted: rows to give in all, at most the sum of `sizes`.
    """
    total = sum(sizes.values())
    shares = {name: Fraction(size * wanted, total) for name, size in sizes.items()} if total else {}
    given = {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (given[name] - shares[name], name))
    for name in by_remainder[: wanted - sum(given.values())]:
        given[name] += 1
    return given


def _codes(text: str) -> Sequence[str]:
    return [str(call.arguments["code"]) for call in parse_reply(text).calls if "code" in call.arguments]


def _called(code: str) -> Iterator[str]:
    tree = parsed(code)
    nodes = [] if tree is None else [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(nodes, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(node.func, ast.Name):
            yield node.func.id
