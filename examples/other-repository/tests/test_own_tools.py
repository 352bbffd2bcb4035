"""Ordinary tests of the repository's own tool; no model is asked."""

from __future__ import annotations

from pathlib import Path

from own_tools import TOOLS

from punie.agent.monty_runner import execute_code
from punie.agent.workspace import Workspace
from punie.testing import SpyTools

ROOT = Path(__file__).parents[1]


def test_code_that_a_model_writes_reads_the_owners() -> None:
    tools = SpyTools.dirty(catalogue={tool.name: tool for tool in TOOLS})
    done = execute_code('print(code_owners("src").owners[0].team)', tools)

    assert tools.called() == ("code_owners",)
    assert done.output == "text\n"


def test_the_tool_reads_the_file() -> None:
    with Workspace(ROOT, tools=TOOLS) as workspace:
        done = execute_code('print(code_owners("docs/start.md").owners[0].team)', workspace.tools())

    assert done.output == "@writers\n"
