"""The base model rebuilt from nothing: text, tokenizer, training with a progress bar, folder, model card, manifest."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.base.batches import rounds
from pipeline.base.build import SYSTEM, BaseRecipe, Text, read_text, write_tokenizer
from pipeline.base.card import model_card
from pipeline.base.corpus.names import python_version
from pipeline.base.model import config, fresh_model, save_model
from punie.agent.config import system_prompt_digest

_PACKAGES: Final = ("mlx", "mlx-lm", "tokenizers", "transformers")


def rebuild(recipe: BaseRecipe, suite_prompts: Sequence[str], work: Path, target: Path) -> dict[str, Any]:
    """
    Make the base model and write it into `target`.

    Args:
        recipe: how.
        suite_prompts: questions that the text must not hold, nor anything near them.
        work: folder of the checkpoint; a run that was stopped goes on from there.
        target: the model's folder.

    Returns:
        The manifest.
    """
    work = work / recipe.digest[:12]
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "tokenizer.json").is_file():  # a checkpoint belongs to the tokenizer it began with
        write_tokenizer(recipe, work)
    text = read_text(recipe, work, suite_prompts)
    from tokenizers import Tokenizer

    settings = config(recipe, Tokenizer.from_file(str(work / "tokenizer.json")))
    model = fresh_model(settings, recipe.seed)
    trained = _train(recipe, model, text, work / "checkpoint.safetensors")
    parameters = save_model(model, settings, target)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (target / name).write_bytes((work / name).read_bytes())
    manifest = _manifest(recipe, text, trained, parameters)
    (target / "README.md").write_text(model_card(manifest), encoding="utf-8")
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def _train(recipe: BaseRecipe, model: Any, text: Text, checkpoint: Path) -> Any:  # noqa: ANN401 - mlx has no types
    from pipeline.base.pretrain import Keeping, Schedule, pretrain

    order = rounds(text.rows, recipe.seed, recipe.batch_tokens, recipe.steps)
    schedule = Schedule(peak=recipe.peak_rate, steps=len(order))
    columns = (BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn())
    with Progress(TextColumn("pre-training"), *columns, TextColumn("loss {task.fields[loss]}")) as bar:
        task = bar.add_task("pretrain", total=len(order), loss="-")

        def report(progress: Any) -> None:  # noqa: ANN401 - mlx is imported late
            bar.update(task, completed=progress.step, loss=f"{progress.loss:.3f}")

        return pretrain(model, (text.rows, text.prefix), order, schedule, Keeping(checkpoint, report))


def _manifest(recipe: BaseRecipe, text: Text, trained: Any, parameters: int) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {
        "schema": 1,
        "stage": "base",
        "recipe": recipe.model_dump(),
        "digest": recipe.digest,
        "system_prompt": {"name": SYSTEM, "digest": system_prompt_digest(SYSTEM)},
        "parameters": parameters,
        "data": {
            "digest": text.digest,
            "rows": text.rows_by_family,
            "tokens": text.tokens_by_family,
            "dropped_near_a_suite": text.dropped,
            "standard_library": python_version(),
        },
        "losses": {
            "first": trained.losses[0],
            "last": trained.losses[-1],
            "curve": trained.losses[:: max(1, len(trained.losses) // 60)],
        },
        "trained_tokens": trained.tokens,
        "seconds": round(trained.seconds),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
    }
