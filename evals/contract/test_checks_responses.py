from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.testing.records import dirty_records, empty_records
from punie.training.checks.responses import response_rules
from punie.training.checks.row import CheckedRow
from punie.training.checks.scan import Rules, scan
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.examples import generate

SETS = Path(__file__).parents[3] / "shared" / "datasets"
ERROR = "TypeCheckError(file='a.py', line=1, column=2, severity='error', code='x', message='Foo(x=1) is [bad')"
CHECK = f"TypeCheckResult(success=False, error_count=1, warning_count=0, errors=[{ERROR}], parse_error=None)"
PRINTED = 'result = typecheck("src")\nprint(result)'
READ = 'print(read_file("src/a.py"))'


def row(content: str, *, code: str = PRINTED, answer: str = "There is one error.") -> CheckedRow:
    said = (
        ("user", "check src"),
        ("assistant", emit_call(code)),
        ("user", content),
        ("assistant", answer),
    )
    messages = tuple(ChatMessage.model_validate({"role": role, "content": text}) for role, text in said)
    return CheckedRow("valid", "valid.jsonl", 7, TrainingExample(messages=messages))


def tagged(text: str) -> str:
    return f"<tool_response>\n{text}\n</tool_response>"


def rules(text: str, *, code: str = PRINTED, answer: str = "There is one error.") -> set[str]:
    return {finding.rule for finding in response_rules(row(text, code=code, answer=answer))}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("response_unknown_class", "TypeCheckOutput(success=True, error_count=0)"),
        ("response_unknown_class", "LintResult(success=True)"),
        ("response_unknown_class", "Output: LintIssue(file='a.py')"),
        ("response_unknown_class", "ToolResponse(result=3)"),
        ("response_unknown_class", "checked:\nLintResult(success=True)\ndone"),
        ("response_unknown_class", "[LintIssue(file='a.py', line=1)]"),
        ("response_unknown_class", CHECK.replace("TypeCheckError(", "TypeIssue(")),
        ("response_unknown_class", CHECK.replace(ERROR, "datetime.datetime(2026, 1, 1)")),
        ("response_unknown_field", CHECK.replace("parse_error", "duration")),
        ("response_unknown_field", CHECK.replace("severity=", "level=")),
        ("response_unknown_field", f"Result: {CHECK.replace('parse_error', 'note')}"),
        ("response_missing_field", CHECK.replace("error_count=1, ", "")),
        ("response_missing_field", CHECK.replace("column=2, ", "")),
        ("response_missing_field", "HoverResult(success=False, symbol='x')"),
        ("response_missing_field", "TestResult()"),
        ("response_unparsable", CHECK[:60]),
        ("response_unparsable", CHECK[:-1]),
        ("response_unparsable", f"{CHECK[:90]}..."),
        ("response_unparsable", f"{CHECK})"),
        ("response_unparsable", CHECK.replace("errors=[", "errors=")),
        ("response_unparsable", CHECK.replace(ERROR, "...")),
        ("response_unparsable", CHECK.replace("success=False", "success=false")),
        ("response_unparsable", CHECK.replace("'a.py'", "a.py")),
        ("response_unparsable", "TypeCheckResult(...)"),
        ("response_unparsable", "RuffResult(True, 0, 0, [], None)"),
        ("response_unparsable", "<TypeCheckResult object at 0x7f00aa>"),
        ("response_unparsable", "TypeCheckResult {success: true}"),
        ("response_unparsable", "TypeCheckResult: success=False, error_count=1"),
        ("response_unparsable", "TypeCheckResult success=False error_count=1"),
        ("response_unparsable", '{"success": true, "error_count": 0, "errors": []}'),
        ("response_unparsable", "{'success': False, 'errors': [{'file': 'a.py', "),
        ("response_unparsable", "[...]"),
        ("response_unparsable", "Result: ..."),
        ("response_unparsable", "Insert the response"),
        ("response_unparsable", "..."),
        ("response_unparsable", "\N{HORIZONTAL ELLIPSIS}"),
        ("response_unparsable", "<result here>"),
        ("response_unparsable", "[tool output]"),
        ("response_unparsable", "{{result}}"),
        ("response_unparsable", "TODO: add the result"),
        ("response_unparsable", "Tool output goes here"),
        ("response_unparsable", "placeholder"),
        ("response_unparsable", ""),
        ("double_wrapped_response", tagged(CHECK)),
        ("double_wrapped_response", '{"result": "TypeCheckResult(success=True)"}'),
        ("double_wrapped_response", '{"output": "2 errors"}'),
        ("double_wrapped_response", '{"result": {"success": true}}'),
        ("double_wrapped_response", "{'result': 'two errors'}"),
        ("double_wrapped_response", f"<result>{CHECK}</result>"),
        ("double_wrapped_response", f"&lt;tool_response&gt;{CHECK}&lt;/tool_response&gt;"),
        ("double_wrapped_response", f'"{CHECK}"'),
    ],
)
def test_a_damaged_response_is_found(rule: str, text: str) -> None:
    assert rule in rules(tagged(text))


@pytest.mark.parametrize(
    "content",
    [f"<tool_response>\n{CHECK}", f"{CHECK}\n</tool_response>", f"</tool_response>{CHECK}<tool_response>"],
)
def test_tags_that_do_not_match_are_unparsable(content: str) -> None:
    assert rules(content) == {"response_unparsable"}


@pytest.mark.parametrize(
    "text",
    [
        CHECK,
        f"Result: {CHECK}",
        f"[{ERROR}, {ERROR}]",
        f"{ERROR}\n{ERROR}",
        f"src: {CHECK}\ndone in 2 s",
        f"{CHECK}</tool_response>\n<tool_response>{CHECK}",
        CHECK.replace(", parse_error=None", ""),
        CHECK.replace("\\n", "\\\\n"),
        "3 errors\na.py:1 Foo(x=1) is wrong",
        "a.py:3:1 return TypeCheckResult(success=ok, errors=found)",
        "User(name: str, age: int = 3) -> None",
        "None",
        "[]",
        "{}",
        "{'a.py': 2, 'b.py': 1}",
        "ok=True, 0 errors",
        "[invalid-type] it's no type (line 3",
        "{a.py: 3}, {b.py: 2}",
        "src/a.py:3: Foo(x=1)",
        "no results",
        "(no output)",
    ],
)
def test_a_response_that_run_time_may_print_passes(text: str) -> None:
    assert rules(tagged(text)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "import typer\n\napp = typer.Typer()\nuser = User(name='x')\nFoo(bar=baz)\n...",
        "class TestCase(Base):\n    pass\n\n\ndef f() -> TypeCheckResult:\n    return TypeCheckResult(success=True)",
        "TODO: write this",
        "Settings(debug=True)\nlog(level=3)",
        "{\n  'open': [",
        '{"result": "a", "output": "b"}',
        "[tool.coverage]",
        "",
    ],
)
def test_what_a_file_holds_is_no_record(text: str) -> None:
    assert rules(tagged(text), code=READ, answer="The file has no more.") == set()


@pytest.mark.parametrize("code", ['for e in typecheck("src").errors:\n    print(e.file)', 'typecheck("src")'])
def test_code_that_need_not_print_may_print_nothing(code: str) -> None:
    assert rules(tagged(""), code=code) == set()


def test_an_empty_file_is_believed_when_the_answer_says_so() -> None:
    assert rules(tagged(""), code=READ, answer="src/a.py defines the class User.") == {"response_unparsable"}
    assert rules(tagged(""), code=READ, answer="src/a.py is empty.") == set()


def test_words_about_the_tag_are_no_response() -> None:
    assert rules("What does <tool_response> mean?") == set()


def test_a_finding_names_the_place_and_the_value() -> None:
    (finding,) = response_rules(row(tagged(CHECK.replace("parse_error", "duration"))))

    assert (finding.file, finding.line) == ("valid.jsonl", 7)
    assert finding.message == "message 3: TypeCheckResult has no field 'duration'"


def test_the_records_of_run_time_pass() -> None:
    records = [*dirty_records().values(), *empty_records().values()]

    assert [record for record in records if not isinstance(record, str) and rules(tagged(repr(record)))] == []


@pytest.mark.parametrize(
    "text",
    [
        "TypeCheckResult(errors=" + "[" * 100_000,
        "TypeCheckResult(errors=[" * 5_000,
        "SymbolInfo(children=" * 40 + "1" + ")" * 40,
        "TypeCheckResult(error_count=" + "-" * 50_000 + "1)",
        "TypeCheckResult(success='" + "\\" * 100_001,
        '{"result": ' * 20_000,
        "[[[[" * 20_000 + "\0",
        "<" + "a " * 20_000,
        "a" * 300_000 + "(",
    ],
)
def test_hostile_text_is_judged_in_bounded_time(text: str) -> None:
    assert "bad_structure" not in rules(tagged(text))


def test_generated_rows_have_sound_responses() -> None:
    assert list(scan(generate("nano", 3, "be brief", size=300), Rules(rows=[response_rules]))) == []


@pytest.mark.parametrize("name", ["phase26_merged", "phase27_merged", "phase27_cleaned"])
def test_the_real_sets_have_sound_responses(name: str) -> None:
    if not SETS.is_dir():
        pytest.skip("the shared data sets are not here")
    # Their 147 and 207 records show every field, as run time does.
    assert Counter(finding.rule for finding in scan(SETS / name, Rules(rows=[response_rules]))) == {}
