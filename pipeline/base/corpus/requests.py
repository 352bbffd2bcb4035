"""
Developers' requests in every wording of the training examples, served without typed tools.

A request is answered by shell commands (`call`), by the place that it names (`position`), or by code that reads the
fields of an object that is at hand already (`fields`); `record` shows a result and goes on from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Final

from pipeline.base.corpus import names
from pipeline.base.corpus.row import Row, chat
from pipeline.base.corpus.shell import shell_code
from punie.agent.tool_calls import emit_call, parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.training.examples.catalog import GROUPS
from punie.training.examples.draft import Intent, Turn
from punie.training.examples.grammar import Draw

_SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {"single": 0.23, "identity": 0.07, "fields": 0.22, "workflows": 0.26, "conversations": 0.2, "words": 0.02}
)
_RECORD: Final = re.compile(r"[A-Z]\w+\(\w+=")
_POSITION: Final = re.compile(r'\w+\("([^"]+)", (\d+), (\d+), "([^"]+)"\)')
_MADE: Final = re.compile(r"(\w+) = (\w+)\(")
_PATH: Final = re.compile(r"[\w.-]+(?:/[\w.-]*)+|\w+\.(?:py|pyi|toml|cfg|ini|md|rst|txt|json|yaml|yml|lock|sh)\b")
_STEM: Final = re.compile(r"(?<![a-z])[a-z]{4,}(?![a-z])")
_USUAL: Final = frozenset({"docs", "json", "lock", "scripts", "test", "tests", "toml", "yaml"})
_RENAMED: Final = 0.5  # of the words in paths
_ASKS: Final = ("position of {0}", "write down the position: {0}", "which place is meant: {0}", "note the place: {0}")
_AT_HAND: Final = (
    "{0} is at hand as `{1}`. {2}",
    "{2} (`{1}` is the {0})",
    "You have `{1}`, a {0}. {2}",
    "{1}: {0}\n{2}",
    "{2}\n`{1}` holds the {0}.",
)


def call(random: Random) -> Row:
    """A conversation in which commands serve what is asked for."""
    while True:
        turns = _turns(random, random.choices(list(_SHARES), list(_SHARES.values()))[0])
        if any(turn.role == "tool" and _RECORD.match(turn.content) for turn in turns):
            continue  # no command prints such a record: they belong to `record`
        contents = [_shelled(turn) for turn in turns]
        if None not in contents:
            row = Row(tuple({"role": t.role, "content": c or ""} for t, c in zip(turns, contents, strict=True)))
            return renamed(random, row)


def position(random: Random) -> Row:
    """A request that names a place in a file; the place, written down as assignments."""
    while True:
        turns = _turns(random, random.choice(("single", "single", "fields")))
        places = _POSITION.findall(_code(turns[1]) or "")
        if len(places) == 1:
            file, line, column, name = places[0]
            answer = f'file = "{file}"\nline = {line}\ncolumn = {column}\nname = "{name}"'
            return renamed(random, chat(random.choice(_ASKS).format(turns[0].content), f"```python\n{answer}\n```"))


def fields(random: Random) -> Row:
    """A question and the object that answers it; the code that reads the object's fields."""
    while True:
        turns = _turns(random, random.choice(("fields", "fields", "single", "conversations")))
        first, _, body = (_code(turns[1]) or "").partition("\n")
        made = _MADE.match(first)
        if (
            made
            and made[2] in CATALOGUE
            and body
            and body != f"print({made[1]})"
            and not any(f"{tool}(" in body for tool in CATALOGUE)
        ):
            prompt = random.choice(_AT_HAND).format(random.choice(_shapes(made[2])), made[1], turns[0].content)
            return chat(prompt, f"```python\n{body}\n```")


def record(random: Random) -> Row:
    """A question, a record, and what it holds in words, or the command that comes next."""
    while True:
        turns = _turns(random, "conversations")
        if [turn.role for turn in turns[:4]] == ["user", "assistant", "tool", "assistant"]:
            answer = _shelled(turns[3])
            if answer is not None:
                return renamed(random, chat(turns[0].content, turns[2].content, answer, roles="uta"))


def renamed(random: Random, row: Row) -> Row:
    """The row with some words of its paths replaced throughout, so that there is no end of names to copy."""
    elsewhere = _PATH.sub("", "\n".join(turn["content"] for turn in row.turns))
    stems = {stem for path in _PATH.findall(row.turns[0]["content"]) for stem in _STEM.findall(path)}
    free = [stem for stem in sorted(stems - _USUAL) if stem not in elsewhere]
    new = {stem: names.word(random) for stem in free if random.random() < _RENAMED}
    if not new:
        return row
    contents = [_STEM.sub(lambda found: new.get(found[0], found[0]), turn["content"]) for turn in row.turns]
    return Row(tuple(turn | {"content": content} for turn, content in zip(row.turns, contents, strict=True)))


def _turns(random: Random, group: str) -> tuple[Turn, ...]:
    intents = GROUPS[group]
    intent: Intent = random.choices(intents, [intent.weight for intent in intents])[0]
    return intent.make(Draw(random))


def _code(turn: Turn) -> str | None:
    calls = parse_reply(turn.content).calls if turn.role == "assistant" else ()
    return str(calls[0].arguments["code"]) if calls else None


def _shelled(turn: Turn) -> str | None:
    """The turn's text with commands in place of typed tools; None where a call has no such form."""
    code = _code(turn)
    if code is None:
        return turn.content
    translated = shell_code(code)
    return None if translated is None else emit_call(translated)


@cache
def _shapes(tool: str) -> tuple[str, str]:
    """The class of the tool's result, without and with the names of its fields."""
    result = CATALOGUE[tool].result
    return result.__name__, f"{result.__name__}({', '.join(getattr(result, 'model_fields', {}))})"
