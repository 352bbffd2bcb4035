from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from punie.evaluation.models import MlxModel, ModelDirError, mlx
from punie.evaluation.models.prefix import common_prefix

PREFIX = "You are a developer's assistant and you answer in few words. "
PROMPTS = [
    f"{PREFIX}{question}" for question in ("What?", "Where is the loom?", "Why", "How many looms are there here?")
]


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> MlxModel:
    return MlxModel(tiny_model, max_tokens=12)


def texts(model: MlxModel, prompts: list[str]) -> list[str]:
    return [answer.text for answer in model.answer(prompts)]


def test_a_batch_answers_like_single_prompts(model: MlxModel) -> None:
    single = [texts(model, [prompt])[0] for prompt in PROMPTS]

    assert texts(model, PROMPTS) == single


def test_answers_keep_the_order_of_the_prompts(model: MlxModel) -> None:
    assert texts(model, PROMPTS[::-1]) == texts(model, PROMPTS)[::-1]


def test_sharing_the_prefix_changes_no_reply(model: MlxModel, tiny_model: Path) -> None:
    assert texts(MlxModel(tiny_model, max_tokens=12, share_prefix=False), PROMPTS) == texts(model, PROMPTS)


def test_on_a_cpu_the_weights_are_exactly_those_that_are_stored(model: MlxModel, tiny_model: Path) -> None:
    import mlx.core as mx

    if mx.default_device() != mx.cpu:
        pytest.skip("weights are dequantized on CPUs only")
    stored = MlxModel(tiny_model, as_stored=True)._model.model.layers[0].mlp.up_proj
    scales, biases = stored.scales.astype(mx.float32), stored.biases.astype(mx.float32)
    exact = mx.dequantize(stored.weight, scales, biases, group_size=64, bits=5)

    assert mx.array_equal(model._model.model.layers[0].mlp.up_proj.weight, exact)


def test_a_reply_that_ran_out_of_tokens_is_not_finished(model: MlxModel) -> None:
    assert not model.answer(PROMPTS[:1])[0].finished


def test_every_reply_is_announced_once(model: MlxModel) -> None:
    seen: list[int] = []
    model.answer(PROMPTS, on_reply=lambda index, _answer: seen.append(index))

    assert sorted(seen) == list(range(len(PROMPTS)))


def test_no_prompts_have_no_answers(model: MlxModel) -> None:
    assert model.answer([]) == []


def test_the_facts_say_how_the_weights_were_evaluated(model: MlxModel) -> None:
    import mlx.core as mx

    on_cpu = mx.default_device() == mx.cpu
    way = "float32, dequantized from the stored weights" if on_cpu else "as stored"

    assert model.facts["evaluated_as"] == way
    assert model.facts["bits"] == 5


def test_weights_that_do_not_fit_the_configuration_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    for file in tiny_model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8")) | {"hidden_size": 128}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(ModelDirError, match=r"^'.*' is no usable model: mlx-lm cannot load it"):
        MlxModel(tmp_path)


@pytest.mark.parametrize(
    ("rows", "prefix"),
    [
        ([[1, 2, 3, 4], [1, 2, 5, 6], [1, 2, 3]], [1, 2]),
        ([[1, 2], [1, 2, 3]], [1]),
        ([[1, 2], [1, 2]], [1]),
        ([[1], [2]], []),
        ([[1, 2, 3]], []),
    ],
)
def test_the_common_prefix_leaves_every_row_a_token(rows: list[list[int]], prefix: list[int]) -> None:
    assert common_prefix(rows) == prefix


def test_the_shared_prefix_is_computed_once_for_all_turns(tiny_model: Path) -> None:
    model = MlxModel(tiny_model, max_tokens=4)
    later = [f"{prompt} And then? {'More. ' * 9}" for prompt in PROMPTS]
    first, second = texts(model, PROMPTS), texts(model, later[:2])
    alone = texts(model, later[2:3])
    assert model.prefix is not None

    assert model.prefix.computed == model.facts["shared_prefix_tokens"]
    assert [first, second, alone] == [texts(model.resized(1), prompts) for prompts in (PROMPTS, later[:2], later[2:3])]


def test_another_prefix_is_computed_from_where_it_differs(tiny_model: Path) -> None:
    model = MlxModel(tiny_model, max_tokens=4)
    other = [prompt.replace("few words", "no words at all") for prompt in PROMPTS]
    found = [texts(model, prompts) for prompts in (PROMPTS, other, PROMPTS)]

    assert found == [texts(model.resized(1), prompts) for prompts in (PROMPTS, other, PROMPTS)]


def test_a_row_that_ends_makes_room_for_the_next(tiny_model: Path) -> None:
    model = MlxModel(tiny_model, max_tokens=12)
    small = model.resized(2)
    ends: list[int] = []
    small.answer(PROMPTS, on_reply=lambda index, _answer: ends.append(index))

    assert len(ends) == len(PROMPTS)
    assert texts(small, PROMPTS) == texts(model, PROMPTS)


@pytest.mark.parametrize(
    "change",
    [{"max_tokens": 13}, {"temperature": 0.5}, {"as_stored": True}, {"share_prefix": False}],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_a_reply_is_told_by_the_settings(
    model: MlxModel, tiny_model: Path, change: dict[str, Any]
) -> None:
    assert MlxModel(tiny_model, **({"max_tokens": 12} | change)).settings != model.settings
    assert MlxModel(tiny_model, max_tokens=12).settings == model.settings
    assert model.resized(3).settings != model.settings


def test_a_model_that_is_written_while_it_is_loaded_is_refused(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in tiny_model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())

    def load(path: Path, adapter: Path | None) -> object:
        (path / "notes.md").write_text("new", encoding="utf-8")
        return loading(path, adapter)

    loading = mlx._load
    monkeypatch.setattr(mlx, "_load", load)

    with pytest.raises(ModelDirError, match="it was written while it was loaded"):
        MlxModel(tmp_path)
