"""The plan: what would be reused and why not, what it takes, and when it is refused. Nothing is run for it."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.artifact import Artifact, Made, Stage, Store
from pipeline.curves import Unwatched
from pipeline.distributed import DistributedPart
from pipeline.errors import InputError
from pipeline.places import ROOT
from pipeline.plan import Machine, Plan, make_plan, this_machine
from pipeline.plan_table import print_plan
from pipeline.recipe import Recipe, load_recipe
from pipeline.sizes import training_memory
from pipeline.stages.adapter import adapter_stage
from pipeline.stages.dataset import dataset_stage
from pipeline.stages.fused import fused_stage
from pipeline.stages.quantized import quantized_stage
from pipeline.stores import store_of

PROMPTS = ("Who called the plumber?",)
LARGE = Machine(free=10**12, memory=10**12)
STAGES = ["dataset", "adapter", "fused", "quantized"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "tiny", {})


def _pretended(folder: Path) -> Made:
    (folder / "words.txt").write_text(folder.name.partition("-")[0], encoding="utf-8")
    return Made()


def _build(store: Store, stage: Stage) -> Artifact:
    return store.build(replace(stage, make=_pretended, needs_bytes=0))


def _build_all(recipe: Recipe, store: Store) -> list[Artifact]:
    dataset = _build(store, dataset_stage(recipe, PROMPTS))
    adapter = _build(store, adapter_stage(recipe, dataset, Unwatched()))
    fused = _build(store, fused_stage(recipe, adapter))
    return [dataset, adapter, fused, _build(store, quantized_stage(recipe, fused))]


def _plan(recipe: Recipe, store: Store, machine: Machine = LARGE) -> Plan:
    return make_plan(recipe, store, PROMPTS, machine)


def _longer(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"train": recipe.train.model_copy(update={"iterations": 12})})


def _printed(plan: Plan, *, colours: bool = False) -> str:
    text = io.StringIO()
    print_plan(plan, Console(file=text, width=120, force_terminal=colours))
    return text.getvalue()


def test_before_the_first_run_everything_is_built_in_order(tiny_recipe: Recipe, store: Store) -> None:
    plan = _plan(tiny_recipe, store)

    assert [step.name for step in plan.steps] == STAGES
    assert [step.reason for step in plan.steps] == ["none was made yet", *["made after dataset"] * 3]
    assert {step.seconds for step in plan.steps} == {None}
    assert plan.refusals == plan.warnings == ()


def test_what_is_up_to_date_is_reused_and_costs_nothing(tiny_recipe: Recipe, store: Store) -> None:
    artifacts = _build_all(tiny_recipe, store)
    plan = _plan(tiny_recipe, store)

    assert all(step.reused for step in plan.steps)
    assert [step.folder for step in plan.steps] == [str(artifact.folder) for artifact in artifacts]
    assert (plan.disk, plan.memory) == (0, 0)


def test_a_changed_value_is_named_and_what_follows_waits(tiny_recipe: Recipe, store: Store) -> None:
    _build_all(tiny_recipe, store)
    plan = _plan(_longer(tiny_recipe), store)

    assert [step.reason for step in plan.steps] == [
        "",
        "changed: train.iterations 6 -> 12",
        "made after adapter",
        "made after adapter",
    ]


def test_another_seed_is_named_first_where_it_first_matters(tiny_recipe: Recipe, store: Store) -> None:
    _build_all(tiny_recipe, store)
    plan = _plan(tiny_recipe.model_copy(update={"seed": 4}), store)

    assert plan.steps[0].reason == "changed: seed 3 -> 4"


def test_a_damaged_folder_is_built_again(tiny_recipe: Recipe, store: Store) -> None:
    (_build_all(tiny_recipe, store)[2].folder / "words.txt").unlink()
    reasons = [step.reason for step in _plan(tiny_recipe, store).steps]

    assert reasons == ["", "", "its folder is damaged: words.txt is missing", "made after fused"]


def test_training_time_is_reckoned_by_steps_from_an_earlier_run(tiny_recipe: Recipe, store: Store) -> None:
    seconds = _build_all(tiny_recipe, store)[1].manifest.seconds

    assert _plan(_longer(tiny_recipe), store).steps[1].seconds == pytest.approx(2 * seconds)


def test_a_run_on_another_machine_tells_nothing_about_time(
    tiny_recipe: Recipe, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _build_all(tiny_recipe, store)
    monkeypatch.setattr("pipeline.plan.tool_versions", lambda _: {"platform": "another"})

    assert _plan(_longer(tiny_recipe), store).steps[1].seconds is None


def test_making_a_plan_writes_nothing(tiny_recipe: Recipe, store: Store) -> None:
    _plan(tiny_recipe, store)

    assert list(store.folder.iterdir()) == []


def test_a_full_disk_refuses(tiny_recipe: Recipe, store: Store) -> None:
    plan = _plan(tiny_recipe, store, Machine(free=10**6, memory=10**12))

    assert len(plan.refusals) == 1
    assert plan.refusals[0].startswith("disk: ")
    assert plan.refusals[0].endswith("are needed, 1.0 MB are free: make room")


@pytest.mark.parametrize(("share", "refused", "warned"), [(0.69, 0, 0), (0.75, 0, 1), (0.81, 1, 0)])
def test_memory_warns_above_70_and_refuses_above_80_percent(
    share: float, refused: int, warned: int, tiny_recipe: Recipe, store: Store
) -> None:
    needed = _plan(tiny_recipe, store).memory
    plan = _plan(tiny_recipe, store, Machine(10**12, int(needed / share)))

    assert (len(plan.refusals), len(plan.warnings)) == (refused, warned)
    assert all(f"{share:.0%} of the device's" in text for text in (*plan.refusals, *plan.warnings))


def test_an_unknown_preset_is_wrong_input(tiny_recipe: Recipe, store: Store) -> None:
    data = tiny_recipe.data.model_copy(update={"preset": "micro"})
    with pytest.raises(InputError, match=r"^recipe 'tiny': data.preset is 'micro'"):
        _plan(tiny_recipe.model_copy(update={"data": data}), store)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """The plan of the large recipe on a machine that has no model."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    recipe = load_recipe("qwen3-coder-30b")
    return make_plan(recipe, store_of(recipe, tmp_path), PROMPTS, LARGE)


def test_the_large_recipe_is_planned_whole_without_its_base(large: Plan) -> None:
    name = "mlx-community/Qwen3-Coder-30B-A3B-Instruct-4bit"

    assert [step.name for step in large.steps] == STAGES
    assert len(large.refusals) == 1
    assert f"the base model '{name}' is not on this machine: get it with `hf download {name}`" in large.refusals[0]


def test_the_large_recipe_has_the_sizes_on_record(large: Plan) -> None:
    gib = {step.name: step.disk / 2**30 for step in large.steps}

    assert gib["fused"] == pytest.approx(57, abs=0.5)
    assert gib["quantized"] == pytest.approx(20, abs=0.7)
    assert large.missing / 2**30 == pytest.approx(16, abs=0.5)
    assert large.memory / 1e9 == pytest.approx(21.1, abs=1)  # measured once, without gradient checkpoints


def test_the_large_recipe_prints_the_commands_on_record(large: Plan) -> None:
    commands = {step.name: shlex.split(step.command) for step in large.steps}
    wanted = {
        "adapter": "--iters 800 --batch-size 1 --learning-rate 0.0001 --num-layers 8 --steps-per-eval 50 "
        "--steps-per-report 10",
        "fused": "--dequantize",
        "quantized": "--q-bits 5",
    }

    assert [words[0] for words in commands.values() if words] == ["mlx_lm.lora", "mlx_lm.fuse", "mlx_lm.convert"]
    assert all(set(text.split()) <= set(commands[name]) for name, text in wanted.items())


def test_the_printed_plan_holds_each_command_on_one_line_and_the_verdict(large: Plan) -> None:
    lines = [line.strip() for line in _printed(large).splitlines()]

    assert all(step.command in lines for step in large.steps if step.command)
    assert any(line.startswith("refused: recipe 'qwen3-coder-30b': the base model") for line in lines)
    assert "time: not known" in lines


def test_the_file_that_the_training_command_names_is_printed(large: Plan) -> None:
    (line,) = [line.strip() for line in _printed(large).splitlines() if "with adapter_config.json: " in line]
    config = json.loads(line.partition(": ")[2])

    assert config["lora_parameters"]["rank"] == 8
    assert config["num_layers"] == 8
    assert "mlp.switch_mlp.gate_proj" in config["lora_parameters"]["keys"]


@pytest.mark.parametrize(
    ("train", "remedy"),
    [
        ({}, ": set train.grad_checkpoint or lower train.max_tokens or lower train.batch_size or use a device that"),
        ({"batch_size": 1, "grad_checkpoint": True}, ": lower train.max_tokens or use a device that offers "),
        ({"max_tokens": 1, "batch_size": 1}, ": use a device that offers "),
    ],
)
def test_a_refusal_for_memory_names_only_what_helps(
    tiny_recipe: Recipe, store: Store, train: dict[str, int], remedy: str
) -> None:
    changed = tiny_recipe.train.model_copy(update={"max_tokens": 100_000} | train)
    plan = _plan(tiny_recipe.model_copy(update={"train": changed}), store, Machine(10**12, 10**6))

    assert f"at most 80% is allowed{remedy}" in plan.refusals[0]


def test_the_command_that_starts_ranks_is_printed_and_memory_is_counted_for_each(
    tiny_recipe: Recipe, store: Store
) -> None:
    alone, together = _plan(tiny_recipe, store), _plan(_on_two_ranks(tiny_recipe), store)
    lines = [line.strip() for line in _printed(together).splitlines()]
    (command,) = [line for line in lines if line.startswith("mlx.launch ")]

    assert shlex.split(command)[-3:] == ["-m", "pipeline.rank", f"{store.folder}/.work-adapter-NEW"]
    assert "mlx.launch" not in _printed(alone)
    assert alone.memory < together.memory < 2 * alone.memory


def test_the_memory_on_a_cpu_holds_what_a_real_run_took() -> None:
    took = 1_306_743_755  # the most of three runs of the nano recipe on Linux

    assert took < training_memory(load_recipe("nano"), cpu=True) < 2 * took


def test_other_ranks_rebuild_nothing_unless_each_draws_its_own_dropout(tiny_recipe: Recipe, store: Store) -> None:
    lora = tiny_recipe.lora.model_copy(update={"dropout": 0.1})
    dropping = tiny_recipe.model_copy(update={"lora": lora})
    _build_all(tiny_recipe, store)
    _build_all(dropping, store)

    assert all(step.reused for step in _plan(_on_two_ranks(tiny_recipe), store).steps)
    assert _plan(_on_two_ranks(dropping), store).steps[1].reason == "changed: ranks None -> 2"


def _on_two_ranks(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"distributed": DistributedPart(ranks=2)})


def test_no_color_is_respected(tiny_recipe: Recipe, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = _plan(tiny_recipe, store)
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = _printed(plan, colours=True)
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b[32m" in coloured
    assert "\x1b[3" not in _printed(plan, colours=True).replace("\x1b[3m", "")


def test_the_machine_is_measured_for_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    found = this_machine(tmp_path / "not" / "yet")

    assert min(found.free, found.memory) > 0


def _pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-X", "importtime", "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
def test_the_option_prints_the_plan_runs_nothing_and_loads_no_mlx() -> None:
    run = _pytest("--plan", "-m", "train or eval", "--recipe", "nano-moe")
    imported = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}

    assert run.returncode == 0, run.stdout
    assert "plan of recipe nano-moe" in run.stdout
    assert "collected" not in run.stdout
    assert "pipeline.plan" in imported
    assert not {"mlx.core", "mlx_lm"} & imported


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--recipe", "nono"), "unknown recipe 'nono': choose one of "),
        (("-m", "eval"), "--plan shows what -m train would do: it does not go with -m eval"),
    ],
)
def test_wrong_words_beside_the_option_are_one_clear_error(arguments: tuple[str, ...], message: str) -> None:
    run = _pytest("--plan", *arguments)

    assert run.returncode == 4
    assert f"ERROR: {message}" in run.stderr
