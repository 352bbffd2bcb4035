from __future__ import annotations

import typing
from pathlib import Path

import pytest

from punie.agent import typed_tools
from punie.agent.config import PROMPT_NAMES, system_prompt, system_prompt_digest
from punie.agent.stubs import function_stub, result_models
from punie.agent.typed_tools import CATALOGUE, REQUIRED, Result

TOKENIZER = Path(__file__).parents[2] / "fixtures" / "models" / "nano-base" / "tokenizer.json"
BRIEF_LIMIT = 200
# Signature and result of every tool, in the order in which the prompts show them.
TOOLS = {
    "read_file(path)": "str",
    "write_file(path, content)": "str",
    "run_command(command, args=None, cwd=None)": "str",
    "typecheck(path)": "TypeCheckResult",
    "ruff_check(path)": "RuffResult",
    "pytest_run(path)": "TestResult",
    "goto_definition(file_path, line, column, symbol)": "GotoDefinitionResult",
    "find_references(file_path, line, column, symbol)": "FindReferencesResult",
    "hover(file_path, line, column, symbol)": "HoverResult",
    "document_symbols(file_path)": "DocumentSymbolsResult",
    "workspace_symbols(query)": "WorkspaceSymbolsResult",
    "git_status(path)": "GitStatusResult",
    "git_diff(path, staged=False)": "GitDiffResult",
    "git_log(path, count=10)": "GitLogResult",
}
FIELDS = {
    "TypeCheckResult": "success: bool, error_count: int, warning_count: int, errors: list[TypeCheckError]",
    "RuffResult": "success: bool, violation_count: int, fixable_count: int, violations: list[RuffViolation]",
    "TestResult": (
        "success: bool, passed: int, failed: int, errors: int, skipped: int, duration: float, tests: list[TestCase]"
    ),
    "GotoDefinitionResult": "success: bool, symbol: str, locations: list[DefinitionLocation]",
    "FindReferencesResult": "success: bool, symbol: str, reference_count: int, references: list[ReferenceLocation]",
    "HoverResult": "success: bool, symbol: str, content: str | None, language: str | None",
    "DocumentSymbolsResult": "success: bool, file_path: str, symbols: list[SymbolInfo], symbol_count: int",
    "WorkspaceSymbolsResult": "success: bool, query: str, symbols: list[WorkspaceSymbol], symbol_count: int",
    "GitStatusResult": "success: bool, clean: bool, file_count: int, files: list[GitFileStatus]",
    "GitDiffResult": "success: bool, file_count: int, additions: int, deletions: int, files: list[DiffFile]",
    "GitLogResult": "success: bool, commits: list[GitCommit], commit_count: int",
}
ELEMENT_FIELDS = {
    "TypeCheckError": "file: str, line: int, column: int, severity: str, code: str, message: str",
    "RuffViolation": "file: str, line: int, column: int, code: str, message: str, fixable: bool",
    "TestCase": "name: str, outcome: str, duration: float, message: str | None",
    "DefinitionLocation": "file: str, line: int, column: int, end_line: int, end_column: int, preview: str | None",
    "ReferenceLocation": "file: str, line: int, column: int, preview: str | None",
    "SymbolInfo": "name: str, kind: int, line: int, end_line: int, children: list[SymbolInfo]",
    "WorkspaceSymbol": "name: str, kind: int, file: str, line: int, container_name: str | None",
    "GitFileStatus": "file: str, status: str, staged: bool",
    "DiffFile": "file: str, additions: int, deletions: int, hunks: list[str]",
    "GitCommit": "hash: str, message: str, author: str | None, date: str | None",
}
CHOICES = {
    ("TypeCheckError", "severity"): {"error", "warning"},
    ("TestCase", "outcome"): {"passed", "failed", "error", "skipped"},
    ("GitFileStatus", "status"): {"modified", "added", "deleted", "untracked", "renamed", "copied", "unknown"},
}


def model_named(name: str) -> type[Result]:
    model: type[Result] = getattr(typed_tools, name)
    return model


def spelled(model: type[Result]) -> str:
    return ", ".join(f"{name}: {spelling(field.annotation)}" for name, field in model.model_fields.items())


def spelling(annotation: object) -> str:
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return "str"
    if typing.get_origin(annotation) is list:
        return f"list[{spelling(arguments[0])}]"
    if arguments:
        return " | ".join(spelling(argument) for argument in arguments)
    return "None" if annotation is type(None) else getattr(annotation, "__name__", str(annotation))


def test_the_catalogue_holds_the_fourteen_tools_in_order() -> None:
    found = {tool.short_signature: tool.result.__name__ for tool in CATALOGUE.values()}

    assert list(found.items()) == list(TOOLS.items())


def test_a_tool_stands_under_its_own_name() -> None:
    assert [tool.name for tool in CATALOGUE.values()] == list(CATALOGUE)


@pytest.mark.parametrize(("name", "fields"), FIELDS.items(), ids=FIELDS)
def test_a_result_has_exactly_these_fields_and_a_parse_error(name: str, fields: str) -> None:
    model = model_named(name)

    assert spelled(model) == f"{fields}, parse_error: str | None"
    assert model.model_fields["parse_error"].get_default() is None


@pytest.mark.parametrize(("name", "fields"), ELEMENT_FIELDS.items(), ids=ELEMENT_FIELDS)
def test_an_element_has_exactly_these_fields(name: str, fields: str) -> None:
    assert spelled(model_named(name)) == fields


@pytest.mark.parametrize(("place", "choices"), CHOICES.items(), ids=[".".join(place) for place in CHOICES])
def test_a_choice_has_exactly_these_values(place: tuple[str, str], choices: set[str]) -> None:
    model, field = place

    assert set(typing.get_args(model_named(model).model_fields[field].annotation)) == choices


def test_no_other_result_model_exists() -> None:
    models = {model.__name__ for model in result_models(CATALOGUE.values())}

    assert models == {*FIELDS, *ELEMENT_FIELDS}


@pytest.mark.parametrize("name", [*FIELDS, *ELEMENT_FIELDS])
def test_a_result_is_frozen_and_takes_no_other_field(name: str) -> None:
    settings = model_named(name).model_config

    assert (settings.get("frozen"), settings.get("extra")) == (True, "forbid")


@pytest.mark.parametrize("name", ["TestResult", "TestCase"])
def test_a_model_called_like_a_test_is_not_collected(name: str) -> None:
    assert model_named(name).__dict__["__test__"] is False


@pytest.mark.parametrize("name", [name for name, tool in CATALOGUE.items() if tool.result is not str])
def test_a_tool_with_a_record_says_what_success_means(name: str) -> None:
    assert "success means" in CATALOGUE[name].summary


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_tool_stands_in_the_brief_prompt_with_its_parameters(name: str) -> None:
    assert CATALOGUE[name].short_signature in system_prompt("brief").splitlines()


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_tool_stands_in_the_full_prompt_with_its_stub(name: str) -> None:
    assert function_stub(CATALOGUE[name]) in system_prompt("full").splitlines()


@pytest.mark.parametrize("model", [*FIELDS, *ELEMENT_FIELDS])
def test_every_field_stands_in_the_full_prompt(model: str) -> None:
    _, _, after = system_prompt("full").partition(f"class {model}:\n")
    stub = after.partition("\n\n")[0]

    assert stub.split("\n") == [
        f"    {name}: {spelling(field.annotation)}" for name, field in model_named(model).model_fields.items()
    ]


def test_the_prompts_are_brief_and_full_and_differ() -> None:
    assert set(PROMPT_NAMES) == {"brief", "full"}
    assert len({system_prompt_digest(name) for name in PROMPT_NAMES}) == len(PROMPT_NAMES)


def test_an_unknown_prompt_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^unknown system prompt 'long': choose one of brief, full$"):
        system_prompt("long")


@pytest.mark.skipif(not TOKENIZER.is_file(), reason="the embedded base model has not been built")
def test_the_brief_prompt_is_brief() -> None:
    from tokenizers import Tokenizer

    encoding = Tokenizer.from_file(str(TOKENIZER)).encode(system_prompt("brief"))

    assert len(encoding.ids) <= BRIEF_LIMIT


@pytest.mark.parametrize("name", CATALOGUE)
def test_arguments_bind_by_position_and_by_name_alike(name: str) -> None:
    tool = CATALOGUE[name]
    values = {parameter.name: f"value of {parameter.name}" for parameter in tool.parameters if parameter.required}
    defaults = {parameter.name: parameter.default for parameter in tool.parameters if not parameter.required}

    assert tool.bind(list(values.values()), {}) == tool.bind([], values) == values | defaults


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_missing_argument_is_a_type_error_that_names_the_tool(name: str) -> None:
    with pytest.raises(
        TypeError, match=rf"^{name}\(\) missing a required argument: '{CATALOGUE[name].parameters[0].name}'$"
    ):
        CATALOGUE[name].bind([], {})


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_argument_too_many_is_a_type_error_that_names_the_tool(name: str) -> None:
    tool = CATALOGUE[name]

    with pytest.raises(TypeError, match=rf"^{name}\(\) too many positional arguments$"):
        tool.bind(["x"] * (len(tool.parameters) + 1), {})


def test_required_parameters_come_first() -> None:
    orders = [[parameter.default is not REQUIRED for parameter in tool.parameters] for tool in CATALOGUE.values()]

    assert [order for order in orders if order != sorted(order)] == []
