"""Finding paths, symbols and positions in a sentence and writing them down unchanged."""

from __future__ import annotations

from random import Random
from typing import Final

from pipeline.base.corpus import names
from pipeline.base.corpus.row import Row, chat, spoken

_POSITIONS: Final = (
    "{s} at line {l}, column {c} of {f}",
    "the name {s} in {f}, line {l}, column {c}",
    "{s} ({f}:{l}:{c})",
    "{f} line {l} column {c}, where {s} stands",
    "line {l}, col {c} in {f}: {s}",
    "{f}:{l}:{c} {s}",
    "in {f} at {l}:{c} there is {s}",
    "on line {l} of {f}, column {c}, you see {s}",
    "`{s}` sits in {f} on line {l} at column {c}",
    "column {c} of line {l} in {f} holds {s}",
    "look at {s}, that is {f}, row {l}, column {c}",
)
_SENTENCES: Final = (
    "{w} broke {p} yesterday and {s} is to blame",
    "we moved {s} to {p} last week",
    "the {w} team owns {p} and wants {s} gone",
    "after the release {n} people complained about {s} in {p}",
    "{p} is slow since {w} touched {s}",
    "I renamed {s}; {p} still has the old name",
    "{s} in {p} takes {n} seconds",
    "our {w} job reads {p} and calls {s} {n} times",
    "someone added {n} lines to {p} for {s}",
    "see {p}: {s} was added for {w}",
    "the reviewer asked about {s}, which lives in {p}",
    "{n} {w} things in {p} depend on {s}",
)
_ASKS: Final = (
    ("which path is named", "p"),
    ("which file or folder is it about", "p"),
    ("give me the path", "p"),
    ("what symbol is meant", "s"),
    ("which name is mentioned", "s"),
    ("repeat the symbol", "s"),
    ("what is the number", "n"),
    ("which number is named", "n"),
)


def position(random: Random) -> Row:
    """A symbol's position in words, written down as assignments."""
    file, symbol, line, column = (
        names.file(random, ".py"),
        names.symbol(random),
        names.number(random),
        random.randint(1, 80),
    )
    text = random.choice(_POSITIONS).format(s=symbol, f=file, l=line, c=column)
    ask = random.choice(("position of {0}", "write down the position: {0}", "where is this: {0}", "{0}", "note {0}"))
    answer = f'file = "{file}"\nline = {line}\ncolumn = {column}\nname = "{symbol}"'
    return chat(spoken(random, ask.format(text)), f"```python\n{answer}\n```")


def mention(random: Random) -> Row:
    """A sentence and the one thing in it that is asked for."""
    slots = {
        "p": names.path(random),
        "s": names.symbol(random),
        "n": str(random.randint(2, 999)),
        "w": names.word(random),
    }
    sentence = random.choice(_SENTENCES)
    asks = [(ask, key) for ask, key in _ASKS if "{" + key + "}" in sentence]
    ask, key = random.choice(asks)
    text = sentence.format(**slots)
    prompt = random.choice((f"{text}. {ask}?", f"{ask}: {text}", f'"{text}" - {ask}?'))
    return chat(prompt, random.choice(("`{0}`", "It is {0}.", "{0}")).format(slots[key]))


def listing(random: Random) -> Row:
    """Several names, repeated as a Python list, reversed, counted or picked by position."""
    items = [random.choice((names.symbol, names.path))(random) for _ in range(random.randint(2, 4))]
    shown = random.choice((", ".join(items), "\n".join(items), " and ".join(items)))
    ask, answer = random.choice(
        (
            ("as a python list", "[" + ", ".join(f'"{item}"' for item in items) + "]"),
            ("how many names are these", f"{len(items)} names: {', '.join(items)}."),
            ("the first of these", items[0]),
            ("the last of these", items[-1]),
            ("the second one", items[1]),
            ("call print with each", "\n".join(f'print("{item}")' for item in items)),
        )
    )
    return chat(f"{ask}: {shown}", answer)
