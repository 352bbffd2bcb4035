from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from evals.contract.house import EXAMPLES, ROOT
from punie.agent.typed_tools import CATALOGUE, Result, Tool, add_tools
from punie.evaluation.inputs import InputError
from punie.evaluation.own_tools import add_own_tools

HEAD = """
from pydantic import BaseModel
from punie.agent.typed_tools import Parameter, Result, Tool

class OwnResult(Result):
    count: int

class Odd(Result):
    found: set[str]

class TypeCheckResult(Result):
    count: int
"""
MODULE = "own_tools_of_a_test"


def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tools: str) -> str:
    """A module with these tools on the path, as `punie_tools` names it."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"{MODULE}_{abs(hash(tools))}"
    (tmp_path / f"{name}.py").write_text(f"{HEAD}\nTOOLS = {tools}\n", encoding="utf-8")
    return f"{name}:TOOLS"


def refusal(named: str, *, live: bool = False) -> str:
    before = dict(CATALOGUE)
    with pytest.raises(InputError) as caught:
        add_own_tools(named, live=live)
    assert dict(CATALOGUE) == before
    return str(caught.value).partition(": ")[2]


@pytest.mark.parametrize(
    ("tools", "message"),
    [
        ("3", "a list of punie.agent.typed_tools.Tool is wanted"),
        ("[]", "a list of punie.agent.typed_tools.Tool is wanted"),
        ("['typecheck']", "a list of punie.agent.typed_tools.Tool is wanted"),
        ("[Tool('print', (), OwnResult, 'Own.')]", "'print' is no name for a tool"),
        ("[Tool('class', (), OwnResult, 'Own.')]", "'class' is no name for a tool"),
        ("[Tool('a b', (), OwnResult, 'Own.')]", "'a b' is no name for a tool"),
        ("[Tool('execute_code', (), OwnResult, 'Own.')]", "'execute_code' is no name for a tool"),
        ("[Tool('typecheck', (), OwnResult, 'Own.')]", "there is a tool 'typecheck' already: give yours another name"),
        ("[Tool('own', (), OwnResult, 'Own.')] * 2", "a name stands twice in own, own"),
        ("[Tool('own', (Parameter('a'), Parameter('a')), str, 'Own.')]", "own has parameters that Python refuses"),
        ("[Tool('own', (Parameter('a', default=1), Parameter('b')), str, '.')]", "own has parameters that Python"),
        ("[Tool('own', (), int, 'Own.')]", "own returns <class 'int'>: a class derived from Result, or str, is wanted"),
        ("[Tool('own', (), BaseModel, 'Own.')]", "own returns <class 'pydantic.main.BaseModel'>: a class derived"),
        ("[Tool('own', (), Odd, 'Own.')]", "own returns a Odd with fields that spies cannot fill: use str, int, "),
        ("[Tool('own', (), TypeCheckResult, 'Own.')]", "own returns a TypeCheckResult, as Punie calls a record of its"),
    ],
    ids=range(15),
)
def test_a_declaration_that_cannot_work_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tools: str, message: str
) -> None:
    assert refusal(declared(tmp_path, monkeypatch, tools)).startswith(message)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("own_tools", "write module:NAME"),
        ("own tools:TOOLS", "write module:NAME"),
        ("os:system('true')", "write module:NAME"),
        ("no_such_module:TOOLS", "ModuleNotFoundError: No module named 'no_such_module': is the module's folder on"),
        ("json:TOOLS", "AttributeError: "),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(named: str, message: str) -> None:
    assert refusal(named).startswith(message)


def test_under_live_a_tool_needs_a_runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = declared(tmp_path, monkeypatch, "[Tool('own', (), OwnResult, 'Own.')]")

    assert refusal(named, live=True) == "own has no runner, so that it cannot work under --live"


def test_adding_the_same_tool_again_changes_nothing() -> None:
    before = dict(CATALOGUE)
    add_tools(CATALOGUE.values())

    assert dict(CATALOGUE) == before


def test_another_tool_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError, match="there is a tool 'hover' already"):
        add_tools([Tool("hover", (), Result, "Hover.")])


def test_a_wrong_setting_ends_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\npunie_tools = nowhere:TOOLS\n")
    result = pytester.runpytest_inprocess("-m", "eval", "--collect-only")

    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: punie_tools = nowhere:TOOLS: ModuleNotFoundError: No module named 'nowhere': is the module's folder *"]
    )


def test_a_plain_run_does_not_import_them(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\npunie_tools = nowhere:TOOLS\n")
    pytester.makepyfile("def test_own(): pass")

    assert pytester.runpytest_inprocess().ret == 0


@pytest.mark.slow
def test_a_wrong_call_of_an_own_tool_is_missed(pytester: pytest.Pytester) -> None:
    copytree(ROOT / EXAMPLES / "other-repository", pytester.path, dirs_exist_ok=True)
    replay = pytester.path / "replies.jsonl"
    replay.write_text(replay.read_text(encoding="utf-8").replace(".owner_count", ".owners_found"), encoding="utf-8")
    args = ("-m", "eval", "--suite", "evals/team.yaml", "--replay", replay, "--results", "results")
    result = pytester.runpytest_subprocess(*args)

    assert result.ret == 1
    missed = json.loads((pytester.path / "results" / "acceptance.json").read_text(encoding="utf-8"))["queries"]
    assert missed["owners-01"]["label"] == "invented_field"
    assert "OwnersResult has no field 'owners_found'" in missed["owners-01"]["reason"]
