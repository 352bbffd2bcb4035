from __future__ import annotations

import json
from pathlib import Path

import pytest

from punie.evaluation import Query, SuiteError, load_suite, load_suites

QUERY = """\
- id: first
  category: field_access
  prompt: How many type errors does the services package have?
  expect:
    tools: [typecheck]
    fields: [error_count]
    arguments: {typecheck: {path: [src/services, src/services/]}}
  then:
    - tool_response: {text: "3 errors"}
      expect: {tools: [], mentions: ["3", "error"]}
"""


def suite_file(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def error_of(path: Path) -> str:
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    return str(caught.value)


def test_a_yaml_file_gives_its_queries_in_order(tmp_path: Path) -> None:
    second = QUERY.replace("first", "second")

    suite = load_suite(suite_file(tmp_path, QUERY + second))

    assert suite.name == "own"
    assert [query.id for query in suite.queries] == ["first", "second"]


def test_json_lines_give_the_same_suite_as_yaml(tmp_path: Path) -> None:
    from_yaml = load_suite(suite_file(tmp_path, QUERY))
    line = json.dumps(from_yaml.queries[0].model_dump(mode="json"))

    from_json = load_suite(suite_file(tmp_path, line + "\n", "own.jsonl"))

    assert from_json == from_yaml


@pytest.mark.parametrize("name", ["25", "40", "57", "dev"])
def test_the_projects_suites_are_found_by_name(name: str) -> None:
    suite = load_suite(name)

    assert suite.name == name
    assert all(turn.response_text for query in suite.queries for turn in query.then)


def test_names_and_paths_can_be_loaded_together(tmp_path: Path) -> None:
    suites = load_suites(["25", str(suite_file(tmp_path, QUERY)), "40", "57", "dev"])

    assert [(suite.name, len(suite.queries)) for suite in suites] == [
        ("25", 25),
        ("own", 1),
        ("40", 40),
        ("57", 57),
        ("dev", 40),
    ]


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SuiteError, match=r"^no suite '58': name one of .*57.*, or give the path of a "):
        load_suite("58")


def test_a_single_accepted_value_needs_no_list(tmp_path: Path) -> None:
    text = QUERY.replace("[src/services, src/services/]", "src/services")

    suite = load_suite(suite_file(tmp_path, text))

    assert suite.queries[0].expect.arguments == {"typecheck": {"path": ("src/services",)}}


def test_a_named_tool_response_becomes_what_the_record_prints(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    record = "clean: {tool: git_status, fields: {success: true, clean: true, file_count: 0, files: []}}"
    suite_file(tmp_path / "results", record)

    suite = load_suite(suite_file(tmp_path, QUERY.replace('{text: "3 errors"}', "clean")))

    shown = "GitStatusResult(success=True, clean=True, file_count=0, files=[], parse_error=None)"
    assert suite.queries[0].then[0].response_text == shown
    assert suite.results == {"clean": shown}


def test_the_digest_ignores_layout_and_sees_every_expectation(tmp_path: Path) -> None:
    same = suite_file(tmp_path, "# a comment\n" + QUERY.replace("[typecheck]", '["typecheck"]'), "same.yaml")
    other = suite_file(tmp_path, QUERY.replace('"error"', '"errors"'), "other.yaml")
    digest = load_suite(suite_file(tmp_path, QUERY)).digest

    assert load_suite(same).digest == digest
    assert load_suite(other).digest != digest


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("    fields: [error_count]", "    field: [error_count]", 6, "expect.field: Extra inputs are not permitted"),
        ("tools: [typecheck]", "tools: [typechek]", 5, "expect.tools.0: unknown tool 'typechek': one of"),
        ("{typecheck: {path:", "{typechek: {path:", 7, "expect.arguments.typechek: unknown tool 'typechek'"),
        ("prompt: How", "promt: How", 3, "promt: Extra inputs are not permitted"),
        ('{text: "3 errors"}', "recorded", 9, "then.0.tool_response: no recorded result 'recorded' (there"),
        ('"error"]', '"error|"]', 10, "then.0.expect.mentions.1: an empty alternative in 'error|'"),
        ("tools: [typecheck]", "tools: typecheck", 5, "expect.tools: Input should be a valid tuple (it is"),
        ("id: first", "id: ' first'", 1, "id: a name of printable characters without blanks at its ends is wanted"),
        ("  prompt:", "  id: again\n  prompt:", 3, "key 'id' stands twice"),
        ("[typecheck]", "[typecheck", 6, "expected ',' or ']'"),
    ],
)
def test_a_broken_file_is_one_line_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, problem: str
) -> None:
    path = suite_file(tmp_path, QUERY.replace(old, new, 1))

    message = error_of(path)

    assert message.startswith(f"{path}:{line}: {problem}")
    assert "\n" not in message


def test_an_id_that_stands_twice_is_refused_where_it_comes_again(tmp_path: Path) -> None:
    path = suite_file(tmp_path, QUERY + QUERY)

    assert error_of(path) == f"{path}:11: id: 'first' is the id of an earlier query"


def test_ids_are_unique_across_suites(tmp_path: Path) -> None:
    paths = [suite_file(tmp_path, QUERY), suite_file(tmp_path, QUERY, "other.yaml")]

    with pytest.raises(SuiteError, match=r"^query id 'first' stands in suite 'own' and in suite 'other'$"):
        load_suites(paths)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("own.yaml", "", ": holds no query"),
        ("own.yaml", "id: first", ":1: a list of records is wanted, each beginning with '- '"),
        ("own.yaml", "- &a [x]\n- *a", ":2: aliases are not supported: write the value out"),
        ("own.yaml", "- " + "[" * 600, ": is not YAML: maximum recursion depth exceeded"),
        ("own.jsonl", '{"id": "a"}\n{"id": ', ":2: is not a JSON object: Expecting value"),
        ("own.jsonl", '\n{"id": "a", "id": "b"}', ":2: is not a JSON object: key 'id' stands twice"),
        ("own.jsonl", "[]", ":1: Input should be a valid dictionary or instance of Query (it is [])"),
        ("own.txt", "x", ": unknown kind of file '.txt': use .yaml, .yml, .jsonl"),
    ],
)
def test_what_is_no_list_of_queries_is_refused(tmp_path: Path, name: str, text: str, problem: str) -> None:
    path = suite_file(tmp_path, text, name)

    assert error_of(path).startswith(f"{path}{problem}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"

    assert error_of(path) == f"{path}: cannot be read: No such file or directory"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(b"- id: \xff")

    assert error_of(path) == f"{path}: is not UTF-8 text (byte 6)"


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ("{tool: git_statu, text: x}", "unknown tool 'git_statu': one of "),
        ("{tool: git_status}", "give either the fields of a result or a text"),
        ("{tool: read_file, fields: {a: 1}}", "fields need a tool that returns a record: name one, or give a text"),
        ("{tool: git_status, fields: {success: true}}", "fields.clean: Field required (in result 'clean')"),
    ],
)
def test_a_recorded_result_is_a_valid_record_of_its_tool(tmp_path: Path, record: str, problem: str) -> None:
    (tmp_path / "results").mkdir()
    results = suite_file(tmp_path / "results", f"clean: {record}")

    message = error_of(suite_file(tmp_path, QUERY))

    assert message.startswith(f"{results}:1: {problem}")


def test_a_query_from_a_dict_is_checked_in_the_same_way() -> None:
    with pytest.raises(ValueError, match="unknown tool 'frobnicate'"):
        Query.model_validate({"id": "a", "category": "b", "prompt": "c", "expect": {"tools": ["frobnicate"]}})
