from __future__ import annotations

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.code_mode import ConversionError, calls_to_code_mode, calls_to_format_a, tool_code
from punie.training.convert import convert_dataset, to_code_mode, to_format_a
from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample

CODE = 'result = typecheck("src/")\nprint(result.error_count)'
FORMAT_B = f"<tool_call>\n{CODE}\n</tool_call>"
TIGHT = f"<tool_call><function=execute_code><parameter=code>\n{CODE}\n</parameter></function></tool_call>"
HERMES = '<tool_call>{"name": "ruff_check", "arguments": {"path": "src/"}}</tool_call>'
RUFF = emit_call('result = ruff_check("src/")\nprint(result)')


def xml(name: str, **values: str) -> str:
    parameters = "".join(f"<parameter={key}>\n{value}\n</parameter>\n" for key, value in values.items())
    return f"<tool_call>\n<function={name}>\n{parameters}</function>\n</tool_call>"


def row(turn: str, *, system: str | None = None) -> TrainingExample:
    first = () if system is None else (ChatMessage(role="system", content=system),)
    turns = (ChatMessage(role="user", content=FORMAT_B), ChatMessage(role="assistant", content=turn))
    return TrainingExample(messages=(*first, *turns))


@pytest.mark.parametrize("call", [FORMAT_B, TIGHT, emit_call(CODE)], ids=["format_b", "tight", "emitted"])
def test_calls_of_code_are_written_in_the_one_form(call: str) -> None:
    assert calls_to_format_a(f" Now:\n{call}\n\nDone. ") == f" Now:\n{emit_call(CODE)}\n\nDone. "


def test_a_single_tool_in_json_becomes_code() -> None:
    assert calls_to_code_mode(f"Look: {HERMES}") == f"Look: {RUFF}"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (xml("typecheck", path="src/"), 'typecheck("src/")'),
        (xml("git_log", path=".", count="5"), 'git_log(".", count=5)'),
        (xml("git_diff", staged="true", path="."), 'git_diff(".", staged=True)'),
        (
            xml("hover", symbol="f", file_path="a.py", line="3", column="5"),
            'hover("a.py", 3, 5, "f")',
        ),
        (xml("run_command", command="ls", args='["-l", "a b"]'), 'run_command("ls", args=["-l", "a b"])'),
        (xml("run_command", command="ls", cwd="null"), 'run_command("ls", cwd=None)'),
        (xml("write_file", path="a", content='"\n</parameter>\\'), 'write_file("a", "\\"\\n</parameter>\\\\")'),
        (xml("read_file", path="\u2028a"), "read_file('\\u2028a')"),
    ],
    ids=["text", "number", "bool", "order", "list", "none", "escapes", "unprintable"],
)
def test_a_single_tool_in_xml_becomes_code(call: str, code: str) -> None:
    assert calls_to_code_mode(call) == emit_call(f"result = {code}\nprint(result)")


def test_calls_of_code_become_format_a_on_the_way_to_code_mode() -> None:
    assert calls_to_code_mode(FORMAT_B) == emit_call(CODE)


def test_a_list_of_calls_becomes_one_program() -> None:
    calls = '[{"name": "typecheck", "arguments": {"path": "a"}}, {"name": "ruff_check", "arguments": {"path": "b"}}]'
    code = 'result = typecheck("a")\nprint(result)\nresult = ruff_check("b")\nprint(result)'

    assert calls_to_code_mode(f"<tool_call>{calls}</tool_call>") == emit_call(code)


@pytest.mark.parametrize("turn", ["", "A decorator wraps.", "```python\nx = 1\n```", HERMES, "```python\nx = 1"])
def test_what_is_no_call_of_code_stays_as_it_is(turn: str) -> None:
    assert calls_to_format_a(turn) == turn


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        ("<tool_call>\nprint(1)", "ends inside a call"),
        ('<tool_call>{"name": "f', "ends inside a call"),
        (xml("delete_everything", path="/"), "unknown tool 'delete_everything'"),
        (xml("typecheck"), "the arguments of 'typecheck' do not fit it"),
        (xml("typecheck", path=".", depth="1"), "the arguments of 'typecheck' do not fit it"),
        (xml("git_log", path=".", count="many"), "count of 'git_log' is 'many': give int"),
        (xml("execute_code", code="1", path="."), "takes code alone"),
        (xml("execute_code", code="1").replace("</function>", "</function> words"), "holds text outside its values"),
        (xml("execute_code", code="1").replace("</parameter>", ""), "is malformed"),
        (
            xml("execute_code", code="1").replace("</function>", "<parameter=code>\n2\n</parameter>\n</function>"),
            "holds text outside its values",
        ),
    ],
    ids=["cut_b", "cut_json", "tool", "missing", "more", "type", "not_code", "words", "unclosed", "twice"],
)
def test_a_call_that_would_lose_something_is_refused(turn: str, reason: str) -> None:
    with pytest.raises(ConversionError) as caught:
        calls_to_code_mode(turn)

    assert reason in str(caught.value)


def test_an_infinite_number_has_no_code() -> None:
    with pytest.raises(ConversionError, match="has no literal"):
        tool_code("run_command", {"command": "ls", "args": [float("inf")]})


@pytest.mark.parametrize("system", [None, "old", "new"])
def test_a_row_of_format_b_gets_format_a_and_the_system_prompt(system: str | None) -> None:
    assert to_format_a(row(FORMAT_B, system=system), "new") == row(emit_call(CODE), system="new")


def test_only_turns_of_the_assistant_change() -> None:
    assert to_code_mode(row(HERMES), "new").messages[1].content == FORMAT_B


def test_eighty_of_a_hundred_rows_become_format_a_and_all_have_the_prompt() -> None:
    rows = (*(row(FORMAT_B),) * 80, *(row("Ruff is a linter."),) * 20)
    found = convert_dataset(TrainingDataset(name="old", train=rows), lambda each: to_format_a(each, "new"))

    assert sum(each.messages[-1].content == emit_call(CODE) for each in found.train) == 80
    assert [each.system for each in found.train] == ["new"] * 100


def test_a_row_that_cannot_be_converted_names_its_place() -> None:
    dataset = TrainingDataset(name="old", train=(row("Yes."),), valid=(row("Yes."), row("<tool_call>\nprint(1)")))

    with pytest.raises(ConversionError, match=r"valid\.jsonl:2: message 2: the turn ends inside a call"):
        convert_dataset(dataset, lambda each: to_code_mode(each, "new"))
