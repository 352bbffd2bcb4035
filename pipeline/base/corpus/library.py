"""The standard library's own text: docstrings as questions and answers, and source code."""

from __future__ import annotations

import ast
import re
from functools import cache
from random import Random
from typing import Final

from pipeline.base.corpus import names
from pipeline.base.corpus.row import Row, chat, spoken

_QUESTIONS: Final = (
    "what does {name} do",
    "what is {name} for",
    "what is the purpose of {name}",
    "explain {name}",
    "describe {name}",
    "what does the {kind} {name} do",
    "what is the {kind} {name} in {module}",
    "when would I use {name}",
    "tell me about {name} from the {module} module",
    "how does {module}.{name} help",
    "summarise {module}.{name}",
)
_MAX_CODE: Final = 1_100  # characters: about 300 tokens


@cache
def _documented() -> tuple[tuple[str, str, str, str], ...]:
    """(module, kind, name, first sentence) of what the library documents."""
    found = []
    for path in names.library_modules():
        tree = names.parsed(path)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("__"):
                sentence = _first_sentence(ast.get_docstring(node) or "")
                if sentence:
                    kind = "class" if isinstance(node, ast.ClassDef) else "function"
                    found.append((path.stem, kind, node.name, sentence))
    return tuple(found)


def _first_sentence(docstring: str) -> str:
    sentence = re.split(r"(?<=\.)\s|\n\s*\n", " ".join(docstring.split("\n\n", 1)[0].split()))[0]
    return sentence if 20 <= len(sentence) <= 220 and sentence.isascii() else ""


@cache
def _sources() -> tuple[str, ...]:
    """Source text of functions and small classes."""
    found = []
    for path in names.library_modules():
        tree = names.parsed(path)
        lines = path.read_text(encoding="utf-8", errors="ignore").splitlines() if tree else []
        for node in tree.body if tree else ():
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                if text.isascii():
                    found.append(text[:_MAX_CODE])
    return tuple(found)


def docstring(random: Random) -> Row:
    """A question about a documented object, answered by its first sentence."""
    module, kind, name, sentence = random.choice(_documented())
    question = random.choice(_QUESTIONS).format(name=name, kind=kind, module=module)
    return chat(spoken(random, question), sentence)


def source(random: Random) -> Row:
    """A function or class of the library, as it stands."""
    return Row(text=random.choice(_sources()))
