"""What a person sees while a model is built, on a terminal and in a log."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.artifact import Artifact
from pipeline.manifest import Manifest
from pipeline.terminal import Terminal

LOSSES = {"train_first": 4.1808, "train_last": 0.1715, "valid_first": 4.5527, "valid_last": 0.1911}


def manifest(stage: str, **facts: object) -> Manifest:
    values = {"recipe": "tiny", "digest": "0", "parents": {}, "inputs": {}, "system_prompt": {}, "versions": {}}
    counted = {"files": {}, "size_bytes": 0, "losses": LOSSES, "seconds": 200.4}
    return Manifest.model_validate({**values, **counted, "stage": stage, "facts": facts})


def told(console: Console, *, quiet: bool = False, done: int = 0) -> str:
    """What is written while a stage is trained, from step `done` on, each step in two seconds."""
    screen = Terminal(console, quiet=quiet)
    screen.begins("adapter")
    screen.start(40)
    screen.valid_loss(done, 1.5)
    screen.train_loss(done + 10, 0.75, 12.0)
    screen.train_loss(done + 20, 0.5, 12.0)
    screen.valid_loss(done + 20, 0.25)
    screen.stop()
    screen.ended(Artifact(Path("adapter-0"), manifest("adapter", rows=9000, trainable_parameters=1376256)))
    screen.ended(Artifact(Path("fused-0"), manifest("fused", fused_layers=36), reused=True))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def log() -> Console:
    return Console(file=io.StringIO(), width=80)


@pytest.fixture
def screen() -> Console:
    return Console(file=io.StringIO(), width=60, force_terminal=True, color_system=None, legacy_windows=False)


@pytest.fixture
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty seconds between two looks at the clock."""
    seconds = iter(range(100, 1000, 20))
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))


@pytest.mark.usefixtures("_steady")
def test_a_log_tells_each_stage_and_the_time_left_once(log: Console) -> None:
    assert told(log).splitlines() == [
        "adapter: being made",
        "  training: 0 of 40, validation 1.500",
        "  training: 20 of 40, 20.0 s left, loss 0.500, validation 0.250",
        "adapter: made in 3 min 20 s in adapter-0",
        "  rows 9,000, trainable parameters 1,376,256",
        "  loss 4.1808 to 0.1715, validation 4.5527 to 0.1911",
        "fused: up to date in fused-0",
        "  fused layers 36",
    ]


def test_nothing_is_written_quietly(log: Console, screen: Console) -> None:
    assert told(log, quiet=True) == ""
    assert told(screen, quiet=True) == ""


def test_a_terminal_shows_a_bar_in_place_of_lines(screen: Console) -> None:
    text = told(screen)

    assert "20/40" in text
    assert "loss 0.500, validation" in text
    assert "training: 20 of 40" not in text


def test_the_bar_fits_a_narrow_terminal(screen: Console) -> None:
    frames = told(screen).replace("\r", "\n").split("\n")

    assert max(len(frame.replace("\x1b[2K", "")) for frame in frames if "/40" in frame) <= 60


def test_a_run_that_goes_on_says_nothing_of_the_speed_of_steps_it_did_not_do(log: Console, screen: Console) -> None:
    bar = Terminal(screen)
    bar.start(1000)
    bar.train_loss(900, 0.5, 12.0)
    (task,) = bar._bar.tasks
    bar.stop()

    assert (task.completed, task.speed) == (900, None)
    assert "training: 10 of 40, validation" in told(log, done=10)
