from __future__ import annotations

import threading
import time

import pytest

from punie.agent.monty_runner import Execution, Failure, Limits, execute_code
from punie.agent.typed_tools import TypeCheckError, TypeCheckResult
from punie.testing import SpyTools

MIB = 1024 * 1024
# Small enough to be quick, with room for a machine that is busy.
SHORT = Limits(seconds=0.3)
FIELDS = ("seconds", "memory_bytes", "output_bytes", "call_depth", "tool_calls", "tool_seconds")


def failure(found: Execution) -> Failure:
    assert found.error is not None

    return found.error


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_is_positive(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"limit {field} is {value!r}: give a number above 0"):
        Limits(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "sum(range(10**12))",
        "len(str(10**(10**7)))",
    ],
    ids=["endless", "endless though caught", "long sum", "one long step"],
)
def test_a_run_that_takes_too_long_is_ended(code: str) -> None:
    found = execute_code(code, {}, SHORT)

    assert failure(found).type == "TimeoutError"
    assert found.seconds < 10


def test_output_before_a_time_out_is_kept() -> None:
    found = execute_code("print('before')\nwhile True:\n    pass", {}, SHORT)

    assert (found.output, failure(found).type) == ("before\n", "TimeoutError")


def test_after_a_time_out_the_next_run_is_sound() -> None:
    execute_code("x = 1\nwhile True:\n    pass", {}, SHORT)

    assert failure(execute_code("print(x)", {}, SHORT)).type == "NameError"


def test_sleeping_takes_no_time() -> None:
    found = execute_code("import time\ntime.sleep(3600)\nprint('slept')", {}, SHORT)

    assert (found.output, found.error) == ("slept\n", None)


def test_time_in_tools_is_not_the_codes_time() -> None:
    def read_file(path: str) -> str:
        time.sleep(0.5)
        return path

    assert execute_code("print(read_file('a'))", {"read_file": read_file}, SHORT).output == "a\n"


@pytest.mark.parametrize(
    "code",
    [
        "x = [0] * 10**9",
        "x = 'a'\nwhile True:\n    x += x",
        "x = []\nwhile True:\n    x.append('a' * 1000)",
        "x = list(range(10**9))",
        "x = {}\nfor n in range(10**8):\n    x[n] = n",
    ],
    ids=["at once", "doubling", "many texts", "list", "dict"],
)
def test_memory_is_limited(code: str) -> None:
    found = execute_code("print('before')\n" + code, {}, Limits(memory_bytes=16 * MIB))

    assert failure(found).type == "MemoryError"
    assert found.output == "before\n"


def test_what_fits_into_memory_runs() -> None:
    assert execute_code("print(len('a' * 4_000_000))", {}, Limits(memory_bytes=16 * MIB)).output == "4000000\n"


def test_output_is_cut_at_its_limit_and_the_run_goes_on() -> None:
    spies = SpyTools.dirty()
    found = execute_code("print('ab' * 5000)\ntypecheck('a')", spies, Limits(output_bytes=1000))

    assert (found.output, found.output_cut, found.error) == ("ab" * 500, True, None)
    assert spies.called() == ("typecheck",)


@pytest.mark.parametrize("end", ["", "\\n"], ids=["one line", "lines"])
def test_a_flood_of_output_is_cut_and_ends_in_time(end: str) -> None:
    limits = Limits(seconds=0.3, output_bytes=1000)
    found = execute_code(f"while True:\n    print('ab', end='{end}')", {}, limits)

    assert (len(found.output), found.output_cut) == (1000, True)
    assert failure(found).type == "TimeoutError"


def test_output_is_cut_between_characters() -> None:
    found = execute_code("print('é😀' * 5000)", {}, Limits(output_bytes=1001))

    assert found.output_cut
    assert set(found.output) == {"é", "😀"}
    assert 990 < len(found.output.encode()) <= 1001


def test_output_within_its_limit_is_whole() -> None:
    found = execute_code("print('a' * 999)", {}, Limits(output_bytes=1000))

    assert (found.output, found.output_cut, found.error) == ("a" * 999 + "\n", False, None)


def test_memory_that_runs_out_is_no_cut_output() -> None:
    found = execute_code("print('a')\nx = [0] * 10**9", {}, Limits(output_bytes=2))

    assert (found.output, found.output_cut, failure(found).type) == ("a\n", False, "MemoryError")


@pytest.mark.parametrize(
    "code",
    [
        "def f(n):\n    return f(n + 1)\n\nf(0)",
        "f = lambda g: g(g)\nf(f)",
        "class A:\n    def __repr__(self):\n        return repr(self)\n\nprint(A())",
    ],
    ids=["function", "lambda", "repr"],
)
def test_call_depth_is_limited(code: str) -> None:
    assert failure(execute_code(code, {})).type == "RecursionError"


def test_call_depth_is_as_given() -> None:
    code = "def f(n):\n    return n if n == 0 else f(n - 1)\n\nprint(f(50))"

    assert execute_code(code, {}, Limits(call_depth=80)).output == "0\n"
    assert failure(execute_code(code, {}, Limits(call_depth=40))).type == "RecursionError"


def test_tool_calls_are_limited() -> None:
    spies = SpyTools.dirty()
    found = execute_code("print('before')\nwhile True:\n    typecheck('a')", spies, Limits(tool_calls=3))

    assert str(found.error) == "ToolCallLimitError: calls more than 3 tools"
    assert (found.output, len(found.calls), len(spies.calls)) == ("before\n", 3, 3)


def test_no_code_catches_the_limit_of_tool_calls() -> None:
    spies = SpyTools.dirty()
    code = "while True:\n    try:\n        typecheck('a')\n    except BaseException:\n        pass"
    found = execute_code(code, spies, Limits(tool_calls=3))

    assert failure(found).type == "ToolCallLimitError"
    assert len(spies.calls) == 3


def test_as_many_calls_as_allowed_run() -> None:
    found = execute_code("for n in range(3):\n    typecheck('a')", SpyTools.dirty(), Limits(tool_calls=3))

    assert (found.error, len(found.calls)) == (None, 3)


def test_a_slow_tool_is_a_time_out_in_the_code() -> None:
    code = "try:\n    read_file('a')\nexcept TimeoutError as error:\n    print(error)"
    done = threading.Event()

    def read_file(path: str) -> str:
        done.wait(30)
        return path

    found = execute_code(code, {"read_file": read_file}, Limits(tool_seconds=0.1))
    done.set()

    assert (found.output, found.error) == ("read_file() took longer than 0.1 s\n", None)
    assert isinstance(found.calls[0].error, TimeoutError)


def test_a_slow_tool_ends_code_that_does_not_catch_it() -> None:
    done = threading.Event()
    tools = {"read_file": lambda _: str(done.wait(30))}
    found = execute_code("\nread_file('a')", tools, Limits(tool_seconds=0.1))
    done.set()

    assert str(found.error) == "TimeoutError: read_file() took longer than 0.1 s (line 2)"


def test_names_that_do_not_exist_cannot_be_asked_for_ever() -> None:
    code = "while True:\n    try:\n        missing\n    except NameError:\n        pass"

    assert failure(execute_code(code, {}, SHORT)).type in {"RuntimeError", "TimeoutError"}


def test_a_large_result_reaches_the_code() -> None:
    element = TypeCheckError(file="a.py", line=1, column=2, severity="error", code="x", message="m" * 50)
    result = TypeCheckResult(success=False, error_count=1, warning_count=0, errors=[element] * 1000)

    found = execute_code("print(len(typecheck('a').errors))", {"typecheck": lambda _: result})

    assert (found.output, found.error) == ("1000\n", None)


def test_the_value_of_the_last_expression_stays_inside() -> None:
    found = execute_code("x = []\nx.append(x)\n[x] * 100_000", {})

    assert found.error is None


@pytest.mark.parametrize("end", ["# comment", "x = 1 \\", "if True: pass", "'text'", ""], ids=str)
def test_what_follows_the_code_does_not_change_it(end: str) -> None:
    found = execute_code(f"print(1)\n{end}", {})

    assert (found.error is None) == (end != "x = 1 \\")
