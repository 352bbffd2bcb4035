from __future__ import annotations

import json
from pathlib import Path

import pytest

from punie.evaluation.models import MlxModel, ModelDirError
from punie.evaluation.models.mlx import common_prefix

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
