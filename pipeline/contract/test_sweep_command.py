"""What the command line asks of a sweep, and what it refuses before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.recipe import Recipe
from pipeline.sweep import command
from pipeline.sweep.command import check_sweep, listed_levels, results_folder, suites_of
from pipeline.sweep.levels import Level
from punie.command_line import OPTIONS


@pytest.fixture
def config(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.Config:
    """The configuration of this run, as if it were of a sweep in an empty repository, with no option given."""
    monkeypatch.setattr(type(pytestconfig), "rootpath", tmp_path)
    for option in OPTIONS:
        monkeypatch.setattr(pytestconfig.option, option.dest, option.default)
    return pytestconfig


def _given(config: pytest.Config, monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    monkeypatch.setattr(config.option, f"punie_{name}", value)


def test_a_sweep_that_needs_nothing_more_is_let_through(config: pytest.Config, tiny_recipe: Recipe) -> None:
    check_sweep(config, tiny_recipe)

    assert [suite.name for suite in suites_of(config, tiny_recipe)] == ["57"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("model", "here"), ("replay", "r.jsonl"), ("baseline", "b"), ("samples", "3"), ("temperature", "1"), ("live", "")],
)
def test_options_about_one_model_are_refused(
    config: pytest.Config, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _given(config, monkeypatch, name, value)

    with pytest.raises(InputError, match=rf"^--{name} does not go with -m sweep: .*; leave it out$"):
        check_sweep(config, tiny_recipe)


def test_suites_of_the_command_line_come_before_the_recipes(
    config: pytest.Config, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _given(config, monkeypatch, "suite", ["40", "25", "40"])

    assert [suite.name for suite in suites_of(config, tiny_recipe)] == ["40", "25"]


def test_an_unknown_suite_of_a_recipe_is_refused(config: pytest.Config, tiny_recipe: Recipe) -> None:
    odd = tiny_recipe.model_copy(update={"sweep": tiny_recipe.sweep.model_copy(update={"suite": "58"})})

    with pytest.raises(InputError, match=r"^no suite '58': name one of"):
        check_sweep(config, odd)


def test_too_little_room_is_refused(
    config: pytest.Config, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "quantized_bytes", lambda _: 10**18)

    with pytest.raises(InputError, match=r"^too little disk space"):
        check_sweep(config, tiny_recipe)


def test_results_lie_where_they_are_named_else_in_a_new_folder(
    config: pytest.Config, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = results_folder(config, tiny_recipe)
    _given(config, monkeypatch, "results", "out")

    assert new.parent == tmp_path / "artifacts" / "runs"
    assert new.name.startswith("tiny-")
    assert results_folder(config, tiny_recipe) == config.invocation_params.dir / "out"


def test_items_of_a_recipe_that_cannot_be_read_can_still_be_listed(
    config: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {}
    for name in ("nano", "nono"):
        _given(config, monkeypatch, "recipe", name)
        listed[name] = listed_levels(config)

    assert listed["nono"] == (Level(),)
    assert len(listed["nano"]) == 9
