"""What every runner is given: the boundary of the workspace, limits and the language server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from punie.agent.boundary import Boundary
from punie.agent.lsp_client import LspClient
from punie.agent.programs import Limits


@dataclass(frozen=True, slots=True)
class ToolLimits:
    """Limits by kind of tool: `request_seconds` is for one answer of the language server."""

    quality: Limits = field(default_factory=lambda: Limits(seconds=300))
    git: Limits = field(default_factory=lambda: Limits(seconds=30))
    command: Limits = field(default_factory=lambda: Limits(seconds=60, output=100_000))
    file_bytes: int = 2**20
    request_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A workspace as runners see it; `language_server` starts the server when it is first called."""

    boundary: Boundary
    limits: ToolLimits
    language_server: Callable[[], LspClient]


class CouldNotRunError(Exception):
    """The tool could not do its work; the message becomes the result's `parse_error`."""


# What a runner turns into a parse_error: these speak of the path, the program or its output, never of a fault of ours.
FAILURES = (CouldNotRunError, OSError, ValueError)
