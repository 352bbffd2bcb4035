"""
Models in MLX, answering in batches.

Batches are continuous: a row that ends makes room for the next. The prompts of a run share their system prompt: its
part of the cache is computed once, for later turns too. On CPUs all rows attend to that one part, elsewhere each has a
copy. On CPUs MLX multiplies quantized weights without BLAS, about seven times slower than float32, so there the weights
are dequantized exactly to float32 after loading; `facts` says so.
"""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from punie.blas import ensure_fast_blas
from punie.evaluation.models.engine import versions
from punie.evaluation.models.loading import (
    ModelDirError,
    adapter_identity,
    check_model_dir,
    identity_of,
    size_of,
    stamp_of,
)
from punie.evaluation.models.prefix import SharedPrefix
from punie.evaluation.models.protocol import Answer, Fact, OnReply

MAX_TOKENS: Final = 512
BATCH: Final = 64  # rows that generate at once
_PREFILL: Final = 8  # rows whose prompts are computed at once
_FLOAT32_BYTES: Final = 4
_SEED: Final = 42


class MlxModel:
    """
    A model folder in the Hugging Face layout, loaded with mlx-lm.

    Args:
        path: the model's folder.
        adapter: folder of a LoRA adapter of mlx-lm to put on the model, unfused; None for the model as it is.
        max_tokens: token budget of a reply; a reply that needs more is cut off and not `finished`.
        as_stored: compute with the weights as they are stored, on CPUs too.
        share_prefix: compute the tokens that all prompts begin with once.
        temperature: 0 answers greedily; above it replies are drawn, each from the seed in `facts`, its prompt and the
            number of its draw, whatever else is asked.

    Attributes:
        batch_size: how many replies are generated at once.
        prefix: what prompts share; None when each is computed whole.

    Raises:
        ModelDirError: the folder is no complete model.

    """

    def __init__(
        self,
        path: Path,
        *,
        adapter: Path | None = None,
        max_tokens: int = MAX_TOKENS,
        as_stored: bool = False,
        share_prefix: bool = True,
        temperature: float = 0.0,
    ) -> None:
        check_model_dir(path)
        before = stamp_of(path)
        self._blas = ensure_fast_blas()
        self.name = path.name
        self.identity: Mapping[str, str] = identity_of(path) | ({} if adapter is None else adapter_identity(adapter))
        self._max_tokens = max_tokens
        self.batch_size = BATCH
        self._temperature = temperature
        self._asked: Counter[str] = Counter()
        self._model, self._tokenizer, config, began = _load(path, adapter)
        self._evaluated_as = "as stored" if as_stored else _for_this_device(self._model)
        if stamp_of(path) != before:
            message = f"{str(path)!r} is no usable model: it was written while it was loaded; load it again"
            raise ModelDirError(message)
        self._load_seconds = time.perf_counter() - began
        self.prefix = SharedPrefix(self._model) if share_prefix else None
        self._kept_once = self._evaluated_as.startswith("float32") and _can_share(self._model)
        self._bits = (config.get("quantization") or {}).get("bits")
        self._size = size_of(path)

    @property
    def settings(self) -> Mapping[str, Fact]:
        """Everything besides `identity`, the prompt and the draw that decides a reply: decoding, engine, machine."""
        import mlx.core as mx

        return {
            "max_tokens": self._max_tokens,
            "temperature": self._temperature,
            "seed": _SEED if self._temperature else None,
            "stop_tokens": ", ".join(map(str, sorted(self._tokenizer.eos_token_ids))),
            "evaluated_as": self._evaluated_as,
            "device": "cpu" if mx.default_device() == mx.cpu else "gpu",
            "blas": "fast" if self._blas.active else "as mlx brings it",
            "batch_size": self.batch_size,
            "shared_prefix": self._sharing,
            **versions(),
        }

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Size and peak memory in bytes, time of loading, bits per weight, tokens of the prefix, and the settings."""
        import mlx.core as mx

        return {
            "size_bytes": self._size,
            "peak_memory_bytes": int(mx.get_peak_memory()),
            "load_seconds": round(self._load_seconds, 3),
            "bits": self._bits,
            "shared_prefix_tokens": len(self.prefix.tokens) if self.prefix else 0,
            **self.settings,
        }

    @property
    def _sharing(self) -> str:
        if self.prefix is None:
            return "computed for each prompt"
        return "computed and kept once" if self._kept_once else "computed once, copied into each row"

    def resized(self, batch_size: int) -> MlxModel:
        """The same loaded model, answering so many prompts at once; one at a time shares nothing either."""
        other = copy(self)
        other.batch_size = batch_size
        other.prefix = SharedPrefix(self._model) if self.prefix and batch_size > 1 else None
        return other

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        """One answer for each prompt, in their order; above temperature 0 each time another; see `Model.answer`."""
        rows = [self._encode(prompt) for prompt in prompts]
        samplers = self._samplers(prompts, draws)
        # rows of similar length share a batch, so that little of it is padding
        order = sorted(range(len(rows)), key=lambda index: (len(rows[index]), index))
        answers: dict[int, Answer] = {}
        for index, answer in self._generate({index: rows[index] for index in order}, samplers):
            answers[index] = replace(answer, prompt_tokens=len(rows[index]))
            if on_reply is not None:
                on_reply(index, answers[index])
        return [answers[index] for index in range(len(rows))]

    def _encode(self, prompt: str) -> list[int]:
        bos = self._tokenizer.bos_token
        return list(self._tokenizer.encode(prompt, add_special_tokens=bos is None or not prompt.startswith(bos)))

    def _samplers(self, prompts: Sequence[str], draws: Sequence[int] | None) -> list[Any] | None:
        """What draws the tokens of each reply; None for the most probable ones."""
        if not self._temperature:
            return None
        numbers = [self._count(prompt) for prompt in prompts] if draws is None else draws
        return [
            _sampler(self._temperature, f"{_SEED}\0{draw}\0{prompt}")
            for prompt, draw in zip(prompts, numbers, strict=True)
        ]

    def _count(self, prompt: str) -> int:
        self._asked[prompt] += 1
        return self._asked[prompt] - 1

    def _generate(self, rows: Mapping[int, list[int]], samplers: Sequence[Any] | None) -> Iterator[tuple[int, Answer]]:
        from mlx_lm.generate import BatchGenerator

        if not rows:
            return
        stop = [[token] for token in self._tokenizer.eos_token_ids]
        generator = BatchGenerator(
            self._model,
            max_tokens=self._max_tokens,
            stop_tokens=stop,
            completion_batch_size=self.batch_size,
            prefill_batch_size=min(_PREFILL, self.batch_size),
        )
        try:
            prefix, cache = self.prefix.of(list(rows.values()), generator.stream) if self.prefix else ([], None)
            # asked again each time: whoever replaced the model's attention meanwhile took this away
            if cache is not None and self._kept_once and _can_share(self._model):
                cache = _kept_once(cache)
            drawn = None if samplers is None else [samplers[index] for index in rows]
            uids = _insert(generator, rows, prefix, cache, drawn)
            yield from _Decoder(self._tokenizer, uids).run(generator)
        finally:
            generator.close()


class _Decoder:
    """Collects the tokens of a batch's rows until each is complete."""

    def __init__(self, tokenizer: Any, uids: Mapping[int, int]) -> None:  # noqa: ANN401 - mlx-lm has no types
        self._tokenizer = tokenizer
        self._index = uids
        self._tokens: dict[int, list[int]] = {uid: [] for uid in uids}
        self._started: dict[int, float] = {}
        self._first: dict[int, float] = {}

    def run(self, generator: Any) -> Iterator[tuple[int, Answer]]:  # noqa: ANN401 - mlx-lm has no types
        """Each row's index and answer, in the order in which they are complete."""
        while True:
            now = time.perf_counter()
            prefilled, generated = generator.next()
            if not prefilled and not generated:
                return
            for response in prefilled:
                self._started.setdefault(response.uid, now)
            for response in generated:
                self._first.setdefault(response.uid, time.perf_counter())
                if response.finish_reason != "stop":
                    self._tokens[response.uid].append(response.token)
                if response.finish_reason is not None:
                    yield self._index[response.uid], self._answer(response)

    def _answer(self, response: Any) -> Answer:  # noqa: ANN401 - mlx-lm has no types
        uid, tokens, finished = response.uid, self._tokens[response.uid], response.finish_reason == "stop"
        return Answer(
            self._tokenizer.decode(tokens),
            time.perf_counter() - self._started[uid],
            finished=finished,
            tokens=len(tokens) + finished,
            first_token=self._first[uid] - self._started[uid],
        )


def _sampler(temperature: float, seed: str) -> Callable[[Any], Any]:
    """What draws the tokens of one reply."""
    import mlx.core as mx

    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    keys = _keys(mx, int.from_bytes(digest[:8], "big"))
    # mlx-lm's own sampler is compiled, which takes a C++ compiler and many seconds on CPUs
    return lambda logprobs: mx.random.categorical(logprobs / temperature, key=next(keys))


def _keys(mx: Any, seed: int) -> Iterator[Any]:  # noqa: ANN401 - mlx has no types
    key = mx.random.key(seed)
    while True:
        key, token = mx.random.split(key)
        yield token


def _can_share(model: Any) -> bool:  # noqa: ANN401 - mlx-lm has no types
    from punie.evaluation.models.shared_attention import can_share

    return can_share(model)


def _kept_once(cache: list[Any]) -> list[Any]:
    from punie.evaluation.models.shared_attention import SharedRow

    return [SharedRow(layer) for layer in cache]


def _insert(
    generator: Any,  # noqa: ANN401 - mlx-lm has no types
    rows: Mapping[int, list[int]],
    prefix: list[int],
    cache: Any,  # noqa: ANN401 - mlx-lm has no types
    samplers: list[Any] | None,
) -> dict[int, int]:
    """Queue the rows, behind the prefilled cache if there is one; the index of each row by its id in the batch."""
    if cache is None:
        uids = generator.insert(list(rows.values()), samplers=samplers)
    else:
        # the batch copies the caches it merges, so that all rows can name the same one
        rests = [row[len(prefix) :] for row in rows.values()]
        uids = generator.insert(
            rests, caches=[cache] * len(rows), all_tokens=[list(prefix) for _ in rows], samplers=samplers
        )
    return dict(zip(uids, rows, strict=True))


def _load(path: Path, adapter: Path | None) -> tuple[Any, Any, dict[str, Any], float]:
    """Model, tokenizer, configuration, and when loading began: importing libraries is no part of it."""
    # What other packages deprecate is no fault of the model, and must not fail a run in which warnings are errors.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlx.core as mx
        from mlx_lm import load

        mx.reset_peak_memory()
        began = time.perf_counter()
        local = {"trust_remote_code": False, "local_files_only": True}
        lora = None if adapter is None else str(adapter)
        try:
            model, tokenizer, config = load(str(path), tokenizer_config=local, adapter_path=lora, return_config=True)
        except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())
            message = f"{str(path)!r} is no usable model: mlx-lm cannot load it ({reason}); build or copy it again"
            raise ModelDirError(message) from error
    return model, tokenizer, config, began


def _for_this_device(model: Any) -> str:  # noqa: ANN401 - mlx has no types
    """Bring the weights into the form that computes fastest here without changing their values, and name it."""
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_lm.utils import dequantize_model, get_total_parameters

    if mx.default_device() != mx.cpu:
        return "as stored"
    if get_total_parameters(model) * _FLOAT32_BYTES > _memory_bytes() // 2:
        return "as stored (too large for float32 in memory)"
    quantized = any(name.endswith(".scales") for name, _ in tree_flatten(model.parameters()))
    # first the scales, then the weights: the products are then rounded once, in float32
    model.set_dtype(mx.float32)
    dequantize_model(model)
    mx.eval(model.parameters())
    return "float32, dequantized from the stored weights" if quantized else "float32"


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
