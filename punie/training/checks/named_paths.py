"""Paths as people name them: what a text names, and which path of a call that is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SUFFIX: Final = (
    r"(?:pyi?|ipynb|toml|md|rst|json|jsonl|ya?ml|txt|html?|css|cfg|ini|sql|sh|lock|env|"
    r"log|csv|xml|tsx?|jsx?|go|rs|java|rb|cpp)"
)
_TOKEN: Final = re.compile(r"(?:[\w+~./\\-]|@(?!\d))+")
_URL: Final = re.compile(r"\w+://\S+")
_FILE: Final = re.compile(rf"[\w@+~.-]*\w\.{_SUFFIX}", re.IGNORECASE)
_PRODUCTS: Final = re.compile(
    r"(?:node|next|vue|react|express|three|d3|chart|angular|discord|socket)\.[jt]s", re.IGNORECASE
)
_PLACES: Final = re.compile(
    r"""
    src|source|lib|libs|app|apps|test|tests|docs|doc|scripts|tools|pkg
    | packages|examples|benchmarks|data|config|core|services|service|models|api|utils
    | server|client|cli|backend|frontend|web|project|migrations|evals|fixtures
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PAIRS: Final = re.compile(
    r"(?:and/or|either/or|true/false|yes/no|on/off|ci/cd|i/o|n/a|(?:read|input|client|server|request|get|test|tests|api|"
    r"data|docs|config|app)/(?:write|output|server|client|response|post|tests?|lint|docs|code|data|schema|db))",
    re.IGNORECASE,
)
_NOT_WANTED: Final = re.compile(
    r"\b(?:except(?:\s+for)?|excluding|exclude|without|not|don't|never|ignor(?:e|ing)|skip(?:ping)?|outside(?:\s+of)?|leave|"
    r"other\s+than|instead\s+of|rather\s+than|besides|apart\s+from|unlike|(?<!would\s)(?<!'d\s)like|similar\s+to|said)"
    r"\s+(?:\w+\s+){0,4}[`'\"]?$",
    re.IGNORECASE,
)
_FOLDER: Final = re.compile(
    r"\b([A-Za-z_][\w-]*)(?:[`'\"]?\s+(?:folder|directory|dir)|[`'\"]\s+package)\b", re.IGNORECASE
)
_NO_FOLDERS: Final = re.compile(
    r"""
    the|a|an|this|that|these|current|working|same|parent|root|whole|entire
    | project|each|every|any|which|what|my|our|your|its|other|one|new|home|top
    | base|source|code|git|main|empty|each|own|all|test|given|named|called|per
    | single|right|wrong|correct|workspace|repo|repository|in|of|and|or
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE_SRC: Final = re.compile(r"(?<![\w./-])src(?![\w/-]|\.\w)")


def plain_path(path: str) -> str:
    """Return a path without what makes no difference: `./` before, a slash after, backslashes, case, a test's name."""
    path = path.partition("::")[0].replace("\\", "/").strip().lower()
    while path.startswith("./"):
        path = path[2:]
    return "" if path == "." else path.rstrip("/")


def same_or_part(path: str, other: str) -> bool:
    """Whether two plain paths may be one, the shorter being the end of the longer."""
    return path == other or path.endswith(f"/{other}") or other.endswith(f"/{path}")


def wanted_paths(text: str) -> tuple[str, ...]:
    """Return the paths that a request names as what it is about, plain; not those that it excludes or compares with."""
    text = _URL.sub(" ", text)
    found = [
        plain_path(word)
        for token in _TOKEN.finditer(text)
        if _looks_like_path(word := token.group().rstrip("."), text[token.end() : token.end() + 12])
        and not _unwanted(text, token.start())
    ]
    return tuple(dict.fromkeys(path for path in found if path and not path.startswith("..")))


def wanted_folders(text: str) -> tuple[str, ...]:
    """Return the folders that a request names by a word alone, as in `the services folder`."""
    named = [match for match in _FOLDER.finditer(text) if not _NO_FOLDERS.fullmatch(match[1])]
    wanted = (match for match in (*named, *_BARE_SRC.finditer(text)) if not _unwanted(text, match.start()))
    return tuple(dict.fromkeys(match[match.lastindex or 0].lower() for match in wanted))


def says_path(text: str, path: str) -> bool:
    """Whether a request holds a path literally and does not exclude it there; a word alone is one only in quotes."""
    wanted, lower = plain_path(path), text.lower().replace("\\", "/")
    sure = "" if "/" in wanted else "(?=/|[`'\"])"
    places = re.finditer(rf"(?<![\w./-]){re.escape(wanted)}{sure}(?![\w-]|[./]\w)", lower)
    return bool(wanted) and any(not _unwanted(lower, place.start()) for place in places)


def names_file(text: str, path: str) -> bool:
    """Whether a text names a file: as it is, by the end of its path, as a module, or as `the settings module`."""
    wanted = plain_path(path)
    words = _words(text)
    parts = wanted.split("/")
    if any("/".join(parts[start:]) in words for start in range(len(parts))):
        return True
    if any(word.endswith(f"/{wanted}") for word in words):
        return True
    dotted = re.sub(r"(?:/__init__)?\.pyi?$", "", wanted).replace("/", ".").split(".")
    modules = [".".join(dotted[start:]) for start in range(len(dotted) - 1)]
    if any(f".{module}." in f".{word}." for module in modules for word in words if "." in word and "/" not in word):
        return True
    lower = text.lower().replace("\\", "/")
    if " " in wanted and wanted in lower:
        return True
    stem = re.escape(dotted[-1])
    called = rf"\b{stem}[`'\"]?\s+(?:module|file|script)\b|\b(?:module|file|script)\s+[`'\"]?{stem}\b(?![./])"
    return re.search(called, lower) is not None


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    words = [match.group() for match in _TOKEN.finditer(text)]
    return frozenset(plain_path(form) for word in words for form in (word, word.strip(".-")))


def _unwanted(text: str, start: int) -> bool:
    return _NOT_WANTED.search(text[max(0, start - 60) : start]) is not None


def _looks_like_path(word: str, after: str) -> bool:
    if _PAIRS.fullmatch(word) or _PRODUCTS.fullmatch(word) or word.startswith("-"):
        return False
    if _FILE.fullmatch(word.replace("\\", "/").rpartition("/")[2]) and re.match(r"\s*\(\)", after) is None:
        return True
    parts = word.replace("\\", "/").split("/")
    if len(parts) == 1:
        return False
    inner = [part for part in parts if part not in {"", "."}]
    if not inner or not all(re.fullmatch(r"[\w.@+-]+", part) for part in inner):
        return False
    if word.startswith("/") and _PLACES.fullmatch(inner[0]) is None:
        return False
    ends = (
        parts[-1] == "" or parts[0] == "." or re.match(r"[`'\"]?\s+(?:folder|directory|package)\b", after) is not None
    )
    return ends or _PLACES.fullmatch(inner[0]) is not None or (len(inner) > 1 and any("_" in part for part in inner))
