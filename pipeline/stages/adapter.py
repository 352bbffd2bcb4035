"""Stage `adapter`: LoRA training on the dataset; a run that was killed goes on from its last checkpoint."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.artifact import OUT, Artifact, Made, Stage
from pipeline.checkpoints import Checkpoints
from pipeline.choice import Candidate, candidate_steps, choose, suite_of
from pipeline.commands import adapter_config, lora_command, lr_schedule
from pipeline.curves import Curves, Watch
from pipeline.earlier_adapter import adapter_digest, earlier_adapter, read_adapter
from pipeline.errors import StageError
from pipeline.fingerprint import files_digest
from pipeline.launch import job_of, train_on_ranks
from pipeline.loop import Learner, Plan, Training, save_adapter
from pipeline.memory import memory_facts
from pipeline.models import Loaded, load_model, mlx_output
from pipeline.places import ROOT, shown
from pipeline.ranks import ALONE, Ranks
from pipeline.recipe import Recipe
from pipeline.sizes import adapter_bytes
from pipeline.tokens import Batches, TokenRow, shared_prefix, tokenize
from pipeline.training_log import log_text
from punie.evaluation.models.loading import identity_of
from punie.training.dataset_io import read_dataset

WEIGHTS: Final = "adapters.safetensors"
LOG: Final = "train.log"
_CONFIG: Final = "adapter_config.json"
_SOURCES: Final = (
    "stages/adapter.py",
    "commands.py",
    "cpu_kernels.py",
    "loop.py",
    "merged_lora.py",
    "ranks.py",
    "shared_prefix.py",
    "tokens.py",
)
_GRADER: Final = ("pipeline/choice.py", "punie/evaluation/grade.py", "punie/evaluation/grading/**/*.py")
_MULTIPLE: Final = 32  # lengths of batches, so that few shapes have to be compiled where steps are


class _Method(NamedTuple):
    """How a run computes here: its loss and its batches."""

    loss: Callable[..., Any]
    batches: Batches


class _Rows(NamedTuple):
    """Rows as tokens."""

    train: list[TokenRow]
    valid: list[TokenRow]


def adapter_stage(recipe: Recipe, dataset: Artifact, watch: Watch) -> Stage:
    """
    Return the stage for `recipe`; `watch` is told how far training is.

    Raises:
        InputError: the recipe goes on from an adapter that is none or does not fit.
    """
    earlier = earlier_adapter(recipe)
    inputs = {
        "lora": recipe.lora.model_dump(mode="json"),
        # how often a run is saved and where its first weights lie decide nothing
        "train": recipe.train.model_dump(mode="json", exclude={"save_every", "resume_adapter"}),
        "seed": recipe.seed,
        "base": identity_of(recipe.base_folder),
        "earlier": None if earlier is None else adapter_digest(earlier),
        "choose": _choosing(recipe),
        "sources": files_digest(ROOT / "pipeline", _SOURCES),
    }

    if recipe.distributed is not None and recipe.lora.dropout:
        inputs["ranks"] = recipe.distributed.ranks  # each draws what it drops

    def make(folder: Path) -> Made:
        checkpoints = Checkpoints(folder.parent / stage.work_name, stage.digest)
        return _made(recipe, dataset, watch, folder, checkpoints)

    stage = Stage("adapter", inputs, (dataset,), make, adapter_bytes(recipe))
    return stage


def _made(recipe: Recipe, dataset: Artifact, watch: Watch, folder: Path, checkpoints: Checkpoints) -> Made:
    """Train in this process, or on the ranks that the recipe asks for."""
    part = recipe.distributed
    watch.start(recipe.train.iterations)
    try:
        if part is not None:
            job = job_of(recipe, part, dataset.folder, folder, checkpoints.run)
            return train_on_ranks(part, job, checkpoints.folder, watch)
        made = make_adapter(recipe, dataset.folder, watch, folder, checkpoints)
    finally:
        watch.stop()
    assert made is not None
    return made


def _choosing(recipe: Recipe) -> dict[str, Any] | None:
    suite = suite_of(recipe)
    if recipe.choose is None or suite is None:
        return None
    return {**recipe.choose.model_dump(mode="json"), "digest": suite.digest, "grader": files_digest(ROOT, _GRADER)}


def make_adapter(
    recipe: Recipe, dataset: Path, watch: Watch, folder: Path, checkpoints: Checkpoints, ranks: Ranks = ALONE
) -> Made | None:
    """
    Train on the rows in folder `dataset` and write the adapter into `folder`; None: another rank does the writing.

    Raises:
        InputError: the recipe goes on from an adapter that is none or does not fit.
        StageError: rows are too long, a loss is no finite number, or the base or an adapter cannot be read.
    """
    loaded = load_model(recipe.base_folder)
    import mlx.core as mx

    mx.reset_peak_memory()
    data = read_dataset(dataset)
    rows = _Rows(*(tokenize(split, loaded.tokenizer, recipe.train.max_tokens) for split in (data.train, data.valid)))
    trainable = _attach(recipe, loaded)
    curves = Curves(watch, recipe.train.batch_size)
    with mlx_output() as said:
        training, resumed = _trained(recipe, loaded, rows, curves, checkpoints, ranks)
    if not ranks.leads:
        return None
    curves.write(folder)
    (folder / LOG).write_text(log_text(curves, trainable, _parameters(loaded)), encoding="utf-8")
    _write_config(recipe, folder)
    facts: dict[str, Any] = {
        "rows": len(rows.train),
        "tokens": sum(len(row.tokens) for row in rows.train),
        "prefix_tokens": len(shared_prefix([*rows.train, *rows.valid])),
        "trainable_parameters": trainable,
        "trainable_share": round(trainable / _parameters(loaded), 6),
    }
    if ranks.size > 1:
        facts["ranks"] = ranks.size
    if resumed:
        facts["resumed_at"] = resumed
    peak = training.peak_memory
    if recipe.choose is None:
        save_adapter(loaded.model, folder / WEIGHTS)
    else:
        with contextlib.redirect_stdout(said):
            facts["choice"] = _chosen(recipe, training, checkpoints, folder / WEIGHTS)
    facts |= memory_facts(peak, said.getvalue())
    return Made(lora_command(recipe, shown(dataset), OUT), curves.ends(), peak, facts)


def _trained(
    recipe: Recipe, loaded: Loaded, rows: _Rows, curves: Curves, checkpoints: Checkpoints, ranks: Ranks
) -> tuple[Training, int]:
    """Train, and return the run and the step that it went on from."""
    import mlx.optimizers as optim
    from mlx_lm.tuner.utils import build_schedule

    part = recipe.train
    rate = part.learning_rate if part.schedule == "constant" else build_schedule(lr_schedule(recipe))
    optimizer = optim.Adam(learning_rate=rate)
    with _checkpointed(recipe, loaded), _method(recipe, rows) as (loss, batches):
        plan = Plan(part, *rows, batches, recipe.seed, candidate_steps(recipe), ranks)
        training = Training(Learner(loaded.model, optimizer, ranks.share(loss)), plan, curves, checkpoints)
        return training, training.run()


def _chosen(recipe: Recipe, training: Training, checkpoints: Checkpoints, file: Path) -> dict[str, Any]:
    """Copy the best candidate to `file`, and return what the manifest says about the choice."""
    candidates = []
    for step, (loss, _) in training.candidates.items():
        folder = checkpoints.aside(step).parent
        _write_config(recipe, folder)
        candidates.append(Candidate(step, folder, loss))
    choice = choose(recipe, candidates)
    shutil.copyfile(checkpoints.aside(choice.chosen.step), file)
    return dict(choice.facts)


def _write_config(recipe: Recipe, folder: Path) -> None:
    (folder / _CONFIG).write_text(f"{json.dumps(adapter_config(recipe), indent=2)}\n", encoding="utf-8")


def _parameters(loaded: Loaded) -> int:
    from mlx_lm.utils import get_total_parameters

    return int(get_total_parameters(loaded.model))


def _attach(recipe: Recipe, loaded: Loaded) -> int:
    """
    Give the frozen model its LoRA layers, and return how many parameters they have.

    Raises:
        InputError: the recipe goes on from an adapter that is none or does not fit.
        StageError: a key of the recipe names no layer, or the earlier adapter cannot be read.
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
    earlier = earlier_adapter(recipe)
    if earlier is not None:
        read_adapter(earlier, loaded.model)
    return sum(value.size for _, value in tree_flatten(loaded.model.trainable_parameters()))


@contextlib.contextmanager
def _checkpointed(recipe: Recipe, loaded: Loaded) -> Iterator[None]:
    """Let blocks forget their values until the way back while the context lasts, where the recipe says so."""
    if not recipe.train.grad_checkpoint:
        yield
        return
    from mlx_lm.tuner.trainer import grad_checkpoint

    block = type(loaded.model.layers[0])
    before = block.__call__
    grad_checkpoint(loaded.model.layers[0])
    try:
        yield
    finally:
        block.__call__ = before


@contextlib.contextmanager
def _method(recipe: Recipe, rows: _Rows) -> Iterator[_Method]:
    """Compute in the way that is fastest on CPUs while the context lasts; mlx-lm's own elsewhere, or where asked."""
    from pipeline.blas_threads import single_blas_thread
    from pipeline.cpu_kernels import fast_kernels
    from pipeline.merged_lora import merged_lora
    from pipeline.shared_prefix import SharedPrefixLoss

    import mlx.core as mx  # isort: skip
    from mlx_lm.tuner.trainer import default_loss  # isort: skip

    if mx.default_device() != mx.cpu or recipe.train.method == "mlx_lm":
        yield _Method(default_loss, Batches(recipe.seed, _MULTIPLE))
        return
    with fast_kernels(), merged_lora(), single_blas_thread():
        yield _Method(SharedPrefixLoss(shared_prefix([*rows.train, *rows.valid])), Batches(recipe.seed))
