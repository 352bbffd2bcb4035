from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evals.contract.escapes import (
    COSTS,
    FILES,
    FORMATS,
    INTROSPECTION,
    OBJECTS,
    PROCESSES,
    SECRET,
    VARIABLE,
    WRITES,
    Escape,
)
from evals.contract.house import ROOT
from punie.agent.monty_runner import Execution, Limits, execute_code
from punie.testing import dirty_records

LEAKS = {
    f"{kind}: {name}": escape
    for kind, table in {
        "file": FILES,
        "process": PROCESSES,
        "introspection": INTROSPECTION,
        "format": FORMATS,
        "object": OBJECTS,
    }.items()
    for name, escape in table.items()
}
LIMITS = Limits(seconds=0.3, memory_bytes=32 * 1024 * 1024, output_bytes=10_000, tool_calls=20)
# What costs nothing here.
HARMLESS = {"slow pattern", "long sleep", "large value", "cyclic value"}
# Runs every attempt as plain Python does, and tells what each printed.
UNGUARDED = """
import contextlib, io, json, sys
from punie.testing import dirty_records
SECRET = sys.argv[1]
def typecheck(path):
    return dirty_records()["typecheck"]
said = {}
for name, code in json.load(sys.stdin).items():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(code, {**globals()})
        except Exception as error:
            print("stopped by", repr(error))
    said[name] = out.getvalue()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("host")
    (made / "secret.txt").write_text(SECRET)
    (made / "a.json").write_text(json.dumps(SECRET))
    (made / "link").symlink_to(made / "secret.txt")
    return made


@pytest.fixture(scope="module")
def unguarded(folder: Path) -> dict[str, str]:
    """What each attempt prints where nothing guards it."""
    codes = {name: written(escape.code, folder) for name, escape in LEAKS.items()}
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", UNGUARDED, SECRET],
        input=json.dumps(codes),
        cwd=ROOT,
        env={**os.environ, VARIABLE: SECRET},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said: dict[str, str] = json.loads(done.stdout)
    return said


def written(code: str, folder: Path) -> str:
    """An attempt's code for this folder."""
    for name, value in {"{path}": str(folder / "secret.txt"), "{folder}": str(folder)}.items():
        code = code.replace(name, value)
    return code.replace("{{", "{").replace("}}", "}")


def attempt(code: str) -> Execution:
    return execute_code(code, {"typecheck": lambda _: dirty_records()["typecheck"]}, LIMITS)


def state(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_there_are_many_attempts() -> None:
    assert len(LEAKS) + len(WRITES) + len(COSTS) > 120


@pytest.mark.parametrize("name", LEAKS)
def test_an_attempt_is_stopped_and_leaks_nothing(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    escape: Escape = LEAKS[name]
    found = attempt(written(escape.code, folder))

    assert found.output == ""
    assert found.error is not None
    assert found.error.type in escape.stopped_by.split("|"), str(found.error)
    assert SECRET not in found.error.message


@pytest.mark.parametrize("name", LEAKS)
def test_an_attempt_succeeds_where_nothing_guards(name: str, unguarded: dict[str, str]) -> None:
    assert "stopped by" not in unguarded[name]
    assert re.search(LEAKS[name].leaks, unguarded[name])


@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_written_or_removed(name: str, folder: Path) -> None:
    before = state(folder)
    found = attempt(written(WRITES[name], folder))

    assert found.error is not None
    assert state(folder) == before


@pytest.mark.parametrize("name", COSTS)
def test_what_would_use_up_the_machine_ends_soon(name: str) -> None:
    code, cost = COSTS[name]
    found = attempt("print('before')\n" + code)

    # A worker that has to be killed may take its last output with it.
    assert found.output[:7] in {"before\n", ""}, cost
    assert len(found.output) <= LIMITS.output_bytes
    assert len(found.calls) <= LIMITS.tool_calls
    assert found.seconds < 10, cost
    assert (found.error is None) == (name in HARMLESS)


def test_after_attempts_that_cost_the_worker_the_sandbox_still_works() -> None:
    for name in ("joined text", "long source", "huge digits"):
        attempt(COSTS[name][0])

    assert attempt("print(typecheck('a').error_count)").output == "2\n"
