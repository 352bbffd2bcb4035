"""What a model takes as it is stored: time to load, time to reply to one request after the other, and memory."""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.models import Loaded, load_model
from punie.agent.prompt_utils import format_prompt, system_of
from punie.blas import ensure_fast_blas
from punie.evaluation.sweep import AS_STORED

REQUESTS: Final = 9  # the first one apart
MAX_TOKENS: Final = 64


class Speed(NamedTuple):
    """Seconds to load and of each reply in order, peak memory in bytes, the device, and the form it computed in."""

    load: float
    replies: tuple[float, ...]
    peak_memory: int
    device: str
    computed: str


def measure_speed(folder: Path, requests: Sequence[str]) -> Speed:
    """
    Load the model in `folder` and let it reply, greedily, without a cache that one reply leaves to the next.

    Nothing is unpacked for the CPU: so a server would run it.

    Args:
        folder: of the model.
        requests: of users, one at least.

    Raises:
        StageError: mlx-lm cannot load it.
    """
    prompts = [format_prompt(request, folder, system=system_of(folder)) for request in requests]
    ensure_fast_blas()
    import mlx.core as mx

    gc.collect()
    mx.clear_cache()
    mx.reset_peak_memory()
    started = time.perf_counter()
    loaded = load_model(folder)
    seconds = time.perf_counter() - started
    computed = _computable(loaded)
    replies = tuple(_seconds(loaded.model, loaded.tokenizer, prompt) for prompt in prompts)
    device = "cpu" if mx.default_device() == mx.cpu else "gpu"
    return Speed(seconds, replies, int(mx.get_peak_memory()), device, computed)


def _computable(loaded: Loaded) -> str:
    """Leave the weights as they are stored where the device can compute so, and name their form."""
    import mlx.core as mx

    # mlx multiplies matrices of experts on CPUs in float32 or packed, not in float16
    if mx.default_device() != mx.cpu or "quantization" in loaded.config or not loaded.config.get("num_experts"):
        return AS_STORED
    loaded.model.set_dtype(mx.float32)
    mx.eval(loaded.model.parameters())
    return "float32"


def _seconds(model: Any, tokenizer: Any, prompt: str) -> float:  # noqa: ANN401 - mlx-lm has no types
    from mlx_lm import generate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = time.perf_counter()
        generate(model, tokenizer, prompt=prompt, max_tokens=MAX_TOKENS)
        return time.perf_counter() - started
