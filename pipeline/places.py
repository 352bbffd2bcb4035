"""Where things lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
RECIPES: Final = ROOT / "pipeline" / "recipes"
SUITES: Final = ROOT / "evals" / "suites"


def shown(path: Path) -> str:
    """Return `path` as a person in the repository's root would write it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
