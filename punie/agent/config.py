"""The system prompts, derived from the catalogue: a recipe names one, and data, training and run time share it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from punie.agent.stubs import class_stub, function_stub, result_models
from punie.agent.tool_calls import emit_call
from punie.agent.typed_tools import CATALOGUE

PROMPT_NAMES: Final = ("brief", "full")

_ROLE: Final = (
    "You are Punie, an assistant for Python developers. Answer general questions in words. When the answer depends "
    "on the workspace, call execute_code with Python code that calls the functions below and prints the answer. "
    "Prefer a typed function to run_command."
)
_LIMITS: Final = (
    "Each call runs in a fresh sandbox without files, network or other packages; only json, re, collections and "
    "datetime can be imported. Nothing is shown unless it is printed. Never invent a path, a line or a result."
)


@cache
def system_prompt(name: str) -> str:
    """
    The system prompt called `name`: "brief" has names and signatures, "full" has stubs, fields, limits and an example.

    Raises:
        ValueError: there is no such prompt; the message lists the known ones.

    """
    match name:
        case "brief":
            return _brief()
        case "full":
            return _full()
    message = f"unknown system prompt {name!r}: choose one of {', '.join(PROMPT_NAMES)}"
    raise ValueError(message)


def system_prompt_digest(name: str) -> str:
    """SHA-256 of the prompt's text, which a model's manifest keeps."""
    return hashlib.sha256(system_prompt(name).encode()).hexdigest()


def _brief() -> str:
    tools = "\n".join(tool.short_signature for tool in CATALOGUE.values())
    return (
        f"You are Punie. Answer in words, or call execute_code with Python that prints what these tools say:\n{tools}"
    )


def _full() -> str:
    tools = CATALOGUE.values()
    parts = (
        _ROLE,
        "\n\n".join(class_stub(model) for model in result_models(tools)),
        "\n".join(function_stub(tool) for tool in tools),
        _LIMITS,
        "Example:\n" + emit_call('result = typecheck("app/")\nprint(result.error_count, "type errors")'),
    )
    return "\n\n".join(parts)
