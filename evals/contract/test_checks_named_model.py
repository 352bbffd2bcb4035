from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks import (
    check_adapter_files,
    check_fused_model_config,
    check_quantized_model_config,
    check_quantized_model_smoke_test,
    check_training_loss,
)

BASE = Path(__file__).parents[2] / "fixtures/models/nano-base"
EOS = (0, 2)
CALL = emit_call("result = typecheck('src')\nprint(result.error_count)")
LOG = """\
Iter 1: Val loss 2.500, Val took 3.110s
Iter 10: Train loss 2.100, Learning Rate 1.000e-05, It/sec 0.5, Tokens/sec 90.5, Trained Tokens 900, Peak mem 20.9 GB
Iter 20: Val loss 0.404, Val took 3.050s
Iter 20: Train loss 0.500, Learning Rate 1.000e-05, It/sec 0.5, Tokens/sec 91.5, Trained Tokens 1800, Peak mem 21.1 GB
"""
ADAPTER = {"fine_tune_type": "lora", "num_layers": 8, "lora_parameters": {"rank": 4, "scale": 2.0, "dropout": 0.0}}
PAIR = {"model.layers.0.q.lora_a": ("F32", (8, 4)), "model.layers.0.q.lora_b": ("F32", (4, 6))}
Shapes = Mapping[str, tuple[str, tuple[int, ...]]]


def write_tensors(file: Path, shapes: Shapes) -> None:
    """A safetensors file of zeros."""
    header: dict[str, Any] = {"__metadata__": {"format": "mlx"}}
    end = 0
    for name, (dtype, shape) in shapes.items():
        size = {"F32": 4, "U32": 4, "F16": 2}[dtype]
        for length in shape:
            size *= length
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(end))


def adapter(folder: Path, config: object = ADAPTER, shapes: Shapes = PAIR) -> Path:
    folder.joinpath("adapter_config.json").write_text(json.dumps(config), encoding="utf-8")
    write_tensors(folder / "adapters.safetensors", shapes)
    return folder


def changed(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(file.read_text(encoding="utf-8"))
    change(value)
    file.write_text(json.dumps(value), encoding="utf-8")


@pytest.fixture
def fused(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path / "model")
    return tmp_path / "model"


def layer(bits: int, name: str = "model.layers.0.q", width: int = 128) -> Shapes:
    groups = width // 64
    packed, one = (f"{name}.weight", ("U32", (8, width * bits // 32))), ("F16", (8, groups))
    return dict([packed, (f"{name}.scales", one), (f"{name}.biases", one)])


@pytest.fixture
def quantized(fused: Path) -> Path:
    block = {"group_size": 64, "bits": 5, "mode": "affine"}
    changed(fused / "config.json", lambda config: config.update(quantization=block, quantization_config=block))
    write_tensors(fused / "model.safetensors", layer(5))
    return fused


def test_a_log_whose_losses_fell_passes_from_each_source(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(LOG, encoding="utf-8")

    assert check_training_loss(LOG).message == "training loss 2.1 to 0.5"
    assert check_training_loss(tmp_path / "train.log").passed
    assert check_training_loss(str(tmp_path)).passed
    assert check_training_loss([2.1, 0.9, 0.5]).passed
    assert check_training_loss([(10, 2.1), (20, 0.5)]).passed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("Train loss 0.500", "Train loss 2.200"), "the training loss did not fall: 2.1 to 2.2 (and 1 more)"),
        (("Train loss 0.500", "Train loss 2.050"), "the final training loss is 2.05, expected less than 2"),
        (("Train loss 0.500", "Train loss nan"), "the training loss is nan at iteration 20"),
        (("Train loss 2.100", "Train loss inf"), "the training loss is inf at iteration 10"),
        (("Val loss 0.404", "Val loss nan"), "the validation loss is nan at iteration 20"),
        (("Val loss 0.404", "Val loss 2.600"), "the validation loss did not fall: 2.5 to 2.6 (and 1 more)"),
        (("Iter 20: Train", "Step 20: Train"), "the log has 1 training losses: at least two are needed"),
        (("Iter", "iter"), "the log has 0 training losses: at least two are needed"),
    ],
)
def test_losses_that_did_not_fall_or_are_no_numbers_fail(change: tuple[str, str], message: str) -> None:
    result = check_training_loss(LOG.replace(*change))

    assert (result.passed, result.message) == (False, message)


@pytest.mark.parametrize("log", ["", "nothing\n", (), [1.0], [float("nan"), 1.0], "/no/such/train.log"])
def test_a_log_without_losses_fails(log: Any) -> None:  # noqa: ANN401 - every kind of log
    assert not check_training_loss(log).passed


def test_one_validation_loss_that_is_no_number_fails_and_none_is_a_warning() -> None:
    one = "\n".join(line for line in LOG.replace("Val loss 2.500", "Val loss nan").splitlines() if "0.404" not in line)

    assert not check_training_loss(one).passed
    assert check_training_loss([2.0, 1.0]).warnings == ("the log has no two validation losses",)


def test_an_adapter_of_mlx_passes(tmp_path: Path) -> None:
    result = check_adapter_files(str(adapter(tmp_path)))

    assert (result.check_name, result.passed, result.message) == ("adapter_files", True, "2 arrays of lora")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"r": 8, "lora_alpha": 16, "peft_type": "LORA"},
            "adapter_config.json has no lora_parameters with rank and scale",
        ),
        ({"lora_parameters": {"rank": 0, "scale": 1.0}}, "lora_parameters.rank is 0"),
        ({"lora_parameters": {"scale": 1.0}}, "lora_parameters.rank is None"),
        ({"lora_parameters": {"rank": 4}}, "lora_parameters.scale is None"),
        ({"lora_parameters": {"rank": 16, "scale": 1.0}}, "model.layers.0.q.lora_a has the shape [8, 4]"),
        ({"fine_tune_type": "other"}, "adapter_config.json says fine_tune_type 'other'"),
        ([], "adapter_config.json holds list, expected an object"),
    ],
)
def test_an_adapter_that_mlx_cannot_load_fails(tmp_path: Path, config: object, message: str) -> None:
    result = check_adapter_files(adapter(tmp_path, config))

    assert not result.passed
    assert result.message.startswith(message), result.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "adapters.safetensors is no safetensors file"),
        (b"PK\x03\x04" + bytes(60), "adapters.safetensors is no safetensors file"),
        (struct.pack("<Q", 2) + b"{}", "adapters.safetensors holds no weight"),
        (struct.pack("<Q", 3) + b"{x}", "adapters.safetensors has a header that cannot be read"),
        (struct.pack("<Q", 2) + b"\xff\xff", "adapters.safetensors has a header that "),
        (struct.pack("<Q", 9) + b'{"a":[1]}', "adapters.safetensors has a header that cannot be read"),
    ],
)
def test_weights_that_cannot_be_read_fail(tmp_path: Path, content: bytes, message: str) -> None:
    adapter(tmp_path).joinpath("adapters.safetensors").write_bytes(content)
    result = check_adapter_files(tmp_path)

    assert not result.passed
    assert result.message.startswith(message), result.message


def test_weights_that_are_cut_off_or_missing_fail(tmp_path: Path) -> None:
    file = adapter(tmp_path) / "adapters.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    cut = check_adapter_files(tmp_path)
    file.unlink()

    assert cut.message.startswith("adapters.safetensors is cut off: ")
    assert check_adapter_files(tmp_path).message.startswith("adapters.safetensors cannot be read: ")
    assert not check_adapter_files(tmp_path / "none").passed


def test_an_adapter_with_half_a_pair_fails(tmp_path: Path) -> None:
    shapes = {name: shape for name, shape in PAIR.items() if name.endswith("a")}

    assert not check_adapter_files(adapter(tmp_path, shapes=shapes)).passed


def test_the_embedded_base_passes_as_a_fused_model() -> None:
    result = check_fused_model_config(BASE, EOS)

    assert (result.passed, result.message, result.warnings) == (True, "ends at [0, 2], not quantized", ())


@pytest.mark.parametrize("ids", [151645, [151645], [151645, 151643], [151643, 151645]])
def test_eos_ids_are_a_set_in_whatever_form(tmp_path: Path, ids: object) -> None:
    for file in ("config.json", "generation_config.json"):
        (tmp_path / file).write_text(json.dumps({"eos_token_id": ids}), encoding="utf-8")

    assert check_fused_model_config(tmp_path).passed


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("config.json", {"eos_token_id": 0}, "config.json ends at [0], expected [2] too"),
        ("config.json", {"eos_token_id": None}, "config.json ends at [], expected [0, 2] too"),
        ("config.json", {"eos_token_id": "2"}, "config.json ends at [], expected [0, 2] too"),
        ("generation_config.json", {"eos_token_id": [0]}, "generation_config.json ends at [0], expected [2] too"),
        ("tokenizer_config.json", {"eos_token": "<tool_call>"}, "the tokenizer ends at 3064, expected one of [0, 2]"),
        ("config.json", {"quantization": {"bits": 4}}, "config.json has the block 'quantization'"),
        ("config.json", {"quantization_config": {"bits": 4}}, "config.json has the block 'quantization_config'"),
    ],
)
def test_a_lost_eos_id_or_a_quantization_fails(fused: Path, file: str, change: dict[str, Any], message: str) -> None:
    changed(fused / file, lambda config: config.update(change))
    result = check_fused_model_config(fused, EOS)

    assert (result.passed, result.message) == (False, message)


def test_weights_that_are_still_quantized_fail_whatever_the_configuration_says(fused: Path) -> None:
    write_tensors(fused / "model.safetensors", layer(4))

    assert not check_fused_model_config(fused, EOS).passed


def test_no_model_check_passes_on_an_empty_folder(tmp_path: Path) -> None:
    assert not check_adapter_files(tmp_path).passed
    assert not check_fused_model_config(tmp_path).passed
    assert not check_quantized_model_config(tmp_path).passed


def test_a_model_with_the_expected_bits_passes(quantized: Path) -> None:
    result = check_quantized_model_config(quantized, 5, EOS)

    assert (result.passed, result.message) == (True, "1 layers of 5 bits")


@pytest.mark.parametrize("bits", [2, 3, 4, 6, 8])
def test_other_bits_in_the_configuration_or_in_the_weights_fail(quantized: Path, bits: int) -> None:
    expected = check_quantized_model_config(quantized, bits, EOS)
    write_tensors(quantized / "model.safetensors", {**layer(5), **layer(bits, "model.layers.1.q")})
    stored = check_quantized_model_config(quantized, 5, EOS)

    assert expected.message.startswith(f"config.json says 5 bits, expected {bits}")
    assert stored.message == f"model.layers.1.q is stored with {bits} bits (and 0 more)"


def test_a_layer_with_bits_of_its_own_is_a_warning(quantized: Path) -> None:
    own = {"model.layers.1.q": {"group_size": 32, "bits": 8}}
    changed(quantized / "config.json", lambda config: config["quantization"].update(own))
    eight = {"model.layers.1.q.weight": ("U32", (8, 32)), "model.layers.1.q.scales": ("F16", (8, 4))}
    write_tensors(quantized / "model.safetensors", {**layer(5), **eight})
    result = check_quantized_model_config(quantized, 5, EOS)

    assert (result.passed, result.warnings) == (True, ("1 layers have bits of their own",)), result.message


def test_a_quantized_model_that_lost_its_eos_id_fails(quantized: Path) -> None:
    changed(quantized / "config.json", lambda config: config.pop("eos_token_id"))

    assert check_quantized_model_config(quantized, 5, EOS).message == "config.json ends at [], expected [0, 2] too"


def test_a_model_that_is_not_quantized_fails() -> None:
    result = check_quantized_model_config(BASE, 5, EOS)

    assert result.message == "config.json has no quantization: the model is not quantized"


def test_plain_weights_under_a_quantized_configuration_fail(quantized: Path) -> None:
    write_tensors(quantized / "model.safetensors", {"model.layers.0.q.weight": ("F16", (8, 128))})

    assert check_quantized_model_config(quantized, 5, EOS).message == "no layer is stored quantized"


@pytest.mark.parametrize(
    "patterns", [["typecheck"], ["<tool_call>", "execute_code"], ["result.error_count", "typecheck("]]
)
def test_a_reply_whose_call_runs_passes_the_smoke_test(patterns: list[str]) -> None:
    assert check_quantized_model_smoke_test([CALL], patterns).passed
    assert check_quantized_model_smoke_test(lambda _: CALL, patterns).passed


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("Use <tool_call> with execute_code and typecheck.", "reply 1: it"),
        ("", "reply 1: it holds no call: ''"),
        ("```python\nresult = typecheck('src')\nprint(result.error_count)\n```", "reply 1: it holds no call: "),
        (f"{CALL}<|im_end|>", "reply 1: the mark '<|im_end|>' of the template leaked into it"),
        (f"<|im_start|>assistant\n{CALL}", "reply 1: the mark '<|im_start|>' of the template leaked into it"),
        (CALL[:60], "reply 1: its call is cut off"),
        (emit_call("print(typecheck('src').errors_found)"), "reply 1: its code fails: AttributeError"),
        (emit_call("print('typecheck')"), "reply 1: its code calls no tool"),
        (emit_call("print(ruff_check('src'))  # typecheck"), "'typecheck' occurs in no call that ran"),
        (emit_call("print(hover('a', 1, 1, 'typecheck'))"), "'typecheck' occurs in no call that ran"),
    ],
)
def test_replies_that_only_look_right_fail_the_smoke_test(reply: str, message: str) -> None:
    result = check_quantized_model_smoke_test([reply], ["typecheck"])

    assert not result.passed
    assert result.message.startswith(message), result.message


def test_one_bad_reply_among_good_ones_fails() -> None:
    assert check_quantized_model_smoke_test([CALL, "I will."], ["typecheck"]).message.startswith("reply 2: ")


def test_a_smoke_test_of_nothing_fails() -> None:
    assert not check_quantized_model_smoke_test([], ["typecheck"]).passed
    assert not check_quantized_model_smoke_test([CALL], []).passed
    assert not check_quantized_model_smoke_test(lambda _: CALL, ["typecheck"], queries=()).passed
