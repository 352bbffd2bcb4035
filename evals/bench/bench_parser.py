"""
The reply parser beside mlx-lm's, in one run.

Run by name, `pytest evals/bench/bench_parser.py`. mlx-lm reads a reply in two steps, a walk over its characters that
cuts out the calls and expressions that take a call apart; both together are what `parse_reply` does. CPU time is
measured, and the fastest round counts, because machines are noisy: read the ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from punie.agent.tool_calls import StreamParser, emit_call, parse_reply
from punie.blas import ensure_fast_blas

Parser = Callable[[str], Any]
CODE: Final = """\
result = typecheck("src/services/")
# what each file adds to the sum
counts = {}
for error in result.errors:
    counts[error.file] = counts.get(error.file, 0) + 1
for name, count in sorted(counts.items()):
    print(f"{name}: {count} errors")
"""
SIZES: Final = {"300 B": 1, "10 KB": 40, "1 MB": 4000}
SMALL: Final = 100_000
LARGE: Final = 1_000_000
# Repeated after an opened value; what the quadratic parsers among the released ones stumble over.
HOSTILE: Final = (
    "<tool_call>",
    "<tool_call><function=f><parameter=a>",
    "<function=",
    "<parameter=a>",
    "\n<parameter=a>",
    "</parameter>",
    "<",
)
# Tenfold input may cost this much: linear, and some noise.
GROWTH: Final = 14
CHUNK: Final = 4

pytestmark = pytest.mark.benchmark(timer=time.process_time, disable_gc=True, warmup=False)


def normal(repetitions: int) -> str:
    return f"Let me look.\n{emit_call(CODE * repetitions)}"


def hostile(unit: str, size: int) -> str:
    return "<tool_call>\n<function=f>\n<parameter=a>\n" + unit * (size // len(unit))


def streamed(text: str) -> object:
    parser = StreamParser()
    for start in range(0, len(text), CHUNK):
        parser.feed(text[start : start + CHUNK])
    return parser.close()


@pytest.fixture(scope="module")
def mlx_lm() -> Parser:
    """mlx-lm's way from a reply to its calls, as its server goes it."""
    ensure_fast_blas()

    from mlx_lm.generate import TextStateMachine
    from mlx_lm.tool_parsers.qwen3_coder import parse_tool_call

    edges = {"normal": [("<tool_call>", "tool")], "tool": [("</tool_call>", "normal")]}

    def parse(text: str) -> object:
        state, segments = TextStateMachine.split(TextStateMachine(edges).make_state(), text)
        calls = []
        for name, part in segments:
            if name == "tool":
                try:
                    calls.append(parse_tool_call(part, None))
                except ValueError:
                    continue
        return state, calls

    return parse


def best(parse: Parser, text: str, rounds: int = 3) -> float:
    """Seconds of CPU time of the fastest round."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        parse(text)
        seconds.append(time.process_time() - start)
    return min(seconds)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["punie", "mlx-lm"])
def test_a_normal_reply(benchmark: BenchmarkFixture, mlx_lm: Parser, name: str, size: str) -> None:
    benchmark.group = f"normal, {size}"

    assert benchmark(parse_reply if name == "punie" else mlx_lm, normal(SIZES[size]))


@pytest.mark.parametrize("size", SIZES)
def test_a_normal_reply_in_pieces(benchmark: BenchmarkFixture, size: str) -> None:
    benchmark.group = f"normal, {size}"

    assert benchmark(streamed, normal(SIZES[size]))


@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
@pytest.mark.parametrize(("name", "size"), [("punie", SMALL), ("punie", LARGE), ("mlx-lm", SMALL)])
def test_a_hostile_reply(benchmark: BenchmarkFixture, mlx_lm: Parser, unit: str, name: str, size: int) -> None:
    benchmark.group = f"hostile, {unit!r}"
    parse = parse_reply if name == "punie" else mlx_lm

    text = hostile(unit, size) + "</function></tool_call>"

    assert benchmark.pedantic(parse, (text,), rounds=3 if name == "punie" else 1)


@pytest.mark.parametrize("size", SIZES)
def test_a_normal_reply_is_read_as_fast_as_by_mlx_lm(mlx_lm: Parser, size: str) -> None:
    text = normal(SIZES[size])

    assert best(parse_reply, text, rounds=20) <= best(mlx_lm, text, rounds=20)


@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
def test_ten_times_the_text_takes_ten_times_as_long(unit: str) -> None:
    small, large = (best(parse_reply, hostile(unit, size)) for size in (SMALL, LARGE))

    assert large <= GROWTH * small
