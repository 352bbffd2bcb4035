"""The fenced blocks of the project's pages, and a repository in which their commands run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals.contract.house import ROOT

PAGES: Final = tuple(sorted((ROOT / "docs").glob("*.md")))
NANO: Final = ROOT / "fixtures" / "models" / "nano-base"
_BLOCK: Final = re.compile(r"^```(\w*)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """
    A fenced block.

    Attributes:
        language: of the block.
        said: what stands behind the language: the name of a file, `status=N`, or `asks` where a model is asked.
        text: inside the fence.

    """

    language: str
    said: str
    text: str

    @property
    def is_file(self) -> bool:
        """Whether it is the text of a file that stands behind the language."""
        return self.said.endswith((".ini", ".json", ".jsonl", ".py", ".toml", ".yaml"))

    @property
    def commands(self) -> list[list[str]]:
        """The arguments of each line of a shell block."""
        return [shlex.split(line) for line in self.text.splitlines() if line.strip()]

    @property
    def status(self) -> int:
        """The exit status that the page promises."""
        return int(self.said.removeprefix("status=")) if self.said.startswith("status=") else 0


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield Block(found[1], found[2] or "", found[3])


def write_files(page: Path, folder: Path) -> None:
    """Write the blocks that are named after files into a folder, with a model, a recipe and the short options."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p punie.short_options\n", encoding="utf-8")
    for block in blocks(page):
        if block.is_file:
            path = folder / block.said
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    (folder / "pipeline" / "recipes").mkdir(parents=True)
    (folder / "pipeline" / "recipes" / "nano.toml").touch()
    (folder / "models").mkdir()
    (folder / "models" / "mine").symlink_to(NANO)
