"""The training loop: mlx-lm's numbers, and a run that ends the same however often it is stopped."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.checkpoints import Checkpoints
from pipeline.contract.small_runs import TRAIN, VALID, cpu_ways, learner, points, run_of, small_recipe, weights
from pipeline.curves import Curves, Unwatched
from pipeline.errors import StageError
from pipeline.loop import Learner, Plan, Training, evaluate
from pipeline.recipe import Recipe
from pipeline.tokens import Batches
from pipeline.training_log import log_text
from punie.training.hyperparam import parse_training_log


class StoppedError(Exception):
    """Stands for whatever ends a run early."""


@pytest.fixture(scope="module", autouse=True)
def as_on_cpus() -> Iterator[None]:
    with cpu_ways():
        yield


@pytest.fixture(scope="module")
def recipe(tiny_base: Path) -> Recipe:
    return small_recipe(tiny_base, iterations=7, save_every=1)


@pytest.fixture(scope="module")
def whole(recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A run that nothing stopped."""
    training = run_of(recipe, tmp_path_factory.mktemp("whole"))
    training.run()
    return training


def _by_mlx_lm(recipe: Recipe, own: Learner, file: Path) -> Curves:
    """Train with mlx-lm's trainer, on the same batches."""
    from mlx_lm.tuner import trainer

    batches = Batches(recipe.seed)

    def iterate(dataset: Any, batch_size: int, *, loop: bool = False, **_: object) -> Any:  # noqa: ANN401 - mlx's
        return batches(dataset, batch_size, loop=loop)

    part, curves = recipe.train, Curves(Unwatched(), recipe.train.batch_size)
    arguments = trainer.TrainingArgs(
        batch_size=part.batch_size,
        iters=part.iterations,
        val_batches=-1,
        steps_per_report=part.report_every,
        steps_per_eval=part.evaluate_every,
        steps_per_save=part.iterations + 1,
        adapter_file=file,
    )
    trainer.train(
        own.model, own.optimizer, TRAIN, VALID, arguments, own.loss, iterate_batches=iterate, training_callback=curves
    )
    return curves


def _default_loss() -> Callable[..., Any]:
    from mlx_lm.tuner.trainer import default_loss

    return default_loss  # type: ignore[no-any-return]


@pytest.mark.parametrize("loss", [None, _default_loss], ids=["ours", "mlx_lms"])
def test_weights_and_losses_are_those_of_mlx_lms_trainer(
    loss: Callable[[], Any] | None, recipe: Recipe, tmp_path: Path
) -> None:
    made = None if loss is None else loss()
    own, theirs = run_of(recipe, tmp_path / "work", made), learner(recipe, made)
    own.run()
    curves = _by_mlx_lm(recipe, theirs, tmp_path / "adapters.safetensors")
    reference = run_of(recipe, tmp_path / "none", made)
    reference._learner, reference._curves = theirs, curves

    assert weights(own) == weights(reference)
    assert np.array(points(own)) == pytest.approx(np.array(points(reference)), abs=1e-6)


@pytest.mark.parametrize("stop", [1, 3, 6])
def test_a_stopped_run_ends_as_one_that_was_never_stopped(
    stop: int, whole: Training, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_of(recipe, tmp_path)

    def report() -> None:
        if first._done == stop:
            raise StoppedError

    monkeypatch.setattr(first, "_report_when_due", report)
    with pytest.raises(StoppedError):
        first.run()
    second = run_of(recipe, tmp_path)
    resumed = second.run()

    assert resumed == stop - 1
    assert weights(second) == weights(whole)


def test_the_curves_go_on_too(whole: Training, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_of(recipe, tmp_path)
    step = first._step

    def stop(*arguments: Any) -> None:  # noqa: ANN401 - a step's
        if first._done == 3:
            raise KeyboardInterrupt
        step(*arguments)

    monkeypatch.setattr(first, "_step", stop)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    second = run_of(recipe, tmp_path)
    second.run()

    assert points(second) == points(whole)


def test_dropout_draws_the_same_after_a_stop(tiny_base: Path, tmp_path: Path) -> None:
    values = small_recipe(tiny_base, iterations=4, save_every=1)
    recipe = values.model_copy(update={"lora": values.lora.model_copy(update={"dropout": 0.5})})
    whole, second = run_of(recipe, tmp_path / "whole"), run_of(recipe, tmp_path / "parts")
    whole.run()
    (tmp_path / "parts").mkdir()
    for file in (tmp_path / "whole").glob("step-0000003.*"):
        (tmp_path / "parts" / file.name).write_bytes(file.read_bytes())

    assert second.run() == 3
    assert weights(second) == weights(whole)


def test_a_finished_run_is_only_read(whole: Training, recipe: Recipe) -> None:
    again = run_of(recipe, whole._checkpoints.folder)

    assert again.run() == 7
    assert weights(again) == weights(whole)
    assert points(again) == points(whole)


def test_validation_takes_every_row(recipe: Recipe, tmp_path: Path) -> None:
    seen: list[int] = []
    own = learner(recipe)

    def loss(model: Any, ids: Any, spans: Any) -> Any:  # noqa: ANN401 - mlx has no types
        seen.append(len(ids))
        return own.loss(model, ids, spans)

    evaluate(own._replace(loss=loss), run_of(recipe, tmp_path)._plan)

    assert seen == [4, 3]


def test_a_loss_that_is_no_number_stops_the_run_and_is_not_saved(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = run_of(recipe, tmp_path)
    step = training._step

    def spoiled(stepped: Callable[..., Any], batch: tuple[Any, Any]) -> None:
        factor = float("nan") if training._done == 3 else 1.0

        def times(*arguments: Any) -> tuple[Any, Any]:  # noqa: ANN401 - mlx has no types
            loss, tokens = stepped(*arguments)
            return factor * loss, tokens

        step(times, batch)

    monkeypatch.setattr(training, "_step", spoiled)
    with pytest.raises(StageError, match=r"^the training loss is nan at iteration 4: lower learning_rate, or look at"):
        training.run()
    found = Checkpoints(tmp_path, "run").newest()

    assert found is not None
    assert found.progress.done == 3


def test_a_full_disk_keeps_the_last_checkpoint(
    recipe: Recipe, whole: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlx.core as mx

    write = mx.save_safetensors

    def full(stream: Any, _: Any) -> None:  # noqa: ANN401 - mlx has no types
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    first = run_of(recipe, tmp_path)
    save = first._save_when_due

    def saving() -> None:
        monkeypatch.setattr(mx, "save_safetensors", full if first._done == 3 else write)
        save()

    monkeypatch.setattr(first, "_save_when_due", saving)
    with pytest.raises(OSError, match="No space left"):
        first.run()
    names = sorted(file.name for file in tmp_path.iterdir())
    monkeypatch.setattr(mx, "save_safetensors", write)
    second = run_of(recipe, tmp_path)

    assert names == [f"step-000000{step}.{suffix}" for step in (1, 2) for suffix in ("json", "safetensors")]
    assert second.run() == 2
    assert weights(second) == weights(whole)


def test_without_a_number_saving_takes_a_hundredth_of_the_time(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(10_000))  # every look at the clock is a second later, and so every save takes one
    monkeypatch.setattr("pipeline.loop.time.perf_counter", lambda: float(next(clock)))
    training = run_of(small_recipe(tiny_base, iterations=120, report_every=50, evaluate_every=500), tmp_path)
    saved: list[int] = []
    monkeypatch.setattr(training, "_step", lambda *_: setattr(training, "_done", training._done + 1))
    monkeypatch.setattr(training, "_report_when_due", lambda: None)
    monkeypatch.setattr(training, "_validate_when_due", lambda: None)
    monkeypatch.setattr(training._checkpoints, "save", lambda progress, _: saved.append(progress.done))
    training.run()

    assert saved[1] - saved[0] >= 99
    assert saved[-1] == 120


def test_candidates_are_put_aside_with_their_validation_loss(recipe: Recipe, tmp_path: Path) -> None:
    training = run_of(recipe, tmp_path, candidates=frozenset({5, 7}))
    training.run()
    valid = {point["iteration"]: point["loss"] for point in training._curves.valid}

    assert list(training.candidates) == [5, 7]
    assert training.candidates[5][0] == valid[5]
    assert all(training._checkpoints.aside(step).is_file() for step in (5, 7))


def test_the_log_is_read_like_mlx_lms(whole: Training) -> None:
    log = parse_training_log(log_text(whole._curves, 500_000, 10_000_000))

    assert [point.iteration for point in log.train.points] == [2, 4, 6, 7]
    assert [point.iteration for point in log.val.points] == [1, 3, 6, 7]
    assert [point.loss for point in log.train.points] == [round(point["loss"], 3) for point in whole._curves.train]
    assert log.trainable_share == 0.05


def test_a_plan_without_validation_rows_has_no_validation_curve(recipe: Recipe, tmp_path: Path) -> None:
    plan = Plan(recipe.train, TRAIN, [], Batches(3))
    curves = Curves(Unwatched(), 4)
    Training(learner(recipe), plan, curves, Checkpoints(tmp_path, "run")).run()

    assert curves.valid == []
    assert [point["iteration"] for point in curves.train] == [2, 4, 6, 7]
