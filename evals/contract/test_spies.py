from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import pytest

from punie.agent.monty_runner import execute_code
from punie.agent.stubs import function_stub
from punie.agent.typed_tools import CATALOGUE, Parameter, Result, SymbolInfo, Tool, TypeCheckResult
from punie.testing import SpyCall, SpyTools, dirty_records, empty_records


class Branch(Result):
    name: str
    kind: Literal["local", "remote"]
    ahead: int
    children: list[Branch]


class BranchResult(Result):
    success: bool
    age: float
    branches: list[Branch]
    parse_error: str | None = None


FIFTEENTH = Tool("git_branches", (Parameter("path"),), BranchResult, "List branches.")
WIDER = MappingProxyType({**CATALOGUE, FIFTEENTH.name: FIFTEENTH})


def dirty(tool: str) -> Any:  # noqa: ANN401 - a result of any tool
    return dirty_records()[tool]


def empty(tool: str) -> Any:  # noqa: ANN401 - a result of any tool
    return empty_records()[tool]


def depth(symbols: list[SymbolInfo]) -> int:
    return 1 + max(depth(symbol.children) for symbol in symbols) if symbols else 0


def count(symbols: list[SymbolInfo]) -> int:
    return sum(1 + count(symbol.children) for symbol in symbols)


@pytest.mark.parametrize("records", [dirty_records(), empty_records()], ids=["dirty", "empty"])
def test_every_tool_has_a_record_that_its_model_accepts(records: Mapping[str, Any]) -> None:
    assert list(records) == list(CATALOGUE)
    assert all(isinstance(record, CATALOGUE[name].result) for name, record in records.items())


@pytest.mark.parametrize("tool", [name for name, tool in CATALOGUE.items() if issubclass(tool.result, Result)])
def test_populated_lists_have_elements_and_empty_ones_none(tool: str) -> None:
    lists = [name for name, field in type(dirty(tool)).model_fields.items() if "list" in str(field.annotation)]

    assert all(getattr(dirty(tool), name) for name in lists)
    assert not any(getattr(empty(tool), name) for name in lists)


@pytest.mark.parametrize(
    ("counted", "listed"),
    [
        (("typecheck", "error_count"), lambda r: [e for e in r.errors if e.severity == "error"]),
        (("typecheck", "warning_count"), lambda r: [e for e in r.errors if e.severity == "warning"]),
        (("ruff_check", "violation_count"), lambda r: r.violations),
        (("ruff_check", "fixable_count"), lambda r: [v for v in r.violations if v.fixable]),
        (("pytest_run", "passed"), lambda r: [t for t in r.tests if t.outcome == "passed"]),
        (("pytest_run", "failed"), lambda r: [t for t in r.tests if t.outcome == "failed"]),
        (("pytest_run", "skipped"), lambda r: [t for t in r.tests if t.outcome == "skipped"]),
        (("find_references", "reference_count"), lambda r: r.references),
        (("workspace_symbols", "symbol_count"), lambda r: r.symbols),
        (("git_status", "file_count"), lambda r: r.files),
        (("git_diff", "file_count"), lambda r: r.files),
        (("git_log", "commit_count"), lambda r: r.commits),
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("record", [dirty, empty])
def test_counts_are_those_of_the_elements(counted: tuple[str, str], listed: Any, record: Any) -> None:  # noqa: ANN401
    tool, field = counted

    assert getattr(record(tool), field) == len(listed(record(tool)))


@pytest.mark.parametrize(
    ("tool", "holds"),
    [
        ("typecheck", lambda r: {e.severity for e in r.errors} == {"error", "warning"}),
        ("ruff_check", lambda r: {v.fixable for v in r.violations} == {True, False}),
        ("pytest_run", lambda r: {t.outcome for t in r.tests} >= {"passed", "failed", "skipped"}),
        ("git_status", lambda r: {f.staged for f in r.files if f.status == "modified"} == {True, False}),
        ("git_status", lambda r: any(f.status == "untracked" for f in r.files)),
        ("git_diff", lambda r: r.additions == sum(f.additions for f in r.files) > 0),
        ("git_diff", lambda r: r.deletions == sum(f.deletions for f in r.files) > 0),
        ("git_log", lambda r: len(r.commits) > 1 and all(c.author and c.date for c in r.commits)),
        ("document_symbols", lambda r: depth(r.symbols) == 3 and count(r.symbols) == r.symbol_count),
        ("find_references", lambda r: len(r.references) > 1),
        ("goto_definition", lambda r: len(r.locations) > 1),
        ("hover", lambda r: r.content and r.language),
    ],
    ids=[
        "errors and warnings",
        "fixable or not",
        "outcomes",
        "staged or not",
        "untracked",
        "additions",
        "deletions",
        "commits",
        "nested symbols",
        "references",
        "locations",
        "hover",
    ],
)
def test_populated_records_hold_each_kind_of_element(tool: str, holds: Any) -> None:  # noqa: ANN401
    assert holds(dirty(tool))


@pytest.mark.parametrize("tool", ["typecheck", "ruff_check", "git_status", "git_diff", "git_log"])
def test_nothing_found_is_a_success_where_the_tool_worked(tool: str) -> None:
    assert empty(tool).success


@pytest.mark.parametrize("tool", ["pytest_run", "hover", "goto_definition", "find_references", "document_symbols"])
def test_nothing_found_is_no_success_where_something_was_sought(tool: str) -> None:
    assert not empty(tool).success


def test_spies_are_the_tools_of_a_run() -> None:
    spies = SpyTools.dirty()
    found = execute_code("print(len(git_log('src', count=2).commits))", spies)

    assert found.output == "2\n"
    assert spies.calls == [SpyCall("git_log", {"path": "src", "count": 2})]


def test_empty_spies_answer_with_nothing() -> None:
    assert execute_code("print(git_status('.').clean, read_file('a') == '')", SpyTools.empty()).output == "True True\n"


def test_calm_spies_find_nothing_and_their_test_run_is_a_success() -> None:
    code = "r = pytest_run('.')\nprint(r.success, r.passed, r.failed, hover('a', 1, 1, 'b').success)"

    assert execute_code(code, SpyTools.calm()).output == "True 0 0 False\n"


def test_any_arguments_get_the_record() -> None:
    spies = SpyTools.dirty()

    assert spies["typecheck"]("a") is spies["typecheck"](path="other")


def test_a_wrong_call_of_a_spy_is_a_type_error_and_no_call() -> None:
    spies = SpyTools.dirty()

    with pytest.raises(TypeError, match=r"typecheck\(\) missing a required argument: 'path'"):
        spies["typecheck"]()
    assert spies.calls == []


def test_own_records_replace_the_populated_ones() -> None:
    own = TypeCheckResult(success=True, error_count=0, warning_count=0, errors=[])
    spies = SpyTools({"typecheck": own})

    assert spies["typecheck"]("a") is own
    assert spies.records["ruff_check"] == dirty("ruff_check")


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ({"typechek": ""}, "record for unknown tool 'typechek': the tools are read_file"),
        ({"typecheck": "text"}, "record for typecheck is 'text': give a TypeCheckResult"),
        ({"read_file": empty_records()["hover"]}, "record for read_file is HoverResult"),
    ],
    ids=["unknown tool", "text for a record", "record for a text"],
)
def test_a_wrong_record_is_one_clear_error(records: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SpyTools(records)


def test_spies_do_not_share_their_calls() -> None:
    first, second = SpyTools.dirty(), SpyTools.dirty()
    first["read_file"]("a")

    assert (first.called(), second.called()) == (("read_file",), ())


def test_a_new_tool_of_the_catalogue_has_its_spies() -> None:
    populated, nothing = (make(catalogue=WIDER)["git_branches"](".") for make in (SpyTools.dirty, SpyTools.empty))

    assert isinstance(populated, BranchResult)
    assert [branch.kind for branch in populated.branches] == ["local", "local"]
    assert populated.branches[0].children[0].children[0].children == []
    assert nothing == BranchResult(success=False, age=0.0, branches=[])


def test_a_new_tool_runs_and_is_described() -> None:
    code = "print(sum(branch.ahead for branch in git_branches('.').branches))"
    found = execute_code(code, SpyTools.dirty(catalogue=WIDER))

    assert found.output == "4\n"
    assert found.reads_of(0) == ("branches", "branches[].ahead")
    assert function_stub(FIFTEENTH) == "def git_branches(path: str) -> BranchResult: ...  # List branches."


def test_records_about_a_request_lie_where_the_call_looks() -> None:
    spies = SpyTools.dirty(about="Check lib for me")

    assert {error.file for error in answer(spies, "typecheck", "lib/io.py").errors} == {"lib/io.py"}
    assert {v.file for v in answer(spies, "ruff_check", "./lib/").violations} >= {"lib/models.py", "lib/services.py"}
    assert answer(spies, "pytest_run", "lib/tests").tests[0].name == "lib/tests/test_models.py::test_name"
    assert answer(spies, "git_status", ".").files[0].file == "src/app/models.py"


@pytest.mark.parametrize("tool", ["goto_definition", "find_references", "hover"])
def test_records_about_a_request_name_the_symbol_asked_for(tool: str) -> None:
    found = answer(SpyTools.dirty(about="?"), tool, "lib/io.py", 3, 7, "read_all")

    assert found.symbol == "read_all"
    assert "read_all" in repr(found).replace("symbol='read_all'", "")


def test_a_search_finds_symbols_of_each_kind_with_the_name() -> None:
    found = answer(SpyTools.dirty(about="?"), "workspace_symbols", "SlotMap")

    assert found.query == "SlotMap"
    assert {symbol.kind for symbol in found.symbols if symbol.name == "SlotMap"} == {5, 12}
    assert found.symbol_count == len(found.symbols)


def test_names_of_a_request_occur_in_the_records() -> None:
    spies = SpyTools.dirty(
        about="Did Mary Shelley break test_io or parse_all in core/io.py, with E722 or invalid-await?"
    )

    assert "E722" in {violation.code for violation in answer(spies, "ruff_check", ".").violations}
    assert "invalid-await" in {error.code for error in answer(spies, "typecheck", ".").errors}
    assert "core/io.py" in {file.file for file in answer(spies, "git_diff", ".").files}
    assert "Mary Shelley" in {commit.author for commit in answer(spies, "git_log", ".").commits}
    assert "parse_all" in {symbol.name for symbol in answer(spies, "document_symbols", "a.py").symbols}
    assert any(test.name.endswith("::test_io") for test in answer(spies, "pytest_run", ".").tests)
    assert "Mary Shelley" in answer(spies, "read_file", "a.py")


@pytest.mark.parametrize("tool", CATALOGUE)
def test_records_about_a_request_are_valid_and_counted(tool: str) -> None:
    values = [1 if p.annotation == "int" else "lib/io.py" for p in CATALOGUE[tool].parameters if p.required]
    spies = SpyTools.dirty(about="What of parse_all, test_io and E722 in lib/io.py?")
    found = answer(spies, tool, *values)
    model: Any = CATALOGUE[tool].result

    assert found == (found if model is str else model.model_validate(found.model_dump()))
    for counted, listed in (("file_count", "files"), ("commit_count", "commits"), ("violation_count", "violations")):
        assert getattr(found, counted, 0) == len(getattr(found, listed, ())) or not hasattr(found, counted)


@pytest.mark.parametrize("value", [None, 3, ["a"], "", ".", "/", "..", "a" * 500])
@pytest.mark.parametrize("tool", CATALOGUE)
def test_any_argument_gets_a_record_about_a_request(tool: str, value: object) -> None:
    spies = SpyTools.dirty(about="Anything?")

    assert isinstance(
        answer(spies, tool, *[value for p in CATALOGUE[tool].parameters if p.required]), CATALOGUE[tool].result
    )


def test_own_records_stay_as_they_are_whatever_a_request_is_about() -> None:
    own = empty("git_log")
    spies = SpyTools({"git_log": own}, about="By Mary Shelley?")

    assert spies["git_log"](".") is own


def answer(spies: SpyTools, tool: str, *args: object) -> Any:  # noqa: ANN401 - a result of any tool
    return spies[tool](*args)
