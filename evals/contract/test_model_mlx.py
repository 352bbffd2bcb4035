from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from punie.blas import ensure_fast_blas
from punie.evaluation.models import MlxModel, ModelDirError
from punie.evaluation.models.mlx import common_prefix

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PREFIX = "You are a developer's assistant and you answer in few words. "
PROMPTS = [
    f"{PREFIX}{question}" for question in ("What?", "Where is the loom?", "Why", "How many looms are there here?")
]
CONFIG: dict[str, Any] = {
    "model_type": "qwen3",
    "architectures": ["Qwen3ForCausalLM"],
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "intermediate_size": 128,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "rms_norm_eps": 1e-6,
    "max_position_embeddings": 1024,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
}


def save_tokenizer(folder: Path) -> dict[str, int]:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([PREFIX], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return {"vocab_size": tokenizer.get_vocab_size(), "eos_token_id": tokenizer.token_to_id("<|im_end|>")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen3 of two layers, quantized to 5 bits."""
    ensure_fast_blas()
    import mlx.core as mx
    from mlx_lm.models.qwen3 import Model, ModelArgs
    from mlx_lm.utils import quantize_model, save_model

    path = tmp_path_factory.mktemp("tiny")
    config = CONFIG | save_tokenizer(path)
    mx.random.seed(0)
    model = Model(ModelArgs.from_dict(config))
    model.set_dtype(mx.float16)
    model, config = quantize_model(model, config, group_size=64, bits=5)
    save_model(path, model)
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> MlxModel:
    return MlxModel(folder, max_tokens=12)


def texts(model: MlxModel, prompts: list[str]) -> list[str]:
    return [answer.text for answer in model.answer(prompts)]


def test_a_batch_answers_like_single_prompts(model: MlxModel) -> None:
    single = [texts(model, [prompt])[0] for prompt in PROMPTS]

    assert texts(model, PROMPTS) == single


def test_answers_keep_the_order_of_the_prompts(model: MlxModel) -> None:
    assert texts(model, PROMPTS[::-1]) == texts(model, PROMPTS)[::-1]


def test_sharing_the_prefix_changes_no_reply(model: MlxModel, folder: Path) -> None:
    assert texts(MlxModel(folder, max_tokens=12, share_prefix=False), PROMPTS) == texts(model, PROMPTS)


def test_on_a_cpu_the_weights_are_exactly_those_that_are_stored(model: MlxModel, folder: Path) -> None:
    import mlx.core as mx

    if mx.default_device() != mx.cpu:
        pytest.skip("weights are dequantized on CPUs only")
    stored = MlxModel(folder, as_stored=True)._model.model.layers[0].mlp.up_proj
    scales, biases = stored.scales.astype(mx.float32), stored.biases.astype(mx.float32)
    exact = mx.dequantize(stored.weight, scales, biases, group_size=64, bits=5)

    assert mx.array_equal(model._model.model.layers[0].mlp.up_proj.weight, exact)


def test_a_reply_that_ran_out_of_tokens_is_not_finished(model: MlxModel) -> None:
    assert not model.answer(PROMPTS[:1])[0].finished


def test_every_reply_is_announced_once(model: MlxModel) -> None:
    seen: list[int] = []
    model.answer(PROMPTS, on_reply=lambda index, _text: seen.append(index))

    assert sorted(seen) == list(range(len(PROMPTS)))


def test_no_prompts_have_no_answers(model: MlxModel) -> None:
    assert model.answer([]) == []


def test_the_facts_say_how_the_weights_were_evaluated(model: MlxModel) -> None:
    import mlx.core as mx

    on_cpu = mx.default_device() == mx.cpu
    way = "float32, dequantized from the stored weights" if on_cpu else "as stored"

    assert model.facts["evaluated_as"] == way
    assert model.facts["bits"] == 5


def test_weights_that_do_not_fit_the_configuration_are_refused(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
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
