"""The recorded commands, read by mlx-lm's own parsers."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace

import pytest

from pipeline.commands import adapter_config, convert_command, fuse_command, lora_command
from pipeline.recipe import Recipe, known_recipes, load_recipe
from punie.blas import ensure_fast_blas


@pytest.fixture(autouse=True, scope="module")
def _fast_blas() -> None:
    """Load the BLAS before mlx, as every door to mlx does."""
    ensure_fast_blas()


def _arguments(command: str, program: str) -> list[str]:
    words = shlex.split(command)

    assert words[0] == program
    return words[1:]


def test_mlx_lm_understands_the_command_that_trains(tiny_recipe: Recipe) -> None:
    from mlx_lm import lora

    arguments = lora.build_parser().parse_args(_arguments(lora_command(tiny_recipe, "data", "out"), "mlx_lm.lora"))

    assert (arguments.data, arguments.adapter_path, arguments.config) == ("data", "out", "out/adapter_config.json")
    assert (arguments.iters, arguments.batch_size, arguments.mask_prompt) == (6, 4, True)


def test_mlx_lm_understands_the_command_that_fuses(tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlx_lm import fuse

    words = shlex.split(fuse_command(tiny_recipe, "adapter", "out"))
    monkeypatch.setattr(sys, "argv", words)
    arguments = fuse.parse_arguments()

    assert words[0] == "mlx_lm.fuse"
    assert (arguments.adapter_path, arguments.save_path, arguments.dequantize) == ("adapter", "out", True)


def test_mlx_lm_understands_the_command_that_quantizes(tiny_recipe: Recipe) -> None:
    from mlx_lm.convert import configure_parser

    words = _arguments(convert_command(tiny_recipe, "fused", "out"), "mlx_lm.convert")
    arguments: Namespace = configure_parser().parse_args(words)

    assert (arguments.hf_path, arguments.mlx_path, arguments.quantize) == ("fused", "out", True)
    assert (arguments.q_bits, arguments.q_group_size) == (5, 64)


@pytest.mark.parametrize("name", known_recipes())
def test_mlx_lm_understands_the_commands_of_every_recipe(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlx_lm import fuse, lora
    from mlx_lm.convert import configure_parser

    recipe = load_recipe(name)
    trained = lora.build_parser().parse_args(_arguments(lora_command(recipe, "data", "out"), "mlx_lm.lora"))
    converted = configure_parser().parse_args(_arguments(convert_command(recipe, "fused", "out"), "mlx_lm.convert"))
    monkeypatch.setattr(sys, "argv", shlex.split(fuse_command(recipe, "adapter", "out")))

    assert (trained.model, trained.iters, trained.num_layers) == (
        recipe.base,
        recipe.train.iterations,
        recipe.lora.layers,
    )
    assert bool(trained.grad_checkpoint) is recipe.train.grad_checkpoint
    assert trained.learning_rate == (recipe.train.learning_rate if recipe.train.schedule == "constant" else None)
    assert fuse.parse_arguments().dequantize
    assert converted.q_bits == recipe.quantize.bits
    assert set(adapter_config(recipe)) <= set(lora.CONFIG_DEFAULTS)


def test_every_key_of_the_adapters_configuration_is_one_of_mlx_lms(tiny_recipe: Recipe) -> None:
    from mlx_lm import lora

    assert set(adapter_config(tiny_recipe)) <= set(lora.CONFIG_DEFAULTS)
