"""A folder in which the tools of Code Mode work."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self, cast

from pydantic import TypeAdapter, ValidationError

from punie.agent.boundary import Boundary
from punie.agent.lsp_client import LspClient
from punie.agent.programs import program_path
from punie.agent.typed_tools import CATALOGUE, Parameter, Result, Tool
from punie.agent.typed_tools.runners.surroundings import Surroundings, ToolLimits

_TYPES: Final[dict[str, TypeAdapter[Any]]] = {
    "bool": TypeAdapter(bool),
    "int": TypeAdapter(int),
    "list[str] | None": TypeAdapter(list[str] | None),
    "str": TypeAdapter(str),
    "str | None": TypeAdapter(str | None),
}


class Workspace:
    """
    Real tools on the files below a root folder; a context manager that ends the language server.

    Args:
        root: an existing folder; no tool reaches out of it.
        limits: on time and output, by kind of tool.
        tools: the tools to offer.

    Attributes:
        root: the resolved root folder.
        language_server: the client of the server, which starts with the first question.

    Raises:
        NotADirectoryError: `root` is no folder.

    """

    def __init__(
        self, root: Path | str, *, limits: ToolLimits | None = None, tools: Iterable[Tool] = CATALOGUE.values()
    ) -> None:
        limits = limits or ToolLimits()
        boundary = Boundary.around(Path(root))
        self.language_server = LspClient([program_path("ty"), "server"], boundary.root, seconds=limits.request_seconds)
        place = Surroundings(boundary, limits, lambda: self.language_server)
        self._tools = MappingProxyType({tool.name: bound(tool, place) for tool in tools})
        self.root = boundary.root

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the language server."""
        self.language_server.close()

    def tools(self) -> Mapping[str, Callable[..., Result | str]]:
        """The tools by name, each with the signature of the catalogue."""
        return self._tools


def bound(tool: Tool, place: Surroundings) -> Callable[..., Result | str]:
    """
    The tool as a function with its own signature, working in these surroundings.

    The function raises TypeError for a wrong call, as Python would.
    """
    runner = cast("Callable[..., Result | str]", pkgutil.resolve_name(tool.runner))

    def call(*args: Any, **kwargs: Any) -> Result | str:  # noqa: ANN401 - bind checks them
        arguments = tool.bind(args, kwargs)
        _check_types(tool, arguments)
        return runner(place, **arguments)

    call.__name__ = call.__qualname__ = tool.name
    call.__doc__ = tool.summary
    call.__dict__["__signature__"] = inspect.Signature([_python_parameter(parameter) for parameter in tool.parameters])
    return call


def _python_parameter(parameter: Parameter) -> inspect.Parameter:
    default = inspect.Parameter.empty if parameter.required else parameter.default
    return inspect.Parameter(parameter.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


def _check_types(tool: Tool, arguments: Mapping[str, Any]) -> None:
    for parameter in tool.parameters:
        value, adapter = arguments[parameter.name], _TYPES.get(parameter.annotation)
        try:
            if adapter:
                adapter.validate_python(value, strict=True)
        except ValidationError:
            given = type(value).__name__
            message = f"{tool.name}() argument {parameter.name!r} must be {parameter.annotation}, not {given}"
            raise TypeError(message) from None
