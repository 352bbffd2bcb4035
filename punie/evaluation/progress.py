"""A progress bar while a model answers; nothing where output is no terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextlib.contextmanager
def progress_bar(config: pytest.Config, title: str, total: int) -> Iterator[Callable[[], None]]:
    """
    Show a bar while the context lasts.

    Args:
        config: of the run, whose capturing is suspended meanwhile.
        title: stands before the bar.
        total: how many steps there are; the function that the context yields is called after each.

    """
    with _uncaptured(config):
        console = Console(file=sys.stdout)
        shown = console.is_terminal and config.get_verbosity() >= 0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not shown, transient=True) as progress:
            if shown:
                console.line()
            task = progress.add_task(title, total=total)
            yield lambda: progress.advance(task)


def _uncaptured(config: pytest.Config) -> contextlib.AbstractContextManager[object]:
    manager = config.pluginmanager.get_plugin("capturemanager")
    return contextlib.nullcontext() if manager is None else manager.global_and_fixture_disabled()
