"""What people see while a run works: the real standard output, in place of what pytest captures."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import pytest
from rich.console import Console


@contextlib.contextmanager
def live_console(config: pytest.Config) -> Iterator[Console]:
    """
    A console on the real standard output; pytest's capturing is suspended while the context lasts.

    Args:
        config: of the run; where pytest writes without colours, this console does, too.

    """
    manager = config.pluginmanager.get_plugin("capturemanager")
    with contextlib.nullcontext() if manager is None else manager.global_and_fixture_disabled():
        # a console of its own stream, because programs below may redirect `sys.stdout` meanwhile; what is no terminal
        # gets no control codes, whatever the environment says about colours
        screen = sys.stdout
        yield Console(
            file=screen,
            force_terminal=screen.isatty(),
            color_system="auto" if _has_colours(config) else None,
            legacy_windows=False,
        )


def shows_bars(console: Console) -> bool:
    """Whether bars can move there: it is a terminal that understands more than text."""
    return console.is_terminal and not console.is_dumb_terminal


def _has_colours(config: pytest.Config) -> bool:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter is not None and config.get_terminal_writer().hasmarkup
