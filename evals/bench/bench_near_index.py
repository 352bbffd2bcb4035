"""
What the search for duplicates, near rows and overlap costs as a set grows.

Run by name, `python evals/bench/bench_near_index.py`, with `--million` for the million rows too. Each size runs in a
process of its own, whose peak memory is that of all rules together; the rows are drawn while they are checked. Some of
them are copies with a changed word, so that the share that is found can be told.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Final

from punie.training.checks.duplicates import DuplicatesInSplit
from punie.training.checks.overlap import EvalOverlap, TrainOverlap
from punie.training.checks.row import CheckedRow
from punie.training.dataset import ChatMessage, SplitName, TrainingExample

SIZES: Final = (1_000, 10_000, 100_000)
MILLION: Final = 1_000_000
_HELD_OUT: Final = 10  # every tenth row
_CHANGED: Final = 5  # of these, every fifth is a changed row of train
_VERBS: Final = ("find", "list", "show", "count", "explain", "check", "compare", "rename")
_FORMS: Final = (
    "{verb} every use of {one}_{two} in the {three} package",
    "please {verb} what {one} does with {two}, then {three}",
    "where is {one}_{two} defined and who calls it in {three}?",
    "can you {verb} the {one} tests of {two}/{three}.py for me",
)
_SUITE: Final = tuple(f"{verb} the lint findings of the billing folder" for verb in _VERBS)
_PER_MEGABYTE: Final = 1024 * 1024 if sys.platform == "darwin" else 1024


def drawn_rows(size: int) -> Iterator[tuple[CheckedRow, bool]]:
    """Yield rows, train first, and whether a row is a changed copy of one in train."""
    draw = random.Random(size)  # noqa: S311 - choices, no secrets
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(4, 9))) for _ in range(20_000)]
    held = size // _HELD_OUT
    kept: list[str] = []
    for line in range(1, size - held + 1):
        query = _query(draw, words)
        if line % (_HELD_OUT * _CHANGED) == 0:
            kept.append(query)
        yield _row("train", line, query), False
    for line in range(1, held + 1):
        is_changed = line % _CHANGED == 0 and bool(kept)
        query = f"{kept.pop()} now" if is_changed else _query(draw, words)
        yield _row("valid", line, query), is_changed


def _query(draw: random.Random, words: list[str]) -> str:
    one, two, three = draw.choices(words, k=3)
    return draw.choice(_FORMS).format(verb=draw.choice(_VERBS), one=one, two=two, three=three)


def _row(split: SplitName, line: int, query: str) -> CheckedRow:
    messages = (ChatMessage(role="user", content=query), ChatMessage(role="assistant", content="Which one?"))
    return CheckedRow(split, f"{split}.jsonl", line, TrainingExample(messages=messages))


def measure(size: int) -> None:
    """Print the time and peak memory of one size, and the share of changed copies that is found."""
    rules = (DuplicatesInSplit(), TrainOverlap(), EvalOverlap(_SUITE))
    changed: set[int] = set()
    start = time.perf_counter()
    for row, is_changed in drawn_rows(size):
        if is_changed:
            changed.add(row.line)
        for rule in rules:
            list(rule.see(row))
    counts: Counter[str] = Counter()
    hits = 0
    for rule in rules:
        for finding in rule.end():
            counts[finding.rule] += 1
            hits += finding.rule.startswith("train_overlap") and finding.line in changed
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE
    share = hits / len(changed) if changed else 1.0
    sys.stdout.write(f"{size} {seconds:.2f} {peak:.0f} {share:.4f} {dict(counts)}\n")


def main() -> None:
    """Measure each size in a process of its own, and say by how much the time grows."""
    sizes = (*SIZES, MILLION) if "--million" in sys.argv else SIZES
    before = 0.0
    for size in sizes:
        command = [sys.executable, __file__, "--size", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this very file
        _, seconds, peak, share, counts = done.stdout.strip().split(" ", 4)
        growth = f", {float(seconds) / before:.1f} times as long" if before else ""
        sys.stdout.write(f"{size:>9,} rows: {seconds} s, {peak} MB, {share} found{growth} {counts}\n")
        sys.stdout.flush()
        before = float(seconds)


if __name__ == "__main__":
    if "--size" in sys.argv:
        measure(int(sys.argv[-1]))
    else:
        main()
