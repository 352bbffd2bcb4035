"""The log of a training run, in the form in which mlx-lm's trainer prints it; `parse_training_log` reads it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.curves import Curves


def log_text(curves: Curves, trainable: int, total: int) -> str:
    """
    Return the whole log.

    Args:
        curves: both loss curves.
        trainable: number of trained weights.
        total: number of weights of the model.
    """
    share = f"Trainable parameters: {100 * trainable / total:.3f}% ({trainable / 1e6:.3f}M/{total / 1e6:.3f}M)"
    # mlx-lm validates before a step, and prints the number of that step
    points = [(point["iteration"] + 1, 0, line) for point, line in _valid(curves)]
    points += [(point["iteration"], 1, line) for point, line in _train(curves)]
    lines = [line for *_, line in sorted(points)]
    return "\n".join([share, "  iter   train_loss     tok/s     tokens", *lines, ""])


def _valid(curves: Curves) -> Iterator[tuple[dict[str, float], str]]:
    for point in curves.valid:
        yield point, f"  {point['iteration'] + 1:>4.0f}    val {point['loss']:>5.3f}    {point['seconds']:.2f}s"


def _train(curves: Curves) -> Iterator[tuple[dict[str, float], str]]:
    before = float("inf")
    for point in curves.train:
        arrow = "▼" if point["loss"] <= before else "▲"
        before = point["loss"]
        speed, thousands = point["tokens_per_second"], point["trained_tokens"] / 1000
        yield point, f"  {point['iteration']:>4.0f}    {before:>5.3f} {arrow}    {speed:>5,.0f}    {thousands:>5.1f}k"
