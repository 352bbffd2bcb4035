"""Stage `adapter`: LoRA training on the dataset, by mlx-lm's trainer in process."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from pipeline.artifact import OUT, Artifact, Made, Stage
from pipeline.commands import adapter_config, lora_command, lr_schedule
from pipeline.curves import Curves, Watch
from pipeline.errors import StageError
from pipeline.fingerprint import files_digest
from pipeline.models import Loaded, load_model, mlx_output
from pipeline.places import ROOT, shown
from pipeline.recipe import Recipe
from pipeline.tokens import Batches, TokenRow, shared_prefix, tokenize
from punie.evaluation.models.loading import identity_of, size_of
from punie.training.dataset_io import read_dataset

WEIGHTS: Final = "adapters.safetensors"
LOG: Final = "train.log"
_SOURCES: Final = (
    "stages/adapter.py",
    "commands.py",
    "cpu_kernels.py",
    "merged_lora.py",
    "shared_prefix.py",
    "tokens.py",
)


class _Method(NamedTuple):
    """How the trainer computes here: its loss and its batches, both None for mlx-lm's own."""

    loss: Callable[..., Any] | None = None
    batches: Callable[..., Any] | None = None


def adapter_stage(recipe: Recipe, dataset: Artifact, watch: Watch) -> Stage:
    """Return the stage for `recipe`; `watch` is told how far training is."""
    inputs = {
        "lora": recipe.lora.model_dump(mode="json"),
        "train": recipe.train.model_dump(mode="json"),
        "seed": recipe.seed,
        "base": identity_of(recipe.base_folder),
        "sources": files_digest(ROOT / "pipeline", _SOURCES),
    }
    needed = 4 * size_of(recipe.base_folder)
    return Stage("adapter", inputs, (dataset,), lambda folder: _make(recipe, dataset, watch, folder), needed)


def _make(recipe: Recipe, dataset: Artifact, watch: Watch, folder: Path) -> Made:
    loaded = load_model(recipe.base_folder)
    import mlx.core as mx

    mx.reset_peak_memory()
    data = read_dataset(dataset.folder)
    train, valid = (tokenize(rows, loaded.tokenizer, recipe.train.max_tokens) for rows in (data.train, data.valid))
    prefix = shared_prefix([*train, *valid])
    trainable = _attach(recipe, loaded)
    curves = Curves(watch, recipe.train.batch_size)
    watch.start(recipe.train.iterations)
    try:
        with mlx_output(folder / LOG), _fast_method(recipe, prefix) as method:
            _train(recipe, loaded, (train, valid), curves, method, folder)
    finally:
        watch.stop()
    curves.write(folder)
    config = json.dumps(adapter_config(recipe), indent=2)
    (folder / "adapter_config.json").write_text(f"{config}\n", encoding="utf-8")
    tokens = sum(len(row.tokens) for row in train)
    facts = {"rows": len(train), "tokens": tokens, "prefix_tokens": len(prefix), "trainable_parameters": trainable}
    command = lora_command(recipe, shown(dataset.folder), OUT)
    return Made(command, curves.ends(), int(mx.get_peak_memory()), facts)


def _attach(recipe: Recipe, loaded: Loaded) -> int:
    """
    Give the frozen model its LoRA layers, and return how many parameters they have.

    Raises:
        StageError: a key of the recipe names no layer.
    """
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_lm.tuner.utils import linear_to_lora_layers

    mx.random.seed(recipe.seed)
    if mx.default_device() == mx.cpu:
        loaded.model.set_dtype(mx.float32)  # half precision has no BLAS on CPUs
    loaded.model.freeze()
    names = [name for name, _ in loaded.model.named_modules()]
    missing = [key for key in recipe.lora.keys if not any(f".{name}".endswith(f".{key}") for name in names)]
    if missing:
        message = f"lora.keys of recipe {recipe.name!r} name no layer of the base model: {', '.join(missing)}"
        raise StageError(message)
    parameters = adapter_config(recipe)["lora_parameters"]
    linear_to_lora_layers(loaded.model, recipe.lora.layers, parameters)
    return sum(value.size for _, value in tree_flatten(loaded.model.trainable_parameters()))


def _train(
    recipe: Recipe,
    loaded: Loaded,
    rows: tuple[Sequence[TokenRow], Sequence[TokenRow]],
    curves: Curves,
    method: _Method,
    folder: Path,
) -> None:
    import mlx.optimizers as optim
    from mlx_lm.tuner import trainer
    from mlx_lm.tuner.utils import build_schedule

    part = recipe.train
    np.random.seed(recipe.seed)  # noqa: NPY002 - mlx-lm's own batches draw from it
    arguments = trainer.TrainingArgs(
        batch_size=part.batch_size,
        iters=part.iterations,
        val_batches=-1,
        steps_per_report=part.report_every,
        steps_per_eval=part.evaluate_every,
        steps_per_save=part.iterations + 1,  # the last weights are saved anyway
        max_seq_length=part.max_tokens,
        adapter_file=folder / WEIGHTS,
    )
    trainer.train(
        loaded.model,
        optim.Adam(learning_rate=build_schedule(lr_schedule(recipe))),
        *rows,
        args=arguments,
        loss=method.loss or trainer.default_loss,
        iterate_batches=method.batches or trainer.iterate_batches,
        training_callback=curves,
    )


@contextlib.contextmanager
def _fast_method(recipe: Recipe, prefix: Any) -> Iterator[_Method]:  # noqa: ANN401 - numpy array
    """Compute in the way that is fastest on CPUs while the context lasts; other devices use mlx-lm's own."""
    from pipeline.blas_threads import single_blas_thread
    from pipeline.cpu_kernels import fast_kernels
    from pipeline.merged_lora import merged_lora
    from pipeline.shared_prefix import SharedPrefixLoss

    import mlx.core as mx  # isort: skip

    if mx.default_device() != mx.cpu:
        yield _Method()
        return
    with fast_kernels(), merged_lora(), single_blas_thread():
        yield _Method(SharedPrefixLoss(prefix), Batches(recipe.seed))
