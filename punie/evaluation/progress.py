"""A progress bar while a run works; nothing where output is no terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from rich.console import Console
from rich.control import Control
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from punie.live_screen import live_console, shows_bars


@contextlib.contextmanager
def progress_bar(config: pytest.Config, title: str, total: int) -> Iterator[Callable[[], None]]:
    """
    Show a bar with the time left while the context lasts; none without a terminal, and none with `-q`.

    Args:
        config: of the run.
        title: stands before the bar.
        total: how many steps there are; the function that the context yields is called after each.

    """
    with live_console(config) as console:
        shown = shows_bars(console) and config.get_verbosity() >= 0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=console, disable=not shown, transient=True)
        with _below_the_line(config, console) if shown else contextlib.nullcontext(), bar:
            task = bar.add_task(title, total=total)
            yield lambda: bar.advance(task)


@contextlib.contextmanager
def _below_the_line(config: pytest.Config, console: Console) -> Iterator[None]:
    """Leave the line that pytest has begun, and come back to its end."""
    begun = config.get_terminal_writer().width_of_current_line
    console.line()
    try:
        yield
    finally:
        console.control(Control.move_to_column(begun, -1))
