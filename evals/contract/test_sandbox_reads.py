from __future__ import annotations

import pytest

from punie.agent.monty_runner import Execution, Read, execute_code
from punie.agent.typed_tools import CATALOGUE, Result
from punie.testing import SpyTools, dirty_records

NESTED = """
for s in document_symbols('a').symbols:
    for c in s.children:
        for d in c.children:
            print(d.name)
"""
WALK = """
def walk(symbols):
    for s in symbols:
        print(s.name)
        walk(s.children)

walk(document_symbols('a').symbols[1:])
"""
TWO = """
a = typecheck('a').errors
b = typecheck('b').errors
b.sort(key=lambda e: e.column)
"""


def run(code: str) -> Execution:
    return execute_code(code, SpyTools.dirty())


def paths(code: str) -> list[str]:
    return [read.path for read in run(code).reads if read.exists]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("typecheck('a')", []),
        ("r = typecheck('a')\nr.error_count", ["error_count"]),
        ("print(typecheck('a').error_count)", ["error_count"]),
        ("r = typecheck('a')\nr.success\nr.success\nr.error_count", ["success", "error_count"]),
        ("for e in typecheck('a').errors:\n    print(e.file, e.line)", ["errors", "errors[].file", "errors[].line"]),
        ("x = [e.code for e in typecheck('a').errors]", ["errors", "errors[].code"]),
        ("x = {e.file: e.line for e in typecheck('a').errors}", ["errors", "errors[].file", "errors[].line"]),
        ("x = any(v.fixable for v in ruff_check('a').violations)", ["violations", "violations[].fixable"]),
        ("x = sorted(typecheck('a').errors, key=lambda e: e.line)", ["errors", "errors[].line"]),
        ("x = list(map(lambda e: e.line, typecheck('a').errors))", ["errors", "errors[].line"]),
        ("print(typecheck('a').errors[0].message)", ["errors", "errors[].message"]),
        ("print(typecheck('a').errors[-1:][0].message)", ["errors", "errors[].message"]),
        (
            "first, *rest = typecheck('a').errors\nfirst.code\nrest[0].file",
            ["errors", "errors[].code", "errors[].file"],
        ),
        ("print(len(typecheck('a').errors))", ["errors"]),
        ("print(getattr(typecheck('a'), 'error_count'))", ["error_count"]),
        ("print(getattr(typecheck('a'), 'error' + '_count', 0))", ["error_count"]),
        ("for n in ('success', 'errors'):\n    getattr(typecheck('a'), n)", ["success", "errors"]),
        ("print(hasattr(typecheck('a'), 'success'))", ["success"]),
        ("print(f'{typecheck(\"a\").error_count:>5}')", ["error_count"]),
        ("def f(r):\n    return r.errors\n\nf(typecheck('a'))[0].file", ["errors", "errors[].file"]),
        ("def f(r, name='success'):\n    return getattr(r, name)\n\nf(typecheck('a'))", ["success"]),
        ("match typecheck('a'):\n    case object(error_count=n):\n        print(n)", ["error_count"]),
        ("if (r := typecheck('a')).success:\n    print(r.error_count)", ["success"]),
        ("a = b = typecheck('a')\nc = [b]\nc[0].success", ["success"]),
        ("d = {'r': typecheck('a')}\nd['r'].success", ["success"]),
        ("print(git_diff('a').files[0].hunks[0])", ["files", "files[].hunks"]),
        (
            NESTED,
            ["symbols", "symbols[].children", "symbols[].children[].children", "symbols[].children[].children[].name"],
        ),
        (WALK, ["symbols", "symbols[].name", "symbols[].children"]),
        ("if False:\n    print(typecheck('a').errors)", []),
        ("r = typecheck('a')\nif not r.errors:\n    print(r.warning_count)", ["errors"]),
        ("x = 'typecheck(1).errors'", []),
    ],
)
def test_reads_are_what_the_run_reads(code: str, expected: list[str]) -> None:
    assert paths(code) == expected


@pytest.mark.parametrize(
    "code",
    ["print({})", "str({})", "repr({})", "print(f'{{{}}}')", "print([{}])", "x = '%s' % {}", "bool({})", "type({})"],
)
def test_a_whole_result_reads_no_field(code: str) -> None:
    found = run(code.format("ruff_check('a')"))

    assert (found.error, found.reads, len(found.calls)) == (None, (), 1)


def test_printing_elements_reads_the_list_alone() -> None:
    assert paths("print(typecheck('a').errors)") == ["errors"]


@pytest.mark.parametrize("tool", [name for name, tool in CATALOGUE.items() if issubclass(tool.result, Result)])
def test_every_field_of_every_result_can_be_read(tool: str) -> None:
    record = dirty_records()[tool]
    assert isinstance(record, Result)
    fields = list(type(record).model_fields)
    arguments = ", ".join("1" if p.annotation == "int" else "'a'" for p in CATALOGUE[tool].parameters if p.required)
    found = run(f"r = {tool}({arguments})\n" + "\n".join(f"print(repr(r.{name}))" for name in fields))

    assert found.error is None
    assert [read.path for read in found.reads] == fields
    assert found.output == "".join(f"{getattr(record, name)!r}\n" for name in fields)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("typecheck('a').count", "count"),
        ("for e in typecheck('a').errors:\n    e.text", "errors[].text"),
        ("getattr(typecheck('a'), 'issues')", "issues"),
        ("typecheck('a').model_dump()", "model_dump"),
        ("getattr(typecheck('a'), 'issues', None)", "issues"),
        ("hasattr(typecheck('a'), 'issues')", "issues"),
        ("document_symbols('a').symbols[0].children[0].signature", "symbols[].children[].signature"),
    ],
)
def test_a_field_that_does_not_exist_is_seen_as_such(code: str, path: str) -> None:
    missing = [read for read in run(code).reads if not read.exists]

    assert [read.path for read in missing] == [path]


@pytest.mark.parametrize("code", ["typecheck('a').count", "typecheck('a').model_dump()", "typecheck('a')['errors']"])
def test_a_field_that_does_not_exist_ends_the_run(code: str) -> None:
    found = run(f"\n{code}")

    assert found.error is not None
    assert found.error.type in {"AttributeError", "TypeError"}
    assert found.error.line == 2


def test_a_missing_field_with_a_default_does_not_end_the_run() -> None:
    found = run("print(getattr(typecheck('a'), 'issues', 'none'))")

    assert (found.output, found.error) == ("none\n", None)


def test_a_read_names_its_call_and_tool() -> None:
    found = run("a = typecheck('a')\nb = ruff_check('b')\nb.success\na.success")

    assert found.reads == (Read(1, "ruff_check", "success"), Read(0, "typecheck", "success"))


def test_reads_of_one_call_are_listed_by_its_number() -> None:
    found = run("a = typecheck('a')\nb = typecheck('b')\nb.success\nb.nothing")

    assert (found.reads_of(0), found.reads_of(1)) == ((), ("success",))


def test_the_field_of_a_read_is_the_end_of_its_path() -> None:
    assert Read(0, "typecheck", "errors[].file").field == "file"


def test_reads_before_an_error_are_kept() -> None:
    found = run("r = typecheck('a')\nprint(r.error_count)\n1 / 0\nprint(r.errors)")

    assert [read.path for read in found.reads] == ["error_count"]
    assert found.reads_complete


def test_reading_shows_in_output_as_usual() -> None:
    found = run("r = typecheck('a')\nprint(r.error_count, r)")

    assert found.output == f"2 {dirty_records()['typecheck']!r}\n"
    assert found.reads_complete


def test_a_run_with_chance_in_it_is_replayed_as_it_was() -> None:
    code = (
        "import random, datetime\n"
        "r = typecheck('a')\n"
        "for name in random.sample(['success', 'errors', 'error_count', 'warning_count'], 2):\n"
        "    print(name)\n    getattr(r, name)\n"
        "if datetime.datetime.now().microsecond % 2:\n    print('parse_error')\n    r.parse_error"
    )
    found = run(code)

    assert [read.path for read in found.reads] == found.output.split()
    assert found.reads_complete


def test_code_that_decides_by_a_printed_record_is_not_called_fully_observed() -> None:
    found = run("r = typecheck('a')\nif 'models.py' in str(r):\n    ruff_check('b').success")

    assert [call.tool for call in found.calls] == ["typecheck", "ruff_check"]
    assert not found.reads_complete


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(sorted(typecheck('a').errors, key=lambda e: (e.line, e.column))[0].file)", {"line", "column", "file"}),
        ("print(list(map(lambda e: e.code, typecheck('a').errors)))", {"code"}),
        ("print(len(list(filter(lambda e: e.severity == 'error', typecheck('a').errors))))", {"severity"}),
        ("print(max(typecheck('a').errors, key=lambda e: e.line).message)", {"line", "message"}),
        ("def place(e):\n    return e.line\n\nprint(sorted(typecheck('a').errors, key=place))", {"line"}),
    ],
)
def test_reads_inside_functions_that_a_builtin_calls_are_seen(code: str, expected: set[str]) -> None:
    found = run(code)

    assert {read.path for read in found.reads} == {"errors", *(f"errors[].{name}" for name in expected)}
    assert (found.error, found.reads_complete) == (None, True)


def test_reads_inside_such_functions_are_told_apart_by_call() -> None:
    assert [run(TWO).reads_of(call) for call in (0, 1)] == [("errors",), ("errors", "errors[].column")]


def test_a_field_missing_inside_such_a_function_is_seen_as_such() -> None:
    found = run("r = typecheck('a').errors\nprint(sorted(r, key=lambda e: e.row))")

    assert found.reads[-1] == Read(0, "typecheck", "errors[].row", exists=False)
    assert str(found.error) == "AttributeError: 'TypeCheckError' object has no attribute 'row' (line 2)"


def test_a_field_inside_a_format_text_is_not_observed_and_said_so() -> None:
    found = run("r = typecheck('a')\nprint('{0.error_count}'.format(r))")

    assert (found.output, found.error) == ("2\n", None)
    assert (found.reads, found.reads_complete) == ((), False)


def test_texts_have_no_fields_to_read() -> None:
    found = run("print(read_file('a').upper())")

    assert (found.reads, found.reads_complete) == ((), True)


def test_records_in_a_list_of_an_own_tool_are_observed() -> None:
    record = dirty_records()["hover"]
    found = execute_code("print(look()[1].symbol)", {"look": lambda: [record, record]})

    assert [read.path for read in found.reads] == ["[].symbol"]
