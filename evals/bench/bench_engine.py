"""
How much faster punie's engine answers a suite than a loop over `mlx_lm.generate`, on the same model.

Run by name, `python evals/bench/bench_engine.py [--model DIR] [--queries N] [--system full|brief]
[--batch N]` or `tox -e bench`.
All turns of the queries are asked, under the whole system prompt. Each side is measured in a process of its own, one
after the other, because the BLAS that MLX calls is fixed once MLX is imported: punie's engine, the loop with the same
fast BLAS (the ratio that counts), and the loop as MLX is installed, with the reference BLAS. All decode greedily with
the same token budget; loading is left out. The exit status is 1 when a verdict differs, or when the whole suite under
the full prompt is not answered as much faster as wanted. Machines are noisy: read the ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console

from punie.agent.config import PROMPT_NAMES, system_prompt
from punie.agent.prompt_utils import format_prompt_with_history
from punie.blas import SWITCH, ensure_fast_blas
from punie.evaluation import Query, grade, load_suite
from punie.evaluation.batching import spread
from punie.evaluation.inputs import InputError, newest_model
from punie.evaluation.models import Answer, MlxModel, Model, ModelDirError, check_model_dir
from punie.evaluation.models.mlx import BATCH, MAX_TOKENS
from punie.evaluation.models.protocol import Fact, OnReply
from punie.evaluation.run import ModelSource

ROOT: Final = Path(__file__).parents[2]
WANTED: Final = 15.0  # times as fast as the loop with the same BLAS
# What is measured, and the value of PUNIE_BLAS meanwhile.
SIDES: Final = {"punie": "on", "loop": "on", "loop, reference BLAS": "off"}


class Measured(NamedTuple):
    """The replies to each query, the seconds that all of them took, and the tokens of the longest prompt."""

    seconds: float
    replies: Mapping[str, Sequence[str]]
    longest: int


class Loop:
    """One `mlx_lm.generate` after the other, on the weights as they are stored."""

    name = "loop"
    identity: Mapping[str, str] = {}
    facts: Mapping[str, Fact] = {}

    def __init__(self, path: Path) -> None:
        ensure_fast_blas()
        from mlx_lm import load

        self._model, self._tokenizer = load(str(path))[:2]

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        """The answers without their seconds; nothing is drawn."""
        del draws, on_reply
        return [self._one(prompt) for prompt in prompts]

    def _one(self, prompt: str) -> Answer:
        from mlx_lm import generate

        text = generate(self._model, self._tokenizer, prompt=prompt, max_tokens=MAX_TOKENS)
        return Answer(text, prompt_tokens=len(self._tokenizer.encode(prompt)))


def asked(model: Model, arguments: argparse.Namespace) -> Measured:
    """Ask all turns of the queries."""
    render = partial(format_prompt_with_history, model_path=arguments.model, system=system_prompt(arguments.system))
    source = ModelSource(model, render)
    start = time.perf_counter()
    found = source.samples(queries_of(arguments), lambda: None)
    seconds = time.perf_counter() - start
    answers = {name: sample for name, (sample,) in found.items()}
    longest = max(answer.prompt_tokens for sample in answers.values() for answer in sample)
    return Measured(seconds, {name: [own.text for own in sample] for name, sample in answers.items()}, longest)


def queries_of(arguments: argparse.Namespace) -> list[Query]:
    """So many queries of the suite, from all over it."""
    queries = {query.id: query for query in load_suite("57").queries}
    return [queries[name] for name in spread(queries, arguments.queries)]


def in_fresh_process(side: str, arguments: argparse.Namespace) -> Measured:
    """What one side takes."""
    command = [sys.executable, str(Path(__file__).resolve()), "--side", side, "--model", str(arguments.model)]
    command += ["--queries", str(arguments.queries), "--system", arguments.system, "--batch", str(arguments.batch)]
    environment = {**os.environ, SWITCH: SIDES[side]}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this file
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def compare(arguments: argparse.Namespace, console: Console) -> bool:
    """Print times, ratios and differences; whether the verdicts are the same and the ratio is reached."""
    queries = queries_of(arguments)
    ours, same, reference = found = [in_fresh_process(side, arguments) for side in SIDES]
    turns = sum(map(len, ours.replies.values()))
    console.print(
        f"{arguments.model.name}: {len(queries)} queries with {turns} turns, system prompt {arguments.system}"
    )
    console.print(f"prompts of {ours.longest} tokens at most, replies of {MAX_TOKENS} at most, greedy")
    for side, figures in zip(SIDES, found, strict=True):
        console.print(f"{side:>22}: {figures.seconds:8.2f} s, {figures.seconds / turns:6.3f} s a reply")
    ratio = same.seconds / ours.seconds
    whole = arguments.system == "full" and len(queries) == len(load_suite("57").queries)
    wanted = f", {WANTED:g} wanted" if whole else ""
    console.print(f"{'ratio, same BLAS':>22}: {ratio:8.1f}{wanted}")
    console.print(f"{'ratio, as installed':>22}: {reference.seconds / ours.seconds:8.1f}")
    verdicts = [{query.id: grade(query, side.replies[query.id]).strict for query in queries} for side in found]
    console.print(
        f"{'verdicts':>22}: {sum(verdicts[0].values())} of {len(queries)} passed, {_differing(verdicts)} differ"
    )
    console.print(f"{'replies':>22}: {_differing([side.replies for side in found])} queries answered otherwise")
    return not _differing(verdicts) and (ratio >= WANTED or not whole)


def _differing(sides: Sequence[Mapping[str, object]]) -> int:
    """To how many queries the sides do not all say the same."""
    first, *others = sides
    return sum(any(other[name] != value for other in others) for name, value in first.items())


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="punie's engine beside a loop over mlx_lm.generate")
    parser.add_argument("--model", type=Path, help="folder of the model (default: the newest of recipe nano)")
    parser.add_argument("--queries", type=int, default=57, metavar="N", help="of suite 57 (default: all)")
    parser.add_argument("--system", choices=PROMPT_NAMES, default="full", help="system prompt (default: full)")
    parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"replies at once (default: {BATCH})")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    try:
        arguments.model = arguments.model or newest_model(ROOT, "nano")
        check_model_dir(arguments.model)
    except (InputError, ModelDirError) as error:
        parser.error(str(error))
    for name in ("queries", "batch"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name} {getattr(arguments, name)}: 1 at least is wanted")
    return arguments


def main() -> None:
    """Compare, or, as a child, measure one side and print it as JSON."""
    arguments = read_arguments()
    if not arguments.side:
        sys.exit(0 if compare(arguments, Console(highlight=False, soft_wrap=True)) else 1)
    ours = arguments.side == "punie"
    model: Model = MlxModel(arguments.model).resized(arguments.batch) if ours else Loop(arguments.model)
    sys.stdout.write(json.dumps(asked(model, arguments)._asdict()) + "\n")


if __name__ == "__main__":
    main()
