"""Names that queries are about: paths, symbols, numbers, people, drawn from word pools or made of random syllables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from punie.training.examples.words_pool import (
    ADJECTIVES,
    FIRST_NAMES,
    FOLDERS,
    LAST_NAMES,
    MODULES,
    NOUNS,
    NUMBER_WORDS,
    ONSETS,
    RHYMES,
    VERBS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from punie.training.examples.grammar import Draw

_ROOTS: Final = ("src", "lib", "app", "packages", "services", "tools", "core", "backend", "python", "apps")
_WHOLE: Final = (
    "the project", "the repo", "this repo", "the repository", "the codebase", "this project", "the whole project",
    "our code", "the code base", "the whole repo", "everything", "the entire codebase", "all the code",
    "this codebase", "our project", "the current project", "the workspace",
)  # fmt: skip
_TEXT_SUFFIXES: Final = (".md", ".toml", ".txt", ".json", ".yaml", ".yml", ".cfg", ".ini", ".csv", ".html", ".rst")
_ROOT_FILES: Final = (
    "README.md", "pyproject.toml", "setup.cfg", "CHANGELOG.md", "requirements.txt", "tox.ini", "Makefile",
    "conftest.py", "setup.py", ".gitignore", "LICENSE", "mypy.ini", "noxfile.py", "manage.py", "Dockerfile",
    ".env.example", "CONTRIBUTING.md", "package.json", "docker-compose.yml", "ruff.toml",
)  # fmt: skip


def syllables(draw: Draw, low: int = 2, high: int = 3) -> str:
    """A word that stands in no dictionary."""
    return "".join(draw.any(ONSETS) + draw.any(RHYMES) for _ in range(draw.number(low, high)))


def folder(draw: Draw) -> str:
    """One folder name."""
    if draw.chance(0.18):
        return syllables(draw, 1, 3)
    return draw.pick(FOLDERS)


def stem(draw: Draw) -> str:
    """The name of a module without its suffix."""
    if draw.chance(0.2):
        return syllables(draw, 2, 3)
    if draw.chance(0.35):
        return f"{draw.pick(MODULES)}_{draw.pick(NOUNS)}"
    if draw.chance(0.05):
        return f"{draw.pick(MODULES)}{draw.number(2, 9)}"
    return draw.pick(MODULES)


def python_file(draw: Draw) -> str:
    """The path of a Python module."""
    if draw.chance(0.15):
        return f"{stem(draw)}.py"
    return f"{_folders(draw)}/{stem(draw)}.py"


def test_file(draw: Draw) -> str:
    """The path of a test module."""
    top = draw.any(("tests", "tests", "test", f"tests/{folder(draw)}", f"{folder(draw)}/tests"))
    return f"{top}/test_{stem(draw)}.py"


def test_node(draw: Draw) -> str:
    """The node id of one test."""
    return f"{test_file(draw)}::test_{function_name(draw).strip('_')}"


def text_file(draw: Draw) -> str:
    """The path of any file that can be read or written as text."""
    roll = draw.number(1, 10)
    if roll <= 3:  # noqa: PLR2004 - three in ten
        return draw.any(_ROOT_FILES)
    if roll <= 6:  # noqa: PLR2004 - three in ten
        return python_file(draw)
    name = f"{stem(draw)}{draw.any(_TEXT_SUFFIXES)}"
    return name if draw.chance(0.35) else f"{draw.any(('docs', 'config', 'data', _folders(draw)))}/{name}"


def directory(draw: Draw) -> str:
    """The path of a folder, with or without a slash at its end."""
    return _folders(draw) + ("/" if draw.chance(0.5) else "")


def test_directory(draw: Draw) -> str:
    """The path of a folder of tests."""
    path = draw.any(("tests", f"tests/{folder(draw)}", f"{folder(draw)}/tests", f"tests/{folder(draw)}/{folder(draw)}"))
    return path + ("/" if draw.chance(0.5) else "")


def _folders(draw: Draw) -> str:
    parts = [draw.any(_ROOTS)] if draw.chance(0.6) else []
    parts += [folder(draw) for _ in range(draw.any((1, 1, 1, 2)))]
    path = "/".join(dict.fromkeys(parts))
    if draw.chance(0.02):
        return draw.any(("my-{}", "{}-v2", "{}.d", "{} copy", "../{}", "/srv/{}", "{}_new", "v1/{}")).format(path)
    return f"./{path}" if draw.chance(0.03) else path


def function_name(draw: Draw) -> str:
    """A function's name in snake_case."""
    if draw.chance(0.25):
        return "_".join(syllables(draw, 1, 2) for _ in range(draw.number(1, 2)))
    prefix = "_" if draw.chance(0.06) else ""
    name = f"{draw.pick(VERBS)}_{draw.pick(NOUNS)}"
    return prefix + (f"{name}_{draw.pick(NOUNS)}" if draw.chance(0.2) else name)


def class_name(draw: Draw) -> str:
    """A class's name in CamelCase."""
    if draw.chance(0.25):
        return syllables(draw, 1, 2).title() + (draw.pick(NOUNS).title() if draw.chance(0.6) else "")
    first = draw.pick(ADJECTIVES if draw.chance(0.4) else NOUNS).title()
    return first + draw.pick(NOUNS).title()


def symbol(draw: Draw) -> str:
    """The name of a function, a class or a constant."""
    roll = draw.number(1, 20)
    if roll == 1:
        return f"{draw.pick(VERBS)}_{draw.pick(NOUNS)}".upper()
    if roll == 2:  # noqa: PLR2004 - one in twenty
        return draw.pick(VERBS)
    return function_name(draw) if roll <= 11 else class_name(draw)  # noqa: PLR2004 - half of the rest


def person(draw: Draw) -> str:
    """A developer's full name."""
    return f"{draw.pick(FIRST_NAMES)} {draw.pick(LAST_NAMES)}"


def count_word(draw: Draw, number: int) -> str:
    """A number as digits or, where it is small, as a word."""
    return NUMBER_WORDS[number] if number in NUMBER_WORDS and draw.chance(0.4) else str(number)


def position(draw: Draw) -> tuple[int, int]:
    """A line and a column, both from 1."""
    return draw.number(1, draw.any((30, 99, 400, 999))), draw.number(1, draw.any((9, 24, 60)))


@dataclass(frozen=True)
class Target:
    """
    What a query is about and how it says so.

    Args:
        path: the argument of the call.
        np: noun phrase that names it.
        inside: place phrase ("in src/"), empty where the whole project is meant tacitly.
        on: the same for verbs that take "on".

    """

    path: str
    np: str
    inside: str
    on: str

    def named_in(self, prompt: str) -> str:
        """The path if the query names it, else "."."""
        named = self.np.lower() in prompt.lower() or (self.path != "." and self.path in prompt)
        return self.path if named else "."

    @property
    def slots(self) -> Mapping[str, str]:
        """The slots that templates use for it."""
        return {"np": self.np, "in": self.inside, "on": self.on, "args": f'("{self.path}")'}


def quoted(draw: Draw, text: str) -> str:
    """A name as developers write it: bare, in backticks or in quotes."""
    return draw.any(("{}", "{}", "{}", "`{}`", "`{}`", '"{}"', "'{}'")).format(text)


def place(draw: Draw, path: str) -> Target:
    """How a query names a path that it writes out."""
    # only quotes show where a name with a blank ends
    bare = f"'{path}'" if " " in path else quoted(draw, path)
    is_file = "." in path.rsplit("/", 1)[-1]
    kinds: tuple[str, ...] = ("file",) if is_file else ("folder", "directory", "package")
    kinds += ("module",) if path.endswith(".py") else ()
    np = draw.any((bare, bare, bare, bare, bare, f"the {draw.any(kinds)} {bare}", f"the {bare} {draw.any(kinds)}"))
    within = ("in", "in", "in", "inside", "within") if is_file else ("in", "in", "under", "inside", "across")
    return Target(path, np, f"{draw.any(within)} {np}", f"{draw.any(('on', 'on', 'for', 'over'))} {np}")


def whole_project(draw: Draw) -> Target:
    """How a query says that it means everything, or says nothing."""
    np = draw.pick(_WHOLE)
    if draw.chance(0.4):
        return Target(".", np, "", "")
    return Target(".", np, f"{draw.any(('in', 'in', 'across', 'within'))} {np}", f"{draw.any(('on', 'for'))} {np}")


def package(draw: Draw) -> Target:
    """A package named in words: it lies under src."""
    name = folder(draw)
    np = draw.any((f"the {name} package", f"the {name} package", f"our {name} package", f"the package {name}"))
    return Target(f"src/{name}/", np, f"in {np}", f"on {np}")


def common_folder(draw: Draw) -> Target:
    """A folder named in words: the tests folder, the src directory."""
    name = draw.any(("src", "tests", "docs", "scripts", "examples", "lib", "app", "tools", "benchmarks", folder(draw)))
    np = f"the {name} {draw.any(('folder', 'directory', 'dir'))}"
    return Target(f"{name}/", np, f"{draw.any(('in', 'inside', 'under'))} {np}", f"{draw.any(('on', 'over'))} {np}")


def code_target(draw: Draw) -> Target:
    """What a quality tool runs on."""
    return _target(draw, (python_file(draw), directory(draw), directory(draw), test_directory(draw)))


def test_target(draw: Draw) -> Target:
    """What the tests run on."""
    if draw.chance(0.06):
        node = test_node(draw)
        bare = quoted(draw, node)
        return Target(node, bare, f"in {bare}", f"on {bare}")
    return _target(
        draw, (test_file(draw), test_directory(draw), test_directory(draw), test_file(draw), directory(draw))
    )


def git_target(draw: Draw) -> Target:
    """What a git tool looks at: often everything."""
    if draw.chance(0.12):
        return whole_project(draw)
    return _target(draw, (python_file(draw), directory(draw), directory(draw), text_file(draw)))


def _target(draw: Draw, paths: tuple[str, ...]) -> Target:
    roll = draw.rng.random()
    if roll < 0.2:  # noqa: PLR2004 - one in five
        return whole_project(draw)
    if roll < 0.25:  # noqa: PLR2004 - one in twenty
        return package(draw)
    if roll < 0.31:  # noqa: PLR2004 - six in a hundred
        return common_folder(draw)
    return place(draw, draw.any(paths))
