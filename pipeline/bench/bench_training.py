"""
What our training is worth: the nano recipe's LoRA by plain `mlx_lm.lora` and by the adapter stage, side by side.

Run by name, `python -m pipeline.bench.bench_training` or `tox -e bench-training`. Both sides train on the same rows in
batches of the same size: every step of the first round warms up, the second round is measured, and each round holds
every row once. Seconds are those of the steps alone, as mlx-lm counts them. Trained tokens are those that the loss is
taken over, mlx-lm's `tok/s`; all tokens are the rows' own, without padding. The stage is measured before and after the
plain run. `--steps` also measures what is between the two, one change at a time. Machines are noisy: read the ratio.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console

from pipeline.bench.plain_lora import Plain, run_plain
from pipeline.blas_threads import single_blas_thread
from pipeline.checkpoints import Checkpoints
from pipeline.curves import Curves, Unwatched
from pipeline.errors import StageError
from pipeline.loop import Learner, Plan, Training
from pipeline.models import load_model
from pipeline.recipe import Recipe, load_recipe
from pipeline.stages.adapter import _attach, _Method, _method, _Rows
from pipeline.stages.dataset import suite_prompts
from pipeline.tokens import Batches, TokenRow, shared_prefix, tokenize
from punie.agent.config import system_prompt
from punie.training.dataset import TrainingDataset, TrainingExample
from punie.training.dataset_io import write_dataset
from punie.training.examples import make_dataset

BAR: Final = 5.0
_DRAWN: Final = 400  # rows that the measured ones are chosen from
_PADDING: Final = 32  # mlx-lm's: lengths of its batches are one more than a multiple
_ROUNDING: Final = 51  # tokens; mlx-lm prints hundreds

Way = Callable[[Recipe, Sequence[TokenRow]], AbstractContextManager[_Method]]


class Load(NamedTuple):
    """What is trained on in a round: the rows, and the same as tokens."""

    examples: tuple[TrainingExample, ...]
    rows: list[TokenRow]

    @property
    def tokens(self) -> int:
        """All tokens of the rows."""
        return sum(len(row.tokens) for row in self.rows)


class Speed(NamedTuple):
    """Trained tokens a second of the measured round, trained tokens of both rounds, and the last loss."""

    per_second: float
    trained: float
    loss: float


def bench_recipe(recipe: Recipe, batches: int) -> Recipe:
    """Return `recipe` for two rounds of so many batches, a report after each, without validation."""
    changes = {"iterations": 2 * batches, "report_every": batches, "warmup": 0, "schedule": "constant"}
    part = recipe.train.model_copy(update={**changes, "final_learning_rate": 0.0, "save_every": None})
    return recipe.model_copy(update={"base": str(recipe.base_folder), "train": part, "choose": None})


def chosen(examples: Sequence[TrainingExample], rows: Sequence[TokenRow], size: int, batches: int) -> Load:
    """Return batches of `size` rows of like length, from short to long, as both sides make them."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].tokens))
    full = len(order) // size
    starts = [size * ((2 * number + 1) * full // (2 * batches)) for number in range(batches)]
    places = [place for start in starts for place in order[start : start + size]]
    return Load(tuple(examples[place] for place in places), [rows[place] for place in places])


def padded(rows: Sequence[TokenRow], size: int, multiple: int) -> int:
    """Return how many tokens the batches of a round hold with their padding."""
    batches = Batches(0, multiple)(rows, size)
    return sum(int(ids.size) - len(ids) for ids, _ in batches)  # the last place is a target only


def ours(recipe: Recipe, load: Load, way: Way) -> Speed:
    """Train by the stage's loop in the given way."""
    import mlx.optimizers as optim

    loaded = load_model(recipe.base_folder)
    _attach(recipe, loaded)
    curves = Curves(Unwatched(), recipe.train.batch_size)
    with way(recipe, load.rows) as (loss, batches), tempfile.TemporaryDirectory() as folder:
        learner = Learner(loaded.model, optim.Adam(learning_rate=recipe.train.learning_rate), loss)
        plan = Plan(recipe.train, load.rows, [], batches, recipe.seed)
        Training(learner, plan, curves, Checkpoints(Path(folder), "bench")).run()
    point = curves.train[-1]
    return Speed(point["tokens_per_second"], point["trained_tokens"], point["loss"])


def stage_way(recipe: Recipe, rows: Sequence[TokenRow]) -> AbstractContextManager[_Method]:
    """The way of the adapter stage."""
    return _method(recipe, _Rows(list(rows), []))


@contextlib.contextmanager
def _mlx_lms_loss(recipe: Recipe, _: Sequence[TokenRow]) -> Iterator[_Method]:
    """mlx-lm's loss and padding, with the fast BLAS and the heap that stays."""
    from mlx_lm.tuner.trainer import default_loss

    yield _Method(default_loss, Batches(recipe.seed, _PADDING))


@contextlib.contextmanager
def _kernels(recipe: Recipe, _: Sequence[TokenRow]) -> Iterator[_Method]:
    """Faster functions, the answers' logits only, two streams; every row's prefix is computed anew."""
    from pipeline.cpu_kernels import fast_kernels
    from pipeline.shared_prefix import SharedPrefixLoss

    with fast_kernels(), single_blas_thread():
        yield _Method(SharedPrefixLoss(shared_prefix([])), Batches(recipe.seed))


@contextlib.contextmanager
def _prefix(recipe: Recipe, rows: Sequence[TokenRow]) -> Iterator[_Method]:
    """The same with one pass over the prefix."""
    from pipeline.shared_prefix import SharedPrefixLoss

    with _kernels(recipe, rows) as (_, batches):
        yield _Method(SharedPrefixLoss(shared_prefix(rows)), batches)


STEPS: Final[dict[str, Way]] = {
    "fast BLAS and heap": _mlx_lms_loss,
    "kernels, answers' logits, two streams": _kernels,
    "prefix computed once": _prefix,
}


def plain_speed(plain: Plain) -> Speed:
    """
    Return the speed of the measured round.

    Raises:
        StageError: mlx-lm did not print it.
    """
    log = plain.last
    if log.tokens_per_second is None or log.trained_tokens is None or log.train.final is None:
        message = "mlx_lm.lora printed no speed: its log has another form than the one that is known"
        raise StageError(message)
    return Speed(log.tokens_per_second, log.trained_tokens, log.train.final.loss)


def require_equal(plain: Speed, own: Speed) -> None:
    """
    Check that both sides trained on the same tokens.

    Raises:
        StageError: they did not, so that their speeds say nothing.
    """
    if abs(plain.trained - own.trained) > _ROUNDING:
        message = f"mlx_lm.lora trained on {plain.trained:.0f} tokens, the stage on {own.trained:.0f}"
        raise StageError(message)


def drawn(recipe: Recipe, batches: int) -> Load:
    """Return the rows of a round from the recipe's own generators."""
    data = recipe.data
    made = make_dataset(data.preset, recipe.seed, system_prompt(recipe.system), size=_DRAWN, avoid=suite_prompts())
    rows = tokenize(made.train, load_model(recipe.base_folder).tokenizer, recipe.train.max_tokens)
    return chosen(made.train, rows, recipe.train.batch_size, batches)


def compare(recipe: Recipe, load: Load, console: Console, steps: Sequence[str] = ()) -> float:
    """Measure both sides, print what was found, and return how many times as fast the stage is."""
    size = recipe.train.batch_size
    console.print(
        f"recipe {recipe.name}, LoRA of rank {recipe.lora.rank}: {len(load.rows)} rows a round, {size} a step, "
        f"{load.tokens} tokens ({padded(load.rows, size, _PADDING)} padded by mlx-lm, "
        f"{padded(load.rows, size, 1)} by the stage)"
    )
    first = ours(recipe, load, stage_way)
    with tempfile.TemporaryDirectory() as folder:
        data = write_dataset(TrainingDataset(name="bench", train=load.examples), Path(folder, "data"))
        for split in ("valid", "test"):
            (data / f"{split}.jsonl").unlink()  # mlx-lm reads a missing file as no rows, and fails on an empty one
        plain = run_plain(recipe, data, Path(folder, "adapter"))
    base = plain_speed(plain)
    require_equal(base, first)
    share = load.tokens / (first.trained / 2)
    _show(console, f"plain mlx_lm.lora ({', '.join(plain.libraries) or 'BLAS not seen'})", base, base, share)
    for name in steps:
        _show(console, f"+ {name}", ours(recipe, load, STEPS[name]), base, share)
    last = ours(recipe, load, stage_way)
    mean = last._replace(per_second=2 / (1 / first.per_second + 1 / last.per_second))
    _show(console, "+ LoRA merged: the stage" if steps else "the adapter stage", mean, base, share)
    console.print(f"before and after the plain run: {first.per_second:.0f} and {last.per_second:.0f} trained tokens/s")
    return mean.per_second / base.per_second


def _show(console: Console, name: str, speed: Speed, base: Speed, share: float) -> None:
    ratio = speed.per_second / base.per_second
    console.print(
        f"{name:>48}: {speed.per_second:7.0f} trained tokens/s, {speed.per_second * share:8.0f} of all, "
        f"x {ratio:4.1f}, loss {speed.loss:.3f}"
    )


def main(arguments: Any = None) -> int:  # noqa: ANN401 - argparse's default
    """Print the figures; the exit status is 1 when the stage is not as many times as fast as it has to be."""
    parser = argparse.ArgumentParser(description="Tokens a second of plain mlx_lm.lora and of the adapter stage.")
    parser.add_argument("--batches", type=int, default=3, choices=range(1, 9), help="steps a round (default: 3)")
    parser.add_argument("--steps", action="store_true", help="measure what each change on the way is worth")
    given = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    recipe = bench_recipe(load_recipe("nano"), given.batches)
    try:
        ratio = compare(recipe, drawn(recipe, given.batches), console, list(STEPS) if given.steps else [])
    except StageError as error:
        console.print(f"error: {error}", markup=False)
        return 1
    console.print(f"ratio {ratio:.1f}, wanted {BAR:.0f}")
    return int(ratio < BAR)


if __name__ == "__main__":
    raise SystemExit(main())
