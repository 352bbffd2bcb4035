"""The README's table of tools: complete, and its examples are calls that the catalogue knows."""

from __future__ import annotations

import ast
import re

from evals.contract.house import ROOT
from punie.agent.typed_tools import CATALOGUE

ROW = re.compile(r"\| `(?P<tool>\w+)` \| (?P<beneath>[^|]+) \| `(?P<example>[^|]+)` \|")


def rows() -> list[re.Match[str]]:
    """The rows of the table."""
    return list(ROW.finditer((ROOT / "README.md").read_text(encoding="utf-8")))


def test_the_table_lists_every_tool_in_the_catalogues_order() -> None:
    assert [row["tool"] for row in rows()] == list(CATALOGUE)


def test_every_example_is_a_call_that_binds_to_its_tool() -> None:
    calls = {
        row["tool"]: next(n for n in ast.walk(ast.parse(row["example"])) if isinstance(n, ast.Call)) for row in rows()
    }

    assert {name: call.func.id for name, call in calls.items() if isinstance(call.func, ast.Name)} == {
        name: name for name in CATALOGUE
    }
    for name, call in calls.items():
        assert CATALOGUE[name].bind(call.args, {str(item.arg): item.value for item in call.keywords})


def test_every_field_that_an_example_reads_exists() -> None:
    for row in rows():
        read = {node.attr for node in ast.walk(ast.parse(row["example"])) if isinstance(node, ast.Attribute)}
        stub = str(getattr(CATALOGUE[row["tool"]].result, "model_json_schema", dict)())

        assert all(f"'{field}'" in stub for field in read), row["tool"]
