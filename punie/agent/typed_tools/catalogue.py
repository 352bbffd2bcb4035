"""The one catalogue of tools: Punie's 14, and those that a repository declares itself."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from punie.agent.typed_tools import git, navigation, quality, workspace
from punie.agent.typed_tools._tool import Tool

_TOOLS: Final = {tool.name: tool for tool in (*workspace.TOOLS, *quality.TOOLS, *navigation.TOOLS, *git.TOOLS)}
CATALOGUE: Final = MappingProxyType(_TOOLS)


def add_tools(tools: Iterable[Tool]) -> None:
    """
    Add tools to the catalogue of this process, before a prompt is made or a reply graded: prompts are kept.

    Raises:
        ValueError: another tool has that name already.

    """
    new = {tool.name: tool for tool in tools}
    taken = [name for name, tool in new.items() if _TOOLS.get(name, tool) != tool]
    if taken:
        message = f"there is a tool {taken[0]!r} already: give yours another name"
        raise ValueError(message)
    _TOOLS.update(new)
