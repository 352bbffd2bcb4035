from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from evals.contract.house import Module, modules

CHATML = "<|im_start|>"
PLAIN_ROLES = re.compile(r"^\s*(?:User|Human|Assistant|AI|Tool): ?(?:\S|$)", re.MULTILINE)
# Who may write ChatML: the door itself, the converter of the old text format, the builder of the tokenizer.
DOORS = ("punie/agent/prompt_utils.py", "punie/training/convert.py", "pipeline/base/")
# These prompt no model: they say what a rendered prompt must look like.
TESTS = ("evals/contract/", "pipeline/contract/")


def texts(module: Module) -> Iterator[ast.Constant]:
    """The string constants of a module, parts of f-strings included, docstrings left out."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def is_hand_made(text: str) -> bool:
    return CHATML in text or PLAIN_ROLES.search(text) is not None


def test_prompts_are_made_at_one_door() -> None:
    others = [module for module in modules() if not str(module.path).startswith((*DOORS, *TESTS))]
    hand_made = [f"{m.path}:{text.lineno}" for m in others for text in texts(m) if is_hand_made(str(text.value))]

    assert hand_made == []


@pytest.mark.parametrize(
    "code",
    [
        'prompt = "<|im_start|>user\\n" + query',
        'prompt = f"<|im_start|>user\\n{query}<|im_end|>"',
        'prompt = f"User: {query}\\nAssistant:"',
        'prompt = query + "\\nAssistant:"',
        'prompt = "\\n".join(["Human: hello", query])',
    ],
)
def test_a_hand_made_prompt_is_noticed(code: str) -> None:
    module = Module(modules()[0].path, code, ast.parse(code))

    assert any(is_hand_made(str(text.value)) for text in texts(module))


@pytest.mark.parametrize("code", ['"""A turn begins with <|im_start|>."""', 'label = "the user: who asks"', "n = 1"])
def test_prose_about_prompts_is_allowed(code: str) -> None:
    module = Module(modules()[0].path, code, ast.parse(code))

    assert not any(is_hand_made(str(text.value)) for text in texts(module))
