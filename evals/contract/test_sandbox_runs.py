from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from evals.contract.house import ROOT
from punie.agent.monty_runner import Execution, Limits, ToolFunction, execute_code
from punie.agent.prompt_utils import render_response
from punie.agent.sandbox.pool import POOL, WorkerPool
from punie.agent.typed_tools import CATALOGUE, TypeCheckError, TypeCheckResult
from punie.testing import SpyTools, dirty_records, empty_records

ERROR = TypeCheckError(file="a.py", line=1, column=2, severity="error", code="bad-type", message="it's wrong")
RESULT = TypeCheckResult(success=False, error_count=1, warning_count=0, errors=[ERROR])
ARGUMENTS: dict[str, Any] = {"str": "src/é 'quoted'", "int": 7, "bool": True, "list[str] | None": ["-x"]}


def typecheck(path: str) -> TypeCheckResult:
    del path
    return RESULT


def run(code: str, **tools: ToolFunction) -> Execution:
    return execute_code(code, tools or {"typecheck": typecheck})


def call_of(tool: str) -> tuple[str, dict[str, Any]]:
    """Source of a call with every argument given by name, and these arguments."""
    given = {p.name: ARGUMENTS.get(p.annotation, "text") for p in CATALOGUE[tool].parameters}
    return f"{tool}({', '.join(f'{name}={value!r}' for name, value in given.items())})", given


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own code


def workers() -> list[int]:
    with POOL.get().checkout() as session:
        return [pid for pid in [session.worker_pid] if pid is not None]


def test_what_is_printed_is_the_output() -> None:
    assert run("print('a', 1, end=';')\nprint('é😀')").output == "a 1;é😀\n"


def test_code_that_prints_nothing_has_no_output() -> None:
    assert run("'a value'\n1 + 1").output == ""


def test_output_is_kept_when_the_code_fails() -> None:
    found = run("print('before')\n1 / 0\nprint('after')")

    assert found.output == "before\n"
    assert found.error is not None


@pytest.mark.parametrize(
    ("code", "kind", "message", "line"),
    [
        ("x = 1\n1 / 0", "ZeroDivisionError", "division by zero", 2),
        ("def f():\n    return [][1]\n\nf()", "IndexError", "list index out of range", 2),
        ("raise ValueError('two\\nlines')", "ValueError", "two\nlines", 1),
        ("\n\nprint(missing)", "NameError", "name 'missing' is not defined", 3),
        ("{}['k']", "KeyError", "'k'", 1),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "", 1),
        ("x = 1\ny = = 1", "SyntaxError", "Expected an expression", 2),
        ("x = 1\neval('1 / 0')", "ZeroDivisionError", "division by zero", 2),
        ("x = '\ud800'", "SyntaxError", "source code is not valid UTF-8 (contains lone surrogates)", None),
    ],
    ids=["plain", "in a function", "two lines", "name", "key", "interrupt", "syntax", "evaluated", "surrogate"],
)
def test_an_error_has_type_message_and_line(code: str, kind: str, message: str, line: int | None) -> None:
    error = run(code).error

    assert error is not None
    assert (error.type, error.message, error.line) == (kind, message, line)


def test_an_error_is_told_in_one_text() -> None:
    assert str(run("1 / 0").error) == "ZeroDivisionError: division by zero (line 1)"


@pytest.mark.parametrize("tool", CATALOGUE)
def test_every_call_is_recorded_with_its_arguments_and_result(tool: str) -> None:
    spies = SpyTools.dirty()
    source, given = call_of(tool)
    found = execute_code(f"x = {source}", spies)

    assert found.error is None
    assert [(call.tool, dict(call.arguments), call.error) for call in found.calls] == [(tool, given, None)]
    assert found.calls[0].result == spies.records[tool]


def test_arguments_are_recorded_by_name_with_defaults() -> None:
    found = execute_code("git_log('src')", SpyTools.dirty())

    assert dict(found.calls[0].arguments) == {"path": "src", "count": 10}


def test_calls_are_recorded_in_order() -> None:
    found = execute_code("ruff_check('a')\nfor p in 'bc':\n    typecheck(p)", SpyTools.dirty())

    assert [(call.tool, call.arguments["path"]) for call in found.calls] == [
        ("ruff_check", "a"),
        ("typecheck", "b"),
        ("typecheck", "c"),
    ]


def test_a_tool_runs_once_though_the_code_is_replayed() -> None:
    spies = SpyTools.dirty()
    execute_code("r = typecheck('a')\nprint(r, r.errors[0].file)", spies)

    assert spies.called() == ("typecheck",)


@pytest.mark.parametrize("tool", CATALOGUE)
@pytest.mark.parametrize("records", [dirty_records(), empty_records()], ids=["dirty", "empty"])
def test_a_printed_result_is_the_repr_that_the_prompts_show(tool: str, records: dict[str, Any]) -> None:
    found = execute_code(f"print({call_of(tool)[0]})", SpyTools(records))

    assert found.output == render_response(records[tool]) + "\n"


def test_elements_print_as_their_repr() -> None:
    assert run("print(typecheck('a').errors)").output == f"{[ERROR]!r}\n"


def test_results_are_typed_objects_with_their_fields() -> None:
    code = "r = typecheck('a')\ne = r.errors[0]\nprint(type(r).__name__, r.success, r.parse_error, e.line + e.column)"

    assert run(code).output == "TypeCheckResult False None 3\n"


def test_a_record_given_to_another_tool_arrives_as_itself() -> None:
    got: list[object] = []

    def write_file(path: str, content: object) -> str:
        got.append((path, content))
        return "success"

    run("write_file('x', typecheck('a').errors)", typecheck=typecheck, write_file=write_file)

    assert got == [("x", [ERROR])]


def test_what_a_tool_raises_is_raised_in_the_code() -> None:
    def read_file(path: str) -> str:
        raise FileNotFoundError(path)

    found = run("try:\n    read_file('no')\nexcept FileNotFoundError as e:\n    print('none:', e)", read_file=read_file)

    assert (found.output, found.error) == ("none: no\n", None)
    assert isinstance(found.calls[0].error, FileNotFoundError)


def test_what_a_tool_raises_ends_code_that_does_not_catch_it() -> None:
    def read_file(path: str) -> str:
        raise PermissionError(path)

    error = run("\nread_file('no')", read_file=read_file).error

    assert error is not None
    assert (error.type, error.message, error.line) == ("PermissionError", "no", 2)


@pytest.mark.parametrize(
    "call", ["typecheck()", "typecheck('a', 'b')", "typecheck(file='a')"], ids=["too few", "too many", "unknown name"]
)
def test_a_wrong_call_is_a_type_error_and_reaches_no_tool(call: str) -> None:
    spies = SpyTools.dirty()
    found = execute_code(call, spies)

    assert found.error is not None
    assert found.error.type == "TypeError"
    assert found.error.message.startswith("typecheck() ")
    assert spies.calls == []


def test_a_wrong_call_is_recorded_without_arguments() -> None:
    found = execute_code("git_status()", SpyTools.dirty())

    assert [(call.tool, dict(call.arguments)) for call in found.calls] == [("git_status", {})]
    assert isinstance(found.calls[0].error, TypeError)


def test_a_tool_outside_the_catalogue_is_bound_by_its_own_signature() -> None:
    def spell(word: str, times: int = 2) -> str:
        return word * times

    found = run("print(spell('ab'))", spell=spell)

    assert found.output == "abab\n"
    assert dict(found.calls[0].arguments) == {"word": "ab", "times": 2}


def test_a_tool_that_returns_something_else_fails_in_the_code() -> None:
    error = run("typecheck('a')", typecheck=lambda _: object()).error

    assert error is not None
    assert str(error).startswith("TypeError: a tool returned object: only result models, texts and plain values")


def test_a_text_that_is_no_unicode_fails_in_the_code() -> None:
    error = run("read_file('a')", read_file=lambda _: "\ud800").error

    assert error is not None
    assert "can't encode" in error.message or "UTF-8" in error.message, error


def test_what_stops_a_test_in_a_tool_stops_it_here() -> None:
    def read_file(path: str) -> str:
        pytest.fail(f"asked for {path}")

    with pytest.raises(pytest.fail.Exception, match="asked for a"):
        run("try:\n    read_file('a')\nexcept BaseException:\n    pass", read_file=read_file)


def test_each_run_starts_anew() -> None:
    run("x = 1")

    assert str(run("print(x)").error) == "NameError: name 'x' is not defined (line 1)"


def test_a_run_takes_time() -> None:
    def read_file(path: str) -> str:
        time.sleep(0.05)
        return path

    assert 0.05 <= run("read_file('a')", read_file=read_file).seconds < 30


def test_an_execution_cannot_be_changed() -> None:
    found = run("typecheck('a')")

    with pytest.raises(FrozenInstanceError):
        found.output = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        found.calls[0].arguments["path"] = "b"  # type: ignore[index]


def test_a_killed_worker_is_a_result() -> None:
    found: list[Execution] = []

    def read_file(path: str) -> str:
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
        return path

    found.append(run("print('before')\nread_file('a')\nprint('after')", read_file=read_file))

    assert found[0].error is not None
    assert found[0].error.type == "WorkerCrashedError"
    assert found[0].output == "before\n"


def children() -> Iterator[int]:
    """This process's sandbox workers."""
    own = os.getpid()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) == own and "monty" in name:
            yield int(status.parent.name)


def test_a_killed_worker_is_replaced() -> None:
    for pid in workers():
        os.kill(pid, signal.SIGKILL)
    # The first of these may still get the dead worker.
    found = [run("print(1)") for _ in range(3)]

    assert found[-1].output == "1\n"


def test_threads_run_side_by_side() -> None:
    code = "n = len(typecheck(str({0})).errors)\nprint({0}, n)"
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: run(code.format(number)), range(40)))

    assert [one.output for one in found] == [f"{number} 1\n" for number in range(40)]
    assert [call.arguments["path"] for one in found for call in one.calls] == [str(number) for number in range(40)]


def test_a_tool_may_run_code_itself() -> None:
    def read_file(path: str) -> str:
        return run(f"print({path!r} * 2)").output

    assert run("print(read_file('ab'))", read_file=read_file).output == "abab\n\n"


def test_a_tool_sees_the_context_of_its_caller() -> None:
    seen: list[str] = []

    def read_file(path: str) -> str:
        seen.append(threading.current_thread().name)
        return path

    run("read_file('a')", read_file=read_file)

    assert seen == ["punie tool read_file"]


def test_the_pool_is_shared_and_started_once() -> None:
    assert POOL.get() is POOL.get()


def test_a_closed_pool_starts_again() -> None:
    pool = WorkerPool()
    first = pool.get()
    pool.close()
    second = pool.get()
    with second.checkout() as session:
        answer = session.feed_run("1 + 1")
    pool.close()

    assert second is not first
    assert answer == 2


def test_a_process_that_ran_code_ends_without_a_trace() -> None:
    code = (
        "from punie.agent.monty_runner import execute_code\n"
        "print(execute_code('print(1)', {}).output, end='', flush=True)\n"
    )
    done = python(code)

    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_is_told_to_spawn_and_leaves_the_workers_to_its_parent() -> None:
    code = (
        "import os\n"
        "from punie.agent.monty_runner import execute_code\n"
        "execute_code('1', {})\n"
        "child = os.fork()\n"
        "if child:\n"
        "    os.waitpid(child, 0)\n"
        "try:\n"
        "    print(execute_code('print(3)', {}).output, end='', flush=True)\n"
        "except RuntimeError as error:\n"
        "    print(error, flush=True)\n"
    )
    done = python(code)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("the sandbox ran before this process was forked: start processes by 'spawn' instead\n3\n")


def test_limits_are_optional() -> None:
    assert execute_code("print(1)", {}, Limits()).output == execute_code("print(1)", {}).output
