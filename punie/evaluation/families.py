"""Families of tools: what rates by family are about, and what examples are wanted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

from punie.agent.typed_tools import git, navigation, quality, workspace

Family = Literal["git", "lsp", "quality", "workspace"]
FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
_MEMBERS: Final[Mapping[Family, frozenset[str]]] = {
    "git": frozenset(tool.name for tool in git.TOOLS),
    "lsp": frozenset(tool.name for tool in navigation.TOOLS),
    "quality": frozenset(tool.name for tool in quality.TOOLS),
    "workspace": frozenset(tool.name for tool in workspace.TOOLS),
}


def families_of(tools: Iterable[str]) -> tuple[Family, ...]:
    """The families of tools that a query expects, each once."""
    named = frozenset(tools)
    return tuple(family for family in FAMILIES if named & _MEMBERS[family])
