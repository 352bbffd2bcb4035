"""What a person sees while a model is built: a line for each stage, and a bar while training."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as TimeLeftColumn

from pipeline.artifact import Artifact
from pipeline.places import shown


class Terminal:
    """
    The person's terminal; it implements `pipeline.curves.Watch`.

    Args:
        console: where to write; a bar is shown on a real terminal only, elsewhere a line for each validation.
        quiet: write nothing.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        columns = (
            TextColumn("  training"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeLeftColumn(),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._task = TaskID(0)
        self._total = 0
        self._train = self._valid = float("nan")

    def begins(self, stage: str) -> None:
        """Say that a stage is made now."""
        self._say(f"{stage}: being made")

    def waits(self) -> None:
        """Say that another run has to end first."""
        self._say("  another run is building this recipe: waiting for it")

    def ended(self, artifact: Artifact) -> None:
        """Say what a stage has given."""
        manifest = artifact.manifest
        how = "up to date" if artifact.reused else f"made in {manifest.seconds:.0f} s"
        facts = ", ".join(f"{name} {value}" for name, value in (*manifest.facts.items(), *manifest.losses.items()))
        self._say(f"{manifest.stage}: {how} in {shown(artifact.folder)}{f' ({facts})' if facts else ''}")

    def start(self, iterations: int) -> None:
        """Training begins."""
        self._total = iterations
        self._task = self._bar.add_task("", total=iterations)
        self._bar.start()

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:
        """A point of the training curve."""
        self._train = loss
        text = f"loss {loss:.3f}, validation {self._valid:.3f}, {rows_per_second:.0f} rows/s"
        self._bar.update(self._task, completed=iteration, description=text)

    def valid_loss(self, iteration: int, loss: float) -> None:
        """A point of the validation curve."""
        self._valid = loss
        if not self._console.is_terminal:
            self._say(f"  training: {iteration} of {self._total}, loss {self._train:.3f}, validation {loss:.3f}")

    def stop(self) -> None:
        """Training has ended."""
        self._bar.stop()

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def terminal(config: pytest.Config) -> Iterator[Terminal]:
    """Show the person what happens while the context lasts: pytest's capturing is suspended."""
    manager = config.pluginmanager.get_plugin("capturemanager")
    with contextlib.nullcontext() if manager is None else manager.global_and_fixture_disabled():
        # a console of its own stream, because mlx-lm's output is redirected meanwhile
        console = Console(file=sys.stdout)
        quiet = config.get_verbosity() < 0
        if not quiet:
            console.line()
        yield Terminal(console, quiet=quiet)
