"""Reading and writing files: calls of read_file and write_file."""

from __future__ import annotations

from random import Random
from typing import Final

from pipeline.base.corpus import names
from pipeline.base.corpus.row import Row, chat, spoken
from punie.agent.tool_calls import emit_call

_READ: Final = (
    "show me {f}",
    "read {f}",
    "open {f}",
    "print the contents of {f}",
    "what is in {f}",
    "display {f}",
    "cat {f}",
    "I want to see {f}",
    "let me look at {f}",
    "what does {f} contain",
    "get the text of {f}",
    "dump {f}",
)
_COUNT: Final = ("how many lines are in {f}", "count the lines of {f}", "line count of {f}", "how long is {f} in lines")
_FIND: Final = (
    "does {f} mention {s}",
    "is {s} in {f}",
    "check whether {f} contains {s}",
    "look for {s} in {f}",
    "which lines of {f} mention {s}",
    "find {s} in the file {f}",
)
_LINES: Final = "for number, line in enumerate(text.splitlines(), 1):\n"
_WRITE: Final = (
    "write {t} into {f}",
    "create {f} with the text {t}",
    "save {t} to {f}",
    "put {t} in {f}",
    "make a file {f} that says {t}",
    "store {t} as {f}",
    "new file {f} with the content {t}",
)


def call(random: Random) -> Row:
    """A request about one file and the code that serves it."""
    file, symbol = names.file(random), names.symbol(random)
    text = " ".join(names.word(random) for _ in range(random.randint(1, 4)))
    wordings, code = random.choice(
        (
            (_READ, f'text = read_file("{file}")\nprint(text)'),
            (_COUNT, f'text = read_file("{file}")\nprint(len(text.splitlines()), "lines")'),
            (
                _FIND,
                f'text = read_file("{file}")\n{_LINES}    if "{symbol}" in line:\n        print(number, line)',
            ),
            (_WRITE, f'print(write_file("{file}", "{text}"))'),
        )
    )
    quoted = random.choice((f'"{text}"', f"'{text}'", f"`{text}`", text))
    request = random.choice(wordings).format(f=file, s=symbol, t=quoted)
    return chat(spoken(random, request), emit_call(code))
