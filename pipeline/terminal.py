"""What a person sees while a model is built: a line or two for each stage, and a bar while training."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from pipeline.artifact import Artifact
from pipeline.places import shown
from punie.evaluation.report.text import duration
from punie.live_screen import live_console, shows_bars

_WIDE: Final = 100  # columns
_TRAINED: Final = "adapter"  # the stage whose losses are news; later ones carry them on


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
        self._has_bar = shows_bars(console) and not quiet
        columns = (
            TextColumn("  training"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=not self._has_bar)
        self._task = TaskID(0)
        self._total = 0
        self._first: tuple[int, float] | None = None
        self._train = self._valid = math.nan

    def begins(self, stage: str, fault: str = "") -> None:
        """Say that a stage is made now; `fault` tells what is wrong with what was made before."""
        self.says(f"{stage}: being made again: {fault}" if fault else f"{stage}: being made")

    def waits(self) -> None:
        """Say that another run has to end first."""
        self.says("  another run is building this recipe: waiting for it")

    def ended(self, artifact: Artifact) -> None:
        """Say what a stage has given."""
        manifest = artifact.manifest
        how = "up to date" if artifact.reused else f"made in {duration(manifest.seconds)}"
        self.says(f"{manifest.stage}: {how} in {shown(artifact.folder)}")
        facts = ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in manifest.facts.items())
        told = [facts, _losses(manifest.losses) if manifest.stage == _TRAINED else ""]
        for line in filter(None, told):
            self.says(f"  {line}")

    def start(self, iterations: int) -> None:
        """Training begins."""
        self._total = iterations
        self._task = self._bar.add_task("", total=iterations)
        self._bar.start()

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:
        """A point of the training curve."""
        if math.isnan(self._train):
            # a run that goes on where it stopped has not done its first steps now: they say nothing about its speed
            self._bar.reset(self._task, completed=iteration)
        self._train = loss
        speed = f", {rows_per_second:.0f} rows/s" if self._console.width >= _WIDE else ""
        self._seen(iteration)
        self._bar.update(self._task, completed=iteration, description=f"{self._now()}{speed}")

    def valid_loss(self, iteration: int, loss: float) -> None:
        """A point of the validation curve."""
        self._valid = loss
        self._seen(iteration)
        if not self._has_bar:
            self.says(f"  training: {iteration} of {self._total}{self._left(iteration)}, {self._now()}")

    def stop(self) -> None:
        """Training has ended."""
        self._bar.stop()

    def _seen(self, iteration: int) -> None:
        self._first = self._first or (iteration, time.monotonic())

    def _left(self, iteration: int) -> str:
        """The time that is left at the speed since the first point; empty at that point."""
        before, at = self._first or (iteration, 0.0)
        if iteration <= before:
            return ""
        each = (time.monotonic() - at) / (iteration - before)
        return f", {duration(each * (self._total - iteration))} left"

    def _now(self) -> str:
        losses = {"loss": self._train, "validation": self._valid}
        return ", ".join(f"{name} {value:.3f}" for name, value in losses.items() if not math.isnan(value))

    def says(self, text: str) -> None:
        """Say anything else."""
        if not self._quiet:
            self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _losses(losses: Mapping[str, float]) -> str:
    """What training has done to both losses, from the first point to the last."""
    curves = {"loss": "train", "validation": "valid"}
    return ", ".join(
        f"{name} {losses[f'{curve}_first']:g} to {losses[f'{curve}_last']:g}"
        for name, curve in curves.items()
        if f"{curve}_first" in losses
    )


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


@contextlib.contextmanager
def terminal(config: pytest.Config) -> Iterator[Terminal]:
    """Show the person what happens while the context lasts: pytest's capturing is suspended."""
    quiet = config.get_verbosity() < 0
    with live_console(config) as console:
        if not quiet:
            console.line()
        yield Terminal(console, quiet=quiet)
