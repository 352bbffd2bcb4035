"""What the plugin's markers mean: which are asked for, which items are left out, and in which order items run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import pytest

MARKERS: Final = {
    "data": "integrity checks on a dataset",
    "train": "builds the model of a recipe: dataset, checks, train, fuse, quantize",
    "eval": "grades a model on suites of queries and decides whether it may be deployed",
    "bench": "latency and memory of a model",
    "sweep": "compares quantization levels",
    "monitor": "watches recorded production replies",
    "pretrain": "builds the embedded base model from nothing",
}
# The model is built before it is graded, whatever the folders are called.
_ORDER: Final = ("pretrain", "data", "train", "eval", "bench", "sweep", "monitor")


def asked_for(expression: str) -> frozenset[str]:
    """The markers of ours that a `-m` expression wants; "not train" does not want it."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()  # pytest itself reports what is wrong with it
    return frozenset(_wanted(tree.body, wanted=True)) & MARKERS.keys()


def _wanted(node: ast.expr, *, wanted: bool) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            if wanted:
                yield name
        case ast.Call(func=function):
            yield from _wanted(function, wanted=wanted)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _wanted(operand, wanted=not wanted)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _wanted(value, wanted=wanted)


def leave_out(
    items: Iterable[pytest.Item], unasked: Collection[str], node_ids: Collection[str]
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """
    Part the items that stay from those that are left out.

    Args:
        items: what was collected.
        unasked: markers of ours that are not asked for.
        node_ids: what the command line names: it stays, whatever its markers.

    """
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        marked = {mark.name for mark in item.iter_markers()} & MARKERS.keys()
        stays = not marked or not marked <= set(unasked) or is_named(item, node_ids)
        (kept if stays else left).append(item)
    return kept, left


def is_named(item: pytest.Item, node_ids: Iterable[str]) -> bool:
    """Whether one of the node ids names `item`, its parent, or the function of which it is one case."""
    return any(item.nodeid == named or item.nodeid.startswith((f"{named}::", f"{named}[")) for named in node_ids)


def items_of(
    session: pytest.Session, nodes: Iterable[pytest.Collector], node_ids: Collection[str]
) -> list[pytest.Item]:
    """The items below nodes of ours; where node ids are given, those that they name."""
    items = [item for node in nodes for item in session.genitems(node)]
    return [item for item in items if not node_ids or is_named(item, node_ids)]


def in_order(items: Iterable[pytest.Item], own: Collection[str]) -> list[pytest.Item]:
    """Ordinary tests first, then the items of each marker in `own`; otherwise the order stays."""
    rank = {name: number for number, name in enumerate(_ORDER, start=1) if name in own}
    return sorted(
        items, key=lambda item: min((rank[mark.name] for mark in item.iter_markers() if mark.name in rank), default=0)
    )
