"""Is a folder a complete model? Asked before anything long begins, without loading it."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NoReturn

_TOKENIZERS: Final = ("tokenizer.json", "tokenizer.model", "vocab.json")
_TEMPLATES: Final = ("chat_template.jinja", "chat_template.json")
_CHUNK: Final = 1 << 20
_MAX_HEADER: Final = 100_000_000  # bytes; the limit of the safetensors format


class ModelDirError(ValueError):
    """A folder that cannot be loaded as a model; the message says what is missing and what to do."""


def check_model_dir(path: Path) -> None:
    """
    Check that `path` holds configuration, complete weights, a tokenizer and a chat template.

    Raises:
        ModelDirError: one line on the first thing that is wrong.

    """
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "does not exist"
        _refuse(path, f"the model folder {what}", "give the folder that holds config.json and model.safetensors")
    if "model_type" not in _object(path, "config.json"):
        _refuse(path, "config.json names no model_type", "use a folder in the Hugging Face layout")
    _check_weights(path)
    if not any((path / name).is_file() for name in _TOKENIZERS):
        _refuse(path, f"no tokenizer ({', '.join(_TOKENIZERS)})", "copy the tokenizer files beside the weights")
    if not chat_template(path):
        _refuse(
            path, "the tokenizer has no chat template", "use an instruction-tuned model, or add chat_template.jinja"
        )


def check_listed_files(path: Path) -> None:
    """
    Check that the files of a model that we built are those that its manifest lists, byte for byte.

    Raises:
        ModelDirError: one line on the first that is not; a folder without such a manifest is taken as it is.

    """
    try:
        files = json.loads((path / "manifest.json").read_text(encoding="utf-8"))["files"]
        listed = {name: str(facts["sha256"]) for name, facts in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    for name, digest in listed.items():
        file = path / name
        if not file.is_file():
            _refuse(path, f"{name} is missing", "build the model again")
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                _refuse(path, f"{name} is not what its manifest lists", "build the model again")


def weight_files(path: Path) -> list[Path]:
    """The weight files that mlx-lm reads, sorted by name."""
    return sorted(path.glob("model*.safetensors"))


def chat_template(path: Path) -> str:
    """The chat template's source, "" when there is none."""
    for name in _TEMPLATES:
        if (path / name).is_file():
            return (path / name).read_text(encoding="utf-8", errors="replace")
    if not (path / "tokenizer_config.json").is_file():
        return ""
    template = _object(path, "tokenizer_config.json").get("chat_template")
    return template if isinstance(template, str) else json.dumps(template) if template else ""


def identity_of(path: Path) -> dict[str, str]:
    """SHA-256 digests of what decides a model's replies: weights, config, tokenizer, template."""
    return {
        "weights": _digest(weight_files(path)),
        "config": _digest([path / "config.json"]),
        "tokenizer": _digest(path / name for name in _TOKENIZERS if (path / name).is_file()),
        "template": hashlib.sha256(chat_template(path).encode()).hexdigest(),
    }


def stamp_of(path: Path) -> frozenset[tuple[str, int, int, int]]:
    """Name, size, time of change and inode of every file: another one means that something was written meanwhile."""
    found = ((file.relative_to(path).as_posix(), file.stat()) for file in path.rglob("*") if file.is_file())
    return frozenset((name, stat.st_size, stat.st_mtime_ns, stat.st_ino) for name, stat in found)


def adapter_identity(path: Path) -> dict[str, str]:
    """SHA-256 digest of what decides what a LoRA adapter of mlx-lm does: its weights and its configuration."""
    return {"adapter": _digest(path / name for name in ("adapters.safetensors", "adapter_config.json"))}


def size_of(path: Path) -> int:
    """Bytes of all files in the folder."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _check_weights(path: Path) -> None:
    files = weight_files(path)
    if not files:
        _refuse(
            path, "no weights (model*.safetensors)", "give the folder of a fused or quantized model, not an adapter"
        )
    for file in files:
        _check_length(path, file)
    if (path / "model.safetensors.index.json").is_file():
        listed = _object(path, "model.safetensors.index.json").get("weight_map")
        if not isinstance(listed, dict):
            _refuse(path, "model.safetensors.index.json has no weight_map", "copy or build the model again")
        missing = sorted(set(map(str, listed.values())) - {file.name for file in files})
        if missing:
            _refuse(path, f"weights are incomplete: {missing[0]} is missing", "copy or build the model again")


def _check_length(path: Path, file: Path) -> None:
    """A safetensors file knows its length: 8 bytes, a JSON header of that many bytes, then the tensors."""
    with file.open("rb") as stream:
        start = stream.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == struct.calcsize("<Q") else _MAX_HEADER + 1
        header = stream.read(length) if length <= _MAX_HEADER else b""
    try:
        tensors = json.loads(header)
        end = max((entry["data_offsets"][1] for name, entry in tensors.items() if name != "__metadata__"), default=-1)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        end = -1
    if end < 0 or file.stat().st_size != 8 + length + end:
        _refuse(path, f"{file.name} is damaged or cut off", "copy or build the model again")


def _object(path: Path, name: str) -> dict[str, Any]:
    file = path / name
    if not file.is_file():
        _refuse(path, f"no {name}", "give the folder of a complete model")
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        _refuse(path, f"{name} is not valid JSON ({error})", "copy or build the model again")
    if not isinstance(found, dict):
        _refuse(path, f"{name} holds no JSON object", "copy or build the model again")
    return found


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _refuse(path: Path, what: str, remedy: str) -> NoReturn:
    message = f"{str(path)!r} is no usable model: {what}; {remedy}"
    raise ModelDirError(message)
