"""The named checks of what training leaves behind: its log, the adapter, the fused and the quantized model."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from punie.training.checks.result import CheckResult, failed, verdict
from punie.training.checks.weights import Tensor, model_tensors, read_header, stored_bits
from punie.training.hyperparam import LossCurve, LossPoint, TrainingLog, parse_training_log

QWEN3_EOS: Final = 151645
_HIGHEST_LOSS: Final = 2.0
_TYPES: Final = ("lora", "dora", "full")


def check_training_loss(
    log: Path | str | TrainingLog | Sequence[float | tuple[int, float]], highest: float = _HIGHEST_LOSS
) -> CheckResult:
    """
    The losses fell, in training and in validation, and ended low.

    Args:
        log: the file of mlx-lm's output or the folder that holds `train.log`; its text; what it was parsed to; or
            the training losses in their order.
        highest: that the final losses must stay below.
    """
    name = "training_loss"
    try:
        read = _training_log(log)
    except (OSError, ValueError) as error:
        return failed(name, f"the log cannot be read: {error}")
    faults = [*_loss_faults("training", read.train, highest)]
    faults += _loss_faults("validation", read.val, highest) if len(read.val.points) > 1 else ()
    faults += (
        [] if all(math.isfinite(point.loss) for point in read.val.points) or faults else ["validation loss is NaN"]
    )
    warnings = [] if len(read.val.points) > 1 else ["the log has no two validation losses"]
    first, last = read.train.initial, read.train.final
    good = f"training loss {first.loss:g} to {last.loss:g}" if first and last else ""
    return verdict(name, faults, good, warnings, train=read.train.points, val=read.val.points)


def check_adapter_files(adapter_directory: Path | str) -> CheckResult:
    """
    An adapter of mlx-lm is there: its configuration, and weights that fit it.

    Args:
        adapter_directory: folder with `adapter_config.json` and `adapters.safetensors`.
    """
    name, folder = "adapter_files", Path(adapter_directory)
    try:
        config = _read_json(folder / "adapter_config.json")
        tensors = read_header(folder / "adapters.safetensors")
    except ValueError as error:
        return failed(name, str(error))
    good = f"{len(tensors)} arrays of {config.get('fine_tune_type', 'lora')}"
    return verdict(name, [*_adapter_faults(config, tensors)], good, arrays=len(tensors), config=config)


def check_fused_model_config(
    model_directory: Path | str, expected_eos_token_id: int | Iterable[int] = QWEN3_EOS
) -> CheckResult:
    """
    A fused model ends its turns as expected, and is not quantized.

    Args:
        model_directory: folder of the model.
        expected_eos_token_id: one or several; all of them must be among those of each file that names any.
    """
    name, folder = "fused_model_config", Path(model_directory)
    try:
        config = _read_json(folder / "config.json")
        faults, warnings, ids = _eos(folder, config, _ids(expected_eos_token_id))
    except ValueError as error:
        return failed(name, str(error))
    faults += [
        f"config.json has the block {key!r}" for key in ("quantization", "quantization_config") if config.get(key)
    ]
    try:
        packed = [tensor for tensor in model_tensors(folder) if tensor.endswith(".scales")]
        faults += [f"{len(packed)} layers are stored quantized, the first is {packed[0]!r}"] if packed else []
    except ValueError as error:
        warnings.append(str(error))
    kind = config.get("dtype", config.get("torch_dtype"))
    warnings += [] if kind == "float16" else [f"config.json says dtype {kind!r}, expected 'float16'"]
    return verdict(name, faults, f"ends at {sorted(ids)}, not quantized", warnings, eos_token_ids=sorted(ids))


def check_quantized_model_config(
    model_directory: Path | str,
    expected_bits: int = 5,
    expected_eos_token_id: int | Iterable[int] = QWEN3_EOS,
) -> CheckResult:
    """
    A quantized model has the expected bits, in its configuration and in its weights, and still ends its turns.

    Args:
        model_directory: folder of the model.
        expected_bits: a weight.
        expected_eos_token_id: one or several; all of them must be among those of each file that names any.
    """
    name, folder = "quantized_model_config", Path(model_directory)
    try:
        config = _read_json(folder / "config.json")
        faults, warnings, ids = _eos(folder, config, _ids(expected_eos_token_id))
        block = config.get("quantization") or config.get("quantization_config")
        if not isinstance(block, dict):
            return verdict(name, [*faults, "config.json has no quantization: the model is not quantized"], "")
        stored = _stored(folder, block)
    except ValueError as error:
        return failed(name, str(error))
    said = block.get("bits")
    faults += [] if said == expected_bits else [f"config.json says {said!r} bits, expected {expected_bits}"]
    own = {layer: value.get("bits") for layer, value in block.items() if isinstance(value, dict)}
    wrong = {layer: bits for layer, bits in stored.items() if bits != (own.get(layer) or expected_bits)}
    faults += [
        f"{layer} is stored with {bits:g} bits (and {len(wrong) - 1} more)" for layer, bits in [*wrong.items()][:1]
    ]
    faults += [] if stored else ["no layer is stored quantized"]
    warnings += [f"{len(own)} layers have bits of their own"] if own else []
    good = f"{len(stored)} layers of {expected_bits} bits"
    return verdict(name, faults, good, warnings, bits=stored, eos_token_ids=sorted(ids))


def _training_log(log: Path | str | TrainingLog | Sequence[float | tuple[int, float]]) -> TrainingLog:
    if isinstance(log, TrainingLog):
        return log
    if isinstance(log, str) and ("\n" in log or not log):
        return parse_training_log(log)
    if isinstance(log, str | Path):
        place = Path(log)
        file = place / "train.log" if place.is_dir() else place
        return parse_training_log(file.read_text(encoding="utf-8"))
    points = (value if isinstance(value, tuple) else (place, value) for place, value in enumerate(log, 1))
    return TrainingLog(train=LossCurve(tuple(LossPoint(int(at), float(loss)) for at, loss in points)))


def _loss_faults(what: str, curve: LossCurve, highest: float) -> Iterator[str]:
    first, last = curve.initial, curve.final
    if first is None or last is None or len(curve.points) < 2:  # noqa: PLR2004 - a start and an end
        yield f"the log has {len(curve.points)} {what} losses: at least two are needed"
        return
    odd = next((point for point in curve.points if not math.isfinite(point.loss)), None)
    if odd is not None:
        yield f"the {what} loss is {odd.loss} at iteration {odd.iteration}"
        return
    if last.loss >= first.loss:
        yield f"the {what} loss did not fall: {first.loss:g} to {last.loss:g}"
    if last.loss >= highest:
        yield f"the final {what} loss is {last.loss:g}, expected less than {highest:g}"


def _read_json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{file.name} cannot be read: {error.strerror}"
        raise ValueError(message) from None
    except (ValueError, RecursionError) as error:
        message = f"{file.name} is no JSON: {error}"
        raise ValueError(message) from None
    if not isinstance(value, dict):
        message = f"{file.name} holds {type(value).__name__}, expected an object"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for a wrong file
    return value


def _adapter_faults(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Iterator[str]:
    kind = config.get("fine_tune_type", "lora")
    if kind not in _TYPES:
        yield f"adapter_config.json says fine_tune_type {kind!r}: expected one of {', '.join(_TYPES)}"
        return
    if kind == "full":
        return
    given = config.get("lora_parameters")
    if not isinstance(given, dict):
        yield "adapter_config.json has no lora_parameters with rank and scale: it is none of mlx-lm's"
        return
    rank, scale = given.get("rank"), given.get("scale")
    if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
        yield f"lora_parameters.rank is {rank!r}: expected a whole number above 0"
        return
    if not isinstance(scale, int | float) or isinstance(scale, bool) or not math.isfinite(scale) or scale <= 0:
        yield f"lora_parameters.scale is {scale!r}: expected a number above 0"
    pairs = {name for name in tensors if name.endswith(".lora_a")}
    if not pairs:
        yield "adapters.safetensors has no array lora_a: it holds no adapter"
    for name in sorted(pairs):
        if f"{name[:-1]}b" not in tensors:
            yield f"{name} has no lora_b beside it"
        elif rank not in tensors[name].shape:
            yield f"{name} has the shape {list(tensors[name].shape)}, lora_parameters.rank is {rank}"


def _eos(folder: Path, config: Mapping[str, Any], expected: set[int]) -> tuple[list[str], list[str], set[int]]:
    """Faults, warnings and the ids of config.json; each file that names end ids is held against what is expected."""
    faults, warnings = [], []
    named = {"config.json": _ids(config.get("eos_token_id"))}
    if (folder / "generation_config.json").is_file():
        named["generation_config.json"] = _ids(_read_json(folder / "generation_config.json").get("eos_token_id"))
    else:
        warnings.append("generation_config.json is missing")
    for file, ids in named.items():
        if lost := expected - ids:
            faults.append(f"{file} ends at {sorted(ids)}, expected {sorted(lost)} too")
    token = _tokenizer_eos(folder)
    if token is None:
        warnings.append("no tokenizer names the token that ends a turn")
    elif token not in expected:
        faults.append(f"the tokenizer ends at {token}, expected one of {sorted(expected)}")
    if not expected:
        faults.append("no eos id is expected: name at least one")
    return faults, warnings, named["config.json"]


def _ids(value: object) -> set[int]:
    """Ids that are given as one number or several."""
    values = value if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
    return {each for each in values if isinstance(each, int) and not isinstance(each, bool)}


def _tokenizer_eos(folder: Path) -> int | None:
    """The id of the tokenizer's own eos token; None when its files do not name it."""
    if not (folder / "tokenizer_config.json").is_file() or not (folder / "tokenizer.json").is_file():
        return None
    token = _read_json(folder / "tokenizer_config.json").get("eos_token")
    text = token.get("content") if isinstance(token, dict) else token
    tokenizer = _read_json(folder / "tokenizer.json")
    known = {
        each.get("content"): each.get("id") for each in tokenizer.get("added_tokens", []) if isinstance(each, dict)
    }
    found = known.get(text, (tokenizer.get("model") or {}).get("vocab", {}).get(text) if text else None)
    return found if isinstance(found, int) else None


def _stored(folder: Path, block: Mapping[str, Any]) -> dict[str, float]:
    sizes = {
        layer: value["group_size"]
        for layer, value in block.items()
        if isinstance(value, dict) and "group_size" in value
    }
    size = block.get("group_size", 64)
    if not all(isinstance(each, int) and each > 0 for each in (size, *sizes.values())):
        message = f"config.json has a group_size that is no number above 0: {size!r}"
        raise ValueError(message)
    return stored_bits(model_tensors(folder), sizes, size)
