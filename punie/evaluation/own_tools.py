"""Tools that a repository declares in one file of its own: `punie_tools = module:NAME` in its pytest configuration."""

from __future__ import annotations

import builtins
import keyword
import pkgutil
import re
from typing import Any, Final, NoReturn

from punie.agent.stubs import result_models
from punie.agent.typed_tools import CATALOGUE, Result, Tool, add_tools
from punie.evaluation.inputs import InputError
from punie.testing.made_record import made_record

INI: Final = "punie_tools"
_NAMED: Final = re.compile(r"[^\W\d][\w.]*:[^\W\d]\w*")
_KINDS: Final = "str, int, float, bool, Literal, lists and optional values of these, and other Results"


def add_own_tools(named: str, *, live: bool) -> None:
    """
    Add the tools that `module:NAME` holds to the catalogue.

    Args:
        named: the module, and the list or tuple of tools in it.
        live: whether they will really work, so that each needs a runner.

    Raises:
        InputError: one line on the first thing that is wrong.

    """
    tools = _imported(named)
    for tool in tools:
        _check(tool, named, live=live)
    names = [tool.name for tool in tools]
    if len(set(names)) < len(names):
        _refuse(named, f"a name stands twice in {', '.join(names)}")
    try:
        add_tools(tools)
    except ValueError as error:
        _refuse(named, str(error))


def _imported(named: str) -> tuple[Tool, ...]:
    if not _NAMED.fullmatch(named):
        _refuse(named, "write module:NAME, the name of a list of tools in a module")
    try:
        found: Any = pkgutil.resolve_name(named)
    except Exception as error:  # noqa: BLE001 - importing runs code of the repository, which may raise anything
        _refuse(named, f"{type(error).__name__}: {error}: is the module's folder on `pythonpath`?")
    tools = tuple(found) if isinstance(found, list | tuple) else ()
    if not tools or not all(isinstance(tool, Tool) for tool in tools):
        _refuse(named, "a list of punie.agent.typed_tools.Tool is wanted")
    return tools


def _check(tool: Tool, named: str, *, live: bool) -> None:
    name = tool.name
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name) or name == "execute_code":
        _refuse(named, f"{name!r} is no name for a tool: Python or the sandbox uses it, or it is no identifier")
    if live and not tool.runner:
        _refuse(named, f"{name} has no runner, so that it cannot work under --live")
    try:
        tool.bind([None] * len(tool.parameters), {})
    except (TypeError, ValueError) as error:
        _refuse(named, f"{name} has parameters that Python refuses: {error}")
    _check_result(tool, named)


def _check_result(tool: Tool, named: str) -> None:
    if not (isinstance(tool.result, type) and issubclass(tool.result, Result | str)):
        _refuse(named, f"{tool.name} returns {tool.result!r}: a class derived from Result, or str, is wanted")
    try:
        made_record(tool, 2), made_record(tool, 0)
    except (KeyError, TypeError, ValueError):
        _refuse(named, f"{tool.name} returns a {tool.result.__name__} with fields that spies cannot fill: use {_KINDS}")
    others = {model.__name__: model for model in result_models(CATALOGUE.values())}
    for model in result_models([tool]):
        if others.get(model.__name__, model) is not model:
            _refuse(named, f"{tool.name} returns a {model.__name__}, as Punie calls a record of its own: rename it")


def _refuse(named: str, problem: str) -> NoReturn:
    message = f"{INI} = {named}: {problem}"
    raise InputError(message)
