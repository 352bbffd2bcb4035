"""
What a run would do, found without doing it: stages, commands, time, disk and memory. mlx is not loaded.

A stage is known to be up to date only when everything before it is: what is made from something new may come out as
it was, and is then reused after all.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.artifact import Artifact, Stage, Store
from pipeline.commands import adapter_config, convert_command, fuse_command, lora_command
from pipeline.curves import Unwatched
from pipeline.errors import InputError
from pipeline.launch import launch_command
from pipeline.manifest import MANIFEST, Manifest, read_manifest, tool_versions
from pipeline.memory import MOST, ROOMY, gigabytes, planned_limit
from pipeline.places import shown
from pipeline.preflight import check_base, check_names, stage_sizes
from pipeline.random_base import base_stage
from pipeline.recipe import Recipe
from pipeline.sizes import base_bytes, converting_memory, training_memory
from pipeline.stages.adapter import adapter_stage
from pipeline.stages.dataset import dataset_stage
from pipeline.stages.fused import fused_stage
from pipeline.stages.quantized import quantized_stage

NEW: Final = "NEW"  # stands for the digits of a folder's name that are not known before its parent is made


class Machine(NamedTuple):
    """Bytes that are free on the disk, bytes that the device offers to a model, and whether that is a CPU."""

    free: int
    memory: int
    cpu: bool = False


@dataclass(frozen=True)
class Step:
    """
    One stage of a plan.

    Attributes:
        name: of the stage.
        folder: of its artifact.
        reason: why it is made; empty when it is up to date.
        command: of mlx-lm, empty when there is none.
        seconds: what it took the last time on this machine; None: not known.
        disk: bytes that it will write.
        memory: bytes that it will take at most.
        launch: the command that starts its ranks, empty when one process does it.
        config: content of the `adapter_config.json` that the command names, empty when it names none.
    """

    name: str
    folder: str
    reason: str
    command: str
    seconds: float | None
    disk: int
    memory: int
    launch: str = ""
    config: str = ""

    @property
    def reused(self) -> bool:
        """Whether it is up to date."""
        return not self.reason


@dataclass(frozen=True)
class Plan:
    """The stages of a recipe, what the machine has, what speaks against the run, and what should be known."""

    recipe: str
    steps: tuple[Step, ...]
    machine: Machine
    missing: int
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def disk(self) -> int:
        """Bytes that will be written, a missing base model included."""
        return self.missing + sum(step.disk for step in self.steps)

    @property
    def memory(self) -> int:
        """Bytes that the greediest stage takes."""
        return max((step.memory for step in self.steps), default=0)


def this_machine(folder: Path) -> Machine:
    """Return what the machine has, on the disk of `folder`, which may not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return Machine(shutil.disk_usage(folder).free, planned_limit(), cpu=sys.platform != "darwin")


def make_plan(recipe: Recipe, store: Store, prompts: Sequence[str], machine: Machine) -> Plan:
    """
    Return the plan of `recipe`.

    Args:
        recipe: what is to be built.
        store: its artifacts.
        prompts: of the suites; the dataset keeps away from them.
        machine: what there is to build it with.

    Raises:
        InputError: the recipe names something that does not exist.
    """
    check_names(recipe)
    fault = _fault(recipe)
    steps = tuple(_completed(step, recipe) for step in _steps(recipe, store, prompts, fault, cpu=machine.cpu))
    missing = base_bytes(recipe) if fault and not recipe.has_random_base and not recipe.base_folder.is_dir() else 0
    draft = Plan(recipe.name, steps, machine, missing, (), ())
    refusals, warnings = _judged(draft, recipe)
    return Plan(recipe.name, steps, machine, missing, (*([fault] if fault else []), *refusals), tuple(warnings))


def _fault(recipe: Recipe) -> str:
    try:
        check_base(recipe)
    except InputError as error:
        return str(error)
    return ""


def _steps(recipe: Recipe, store: Store, prompts: Sequence[str], blocked: str, *, cpu: bool) -> Iterator[Step]:
    """The stages in order; `waits` names the first one whose outcome is not known yet."""
    sizes, waits = stage_sizes(recipe), "the base model" if blocked else ""
    if recipe.has_random_base and not blocked:
        stage = base_stage(recipe)
        artifact = store.find(stage)
        yield _known(store, stage, artifact, "", sizes["base"], sizes["base"])
        waits = "" if artifact else "base"
        recipe = recipe.model_copy(update={"base": shown(store.place(stage))})
    stage = dataset_stage(recipe, prompts)
    artifact = store.find(stage)
    yield _known(store, stage, artifact, "", sizes["dataset"], 0)
    waits, folder = waits or ("" if artifact else "dataset"), shown(store.place(stage))
    training = training_memory(recipe, cpu=cpu)
    makers: tuple[tuple[str, Callable[[Artifact], Stage], Callable[[Recipe, str, str], str], int], ...] = (
        ("adapter", lambda parent: adapter_stage(recipe, parent, Unwatched()), lora_command, training),
        ("fused", lambda parent: fused_stage(recipe, parent), fuse_command, converting_memory(recipe)),
        ("quantized", lambda parent: quantized_stage(recipe, parent), convert_command, converting_memory(recipe)),
    )
    for name, make, command, memory in makers:
        if waits or artifact is None:
            own = shown(store.folder / f"{name}-{NEW}")
            reason, seconds = f"made after {waits}", _seconds(store, name, {})
            yield Step(name, own, reason, command(recipe, folder, own), seconds, sizes[name], memory)
        else:
            stage = make(artifact)
            artifact = store.find(stage)
            own = shown(store.place(stage))
            yield _known(store, stage, artifact, command(recipe, folder, own), sizes[name], memory)
            waits = "" if artifact else name
        folder = own


def _completed(step: Step, recipe: Recipe) -> Step:
    """The step with what training needs beside its command: a configuration, and the command that starts its ranks."""
    if step.name != "adapter" or step.reused:
        return step
    step = replace(step, config=json.dumps(adapter_config(recipe)))
    if recipe.distributed is None:
        return step
    folder, _, name = step.folder.rpartition("/")
    return replace(step, launch=shlex.join(launch_command(recipe.distributed, f"{folder}/.work-{name}")))


def _known(store: Store, stage: Stage, artifact: Artifact | None, command: str, disk: int, memory: int) -> Step:
    """The step of a stage whose digest is known."""
    folder = shown(store.place(stage))
    if artifact is not None:
        return Step(stage.name, folder, "", "", 0.0, 0, 0)
    seconds = _seconds(store, stage.name, stage.inputs)
    return Step(stage.name, folder, _why(store, stage), command, seconds, disk, memory)


def _manifests(store: Store, name: str) -> list[Manifest]:
    """The manifests of a stage's artifacts, the newest first."""
    files = sorted(store.folder.glob(f"{name}-*/{MANIFEST}"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [manifest for file in files if (manifest := read_manifest(file.parent)) is not None]


def _why(store: Store, stage: Stage) -> str:
    if fault := store.fault(stage):
        return f"its folder is damaged: {fault}"
    earlier = _manifests(store, stage.name)
    if not earlier:
        return "none was made yet"
    before = _flat({"inputs": earlier[0].inputs, "from": earlier[0].parents})
    now = _flat({"inputs": stage.inputs, "from": stage.parents_content})
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    told = (f"{key} {before.get(key)} -> {now.get(key)}" if _is_short(before, now, key) else key for key in changed)
    return f"changed: {', '.join(told)}"


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values by their dotted names; `inputs.` is left out."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= _flat(value, "" if name == "inputs" else f"{name}.")
        else:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def _is_short(before: Mapping[str, Any], now: Mapping[str, Any], key: str) -> bool:
    return all(isinstance(values.get(key), bool | int | float | None) for values in (before, now))


def _seconds(store: Store, name: str, inputs: Mapping[str, Any]) -> float | None:
    """What a stage took the last time on this machine; training is reckoned by its steps."""
    platform = tool_versions(())["platform"]
    for manifest in _manifests(store, name):
        if manifest.versions.get("platform") != platform:
            continue
        now, before = (_flat(values).get("train.iterations") for values in (inputs, manifest.inputs))
        return manifest.seconds * (now / before if now and before else 1)
    return None


def _judged(plan: Plan, recipe: Recipe) -> tuple[list[str], list[str]]:
    """What speaks against the plan, and what should be known."""
    refusals, warnings = [], []
    if plan.disk > plan.machine.free:
        refusals.append(f"disk: {gigabytes(plan.disk)} are needed, {gigabytes(plan.machine.free)} are free: make room")
    share = plan.memory / plan.machine.memory
    greedy = max(plan.steps, key=lambda step: step.memory).name
    told = f"memory: stage {greedy} takes about {gigabytes(plan.memory)}, {share:.0%} of the device's"
    told = f"{told} {gigabytes(plan.machine.memory)}"
    if share > MOST:
        least = gigabytes(int(plan.memory / MOST))
        ways = [*(_savings(recipe) if greedy == "adapter" else ()), f"use a device that offers {least}"]
        refusals.append(f"{told}, at most {MOST:.0%} is allowed: {' or '.join(ways)}")
    elif share > ROOMY:
        warnings.append(f"{told}, more than {ROOMY:.0%}: close other programs")
    return refusals, warnings


def _savings(recipe: Recipe) -> Iterator[str]:
    """What a recipe may say so that training takes less memory."""
    if not recipe.train.grad_checkpoint:
        yield "set train.grad_checkpoint"
    yield "lower train.max_tokens"
    if recipe.train.batch_size > 1:
        yield "lower train.batch_size"
