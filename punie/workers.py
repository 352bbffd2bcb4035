"""What the plugin needs to know of pytest-xdist: whether processes share the work, and the folder that they share."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest

_SHARED: Final = "punie_shared"  # the key of what a worker is told
_FOLDER: Final = pytest.StashKey[Path]()


def is_divided(config: pytest.Config) -> bool:
    """Whether this process hands its items to workers."""
    return bool(config.getoption("numprocesses", None)) or config.getoption("dist", "no") != "no"


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs items for a controller, which takes the decision."""
    return hasattr(config, "workerinput")


def shared_folder(config: pytest.Config) -> Path | None:
    """The folder that a worker shares with the others of its machine; None in any other process."""
    told: dict[str, Any] = getattr(config, "workerinput", {})
    return Path(told[_SHARED]) if _SHARED in told else None


def tell_worker(node: Any) -> None:  # noqa: ANN401 - pytest-xdist is optional
    """Name the shared folder to a worker that is about to start; it is made once for all of them."""
    stash = node.config.stash
    if _FOLDER not in stash:
        stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="punie-"))
    node.workerinput[_SHARED] = str(stash[_FOLDER])


def clean_up(config: pytest.Config) -> None:
    """Remove what the workers shared."""
    folder = config.stash.get(_FOLDER, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
