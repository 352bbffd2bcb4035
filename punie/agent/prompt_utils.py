"""The only door to the chat template: every prompt, in data, training, run time and grading, is made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from punie.agent.config import system_prompt, system_prompt_digest

MANIFEST: Final = "manifest.json"
_ROLES: Final = ("user", "assistant", "tool")

Turn = Mapping[str, str]


def format_prompt(query: str, model_path: str | Path, *, system: str | None = None) -> str:
    """
    The text to send to the model for one query.

    Args:
        query: what the developer asks.
        model_path: folder of the model, whose tokenizer and chat template are used.
        system: the system prompt's text; by default the one that the model's manifest names.

    Raises:
        ValueError: the tokenizer has no chat template, or the manifest's prompt is not ours.

    """
    return format_prompt_with_history([{"role": "user", "content": query}], model_path, system=system)


def format_prompt_with_history(turns: Sequence[Turn], model_path: str | Path, *, system: str | None = None) -> str:
    """Like `format_prompt`, for turns with the roles user, assistant and tool (what a call printed)."""
    messages = conversation(turns, system_of(model_path) if system is None else system)
    return render(load_tokenizer(Path(model_path)), messages)


def conversation(turns: Sequence[Turn], system: str) -> list[dict[str, str]]:
    """
    The messages for the chat template, the system prompt first; a tool turn becomes a tagged user turn.

    Raises:
        ValueError: a turn has another role than user, assistant or tool.

    """
    return [{"role": "system", "content": system}, *(_message(turn) for turn in turns)]


def _message(turn: Turn) -> dict[str, str]:
    role, content = turn["role"], turn["content"]
    if role not in _ROLES:
        message = f"unknown role {role!r}: a turn is one of {', '.join(_ROLES)}"
        raise ValueError(message)
    if role == "tool":
        return {"role": "user", "content": f"<tool_response>\n{content}\n</tool_response>"}
    return {"role": role, "content": content}


def render(tokenizer: Any, messages: Sequence[Mapping[str, str]]) -> str:  # noqa: ANN401 - transformers has no types
    """The prompt's text: messages through the tokenizer's own chat template, open for the assistant's turn."""
    if not getattr(tokenizer, "chat_template", None):
        message = "the tokenizer has no chat template: use an instruction-tuned model, or add a template to it"
        raise ValueError(message)
    return str(tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))


def render_response(result: BaseModel | str) -> str:
    """What `print(result)` shows in the sandbox: a text as it is, a record as its repr."""
    return result if isinstance(result, str) else repr(result)


@lru_cache(maxsize=4)
def load_tokenizer(model_path: Path) -> Any:  # noqa: ANN401 - transformers has no types
    """The tokenizer of a local model folder; nothing is fetched."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(model_path), local_files_only=True)


def system_of(model_path: str | Path) -> str:
    """
    The system prompt that a model was trained with: its manifest names it, "full" without one.

    Raises:
        ValueError: the manifest's digest is that of another text, so that grading would ask under a foreign prompt.

    """
    path = Path(model_path, MANIFEST)
    if not path.is_file():
        return system_prompt("full")
    named = json.loads(path.read_text(encoding="utf-8")).get("system_prompt")
    if named is None:
        return system_prompt("full")
    if named["digest"] != system_prompt_digest(named["name"]):
        message = f"{path}: trained with another system prompt {named['name']!r} than today's: build the model again"
        raise ValueError(message)
    return system_prompt(named["name"])
