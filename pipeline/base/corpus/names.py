"""Names to copy: words, symbols, paths and numbers in endless variety, many of them made of syllables."""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

_ONSETS: Final = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
)
_VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ea", "oo", "ou")
_CODAS: Final = ("", "", "l", "m", "n", "r", "s", "t", "x", "ck", "nd", "rt")
_SUFFIXES: Final = (".py", ".py", ".py", ".py", ".py", ".toml", ".md", ".yaml", ".json", ".txt", ".cfg")


@cache
def library_modules() -> tuple[Path, ...]:
    """Python files of the standard library, without its tests and tables."""
    root = Path(sysconfig.get_path("stdlib"))
    skipped = {
        "test",
        "tests",
        "idlelib",
        "lib2to3",
        "encodings",
        "site-packages",
        "turtledemo",
        "pydoc_data",
        "ensurepip",
        "__pycache__",
    }
    files = (
        p for p in root.rglob("*.py") if not skipped & set(p.relative_to(root).parts) and p.stat().st_size < 400_000
    )
    return tuple(sorted(files))


def parsed(path: Path) -> ast.Module | None:
    """The syntax tree of a library file, None where it does not parse."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return None


@cache
def words() -> tuple[str, ...]:
    """Lower-case words of the standard library: what its names are made of, and what its texts say."""
    found: set[str] = set()
    for path in library_modules():
        text = path.read_text(encoding="utf-8", errors="ignore")
        for name in re.findall(r"\b(?:def|class)\s+(\w+)", text):
            found.update(w.lower() for w in re.findall(r"[A-Z]?[a-z]{3,10}", name))
        found.update(re.findall(r"(?<=[ \n])[a-z]{4,12}(?=[ ,.\n])", text))
    return tuple(sorted(found))


def word(random: Random) -> str:
    """A word of the library, or an invented one."""
    if random.random() < 0.6:
        return random.choice(words())
    syllables = (
        random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS)
        for _ in range(random.choice((1, 2, 2, 3)))
    )
    return "".join(syllables)


def snake(random: Random) -> str:
    """A function's or module's name."""
    name = "_".join(word(random) for _ in range(random.choice((1, 2, 2, 2, 3))))
    return ("_" + name) if random.random() < 0.06 else name


def camel(random: Random) -> str:
    """A class name."""
    return "".join(word(random).capitalize() for _ in range(random.choice((1, 2, 2, 3))))


def symbol(random: Random) -> str:
    """A function's, class's or constant's name."""
    kind = random.random()
    if kind < 0.55:
        return snake(random)
    return camel(random) if kind < 0.92 else snake(random).upper()


def folder(random: Random) -> str:
    """A relative folder, with or without a slash at its end."""
    first = (
        random.choice(("src", "tests", "app", "lib", "docs", "scripts", "tools", "")) if random.random() < 0.45 else ""
    )
    parts = [first] if first else []
    parts += [snake(random).lstrip("_") for _ in range(random.choice((1, 1, 2, 3)))]
    return "/".join(parts) + random.choice(("", "/"))


def file(random: Random, suffix: str | None = None) -> str:
    """A relative file."""
    name = random.choice(("test_", "", "", "", "")) + snake(random).lstrip("_") + (suffix or random.choice(_SUFFIXES))
    return name if random.random() < 0.2 else folder(random).rstrip("/") + "/" + name


def path(random: Random) -> str:
    """A file or a folder."""
    return file(random) if random.random() < 0.6 else folder(random)


def number(random: Random) -> int:
    """A count or a line: mostly small, sometimes up to four digits."""
    return random.choice(
        (random.randint(0, 12), random.randint(1, 99), random.randint(1, 999), random.randint(1, 2999))
    )


def python_version() -> str:
    """Which standard library the words come from."""
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
