"""Files and commands; their results are plain text."""

from __future__ import annotations

from typing import Final

from punie.agent.typed_tools._tool import Parameter, Tool

TOOLS: Final = (
    Tool(
        name="read_file",
        parameters=(Parameter("path"),),
        result=str,
        summary="Read a text file of the workspace.",
        runner="punie.agent.typed_tools.runners.files:read_file",
    ),
    Tool(
        name="write_file",
        parameters=(Parameter("path"), Parameter("content")),
        result=str,
        summary='Write a text file, making its folders; returns "success".',
        runner="punie.agent.typed_tools.runners.files:write_file",
    ),
    Tool(
        name="run_command",
        parameters=(
            Parameter("command"),
            Parameter("args", "list[str] | None", default=None),
            Parameter("cwd", "str | None", default=None),
        ),
        result=str,
        summary="Run a program that no other tool covers; returns its output.",
        runner="punie.agent.typed_tools.runners.command:run_command",
    ),
)
