"""
What a fast BLAS is worth: one training step of a small Qwen3, with and without.

Run by name, `python evals/bench/bench_blas.py` or `tox -e bench`; each side is measured in a process of its own,
because the library that mlx calls is fixed once mlx is imported. Machines are noisy: read the ratio.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console

from punie.blas import SWITCH, ensure_fast_blas

WIDTH: Final = 192
LAYERS: Final = 4
VOCABULARY: Final = 4096
ROWS: Final = 8
TOKENS: Final = 256
STEPS: Final = 3
_CHILD: Final = "step"


def best_step() -> float:
    """Seconds of the fastest of a few training steps in this process, after one that warms up."""
    ensure_fast_blas()

    import mlx.core as mx
    from mlx import nn, optimizers
    from mlx_lm.models.qwen3 import Model, ModelArgs

    mx.random.seed(0)
    model = Model(ModelArgs.from_dict(architecture()))
    rows = mx.random.randint(0, VOCABULARY, (ROWS, TOKENS + 1))
    optimizer = optimizers.AdamW(learning_rate=1e-3)
    gradient = nn.value_and_grad(model, lambda net, x: nn.losses.cross_entropy(net(x[:, :-1]), x[:, 1:]).mean())
    seconds = []
    for _ in range(1 + STEPS):
        start = time.perf_counter()
        _, gradients = gradient(model, rows)
        optimizer.update(model, gradients)
        mx.eval(model.state, optimizer.state)
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


def architecture() -> dict[str, object]:
    """The settings of the model: about 3 million parameters."""
    return {
        "model_type": "qwen3",
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "intermediate_size": 2 * WIDTH,
        "num_attention_heads": WIDTH // 64,
        "num_key_value_heads": 1,
        "head_dim": 64,
        "rms_norm_eps": 1e-6,
        "vocab_size": VOCABULARY,
        "max_position_embeddings": 2 * TOKENS,
        "rope_theta": 10_000.0,
        "tie_word_embeddings": True,
    }


def measured(switch: str) -> float:
    """Seconds of a step in a fresh process with `PUNIE_BLAS` set to `switch`."""
    command = [sys.executable, str(Path(__file__).resolve()), _CHILD]
    environment = {**os.environ, SWITCH: switch}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this file
    return float(done.stdout)


def main() -> None:
    """Print both times and their ratio, or, as a child, the seconds of a step."""
    console = Console(highlight=False)
    if sys.argv[1:] == [_CHILD]:
        console.print(best_step())
        return
    console.print(f"training step, Qwen3 {WIDTH}x{LAYERS}, vocabulary {VOCABULARY}, {ROWS}x{TOKENS} tokens")
    reference, fast = measured("off"), measured("on")
    for name, seconds in (("reference BLAS", reference), ("fast BLAS", fast)):
        console.print(f"{name:>16}: {seconds:6.2f} s, {ROWS * TOKENS / seconds:6.0f} tokens/s")
    console.print(f"{'ratio':>16}: {reference / fast:6.1f}")


if __name__ == "__main__":
    main()
