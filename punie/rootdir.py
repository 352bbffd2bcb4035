"""
Keep pytest's root directory where the user stands.

Pytest looks for its root and configuration before plugins register their options, and takes the value in
`--model /models/new` for a test folder: from there it finds another configuration, or none. `--model=/models/new` does
not mislead it, so that a run that was misled is started again with such arguments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

_CONFIGURATIONS: Final = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
_SHORT_OPTIONS: Final = "punie.short_options"


def start_again_if_misled(config: pytest.Config, options: Collection[str]) -> None:
    """
    Run pytest with unmistakable arguments, and end with its exit status, where `config` was misled.

    Args:
        config: as far as it is when plugins register options.
        options: names of our options, without prefix.

    Raises:
        SystemExit: with the exit status of the second run.

    """
    here = config.invocation_params.dir
    if config.inipath is not None and config.inipath.parent in (here, *here.parents):
        return
    names = {f"--punie-{name}" for name in options}
    if _opts_in(here):
        names |= {f"--{name}" for name in options}
    given = list(config.invocation_params.args)
    joined = list(join_values(given, names, here))
    if joined != given:
        raise SystemExit(int(pytest.main(joined, plugins=config.invocation_params.plugins)))


def join_values(args: Sequence[str], names: Collection[str], here: Path) -> Iterator[str]:
    """The arguments, where an option in `names` and the path that follows it become one."""
    rest = deque(args)
    while rest:
        arg = rest.popleft()
        if arg == "--":
            yield arg
            yield from rest
            return
        # an option that stands alone, such as --live, is followed by another option
        has_path = arg in names and rest and not rest[0].startswith("-") and (here / rest[0]).exists()
        yield f"{arg}={rest.popleft()}" if has_path else arg


def _opts_in(here: Path) -> bool:
    """Whether the configuration above `here` loads the short options; otherwise these names are somebody else's."""
    files = (folder / name for folder in (here, *here.parents) for name in _CONFIGURATIONS)
    return any(_SHORT_OPTIONS in file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file())
