from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training import checks
from punie.training.checks import CheckResult, run_pre_training_checks, summarize_checks
from punie.training.dataset_validation import validate_dataset

CALL = emit_call("result = typecheck('src')\nprint(result.error_count)")
RESPONSE = "<tool_response>\n3\n</tool_response>"
REAL = Path(__file__).parents[3] / "shared" / "datasets"
Turns = Sequence[str]


def row(*turns: str, system: str | None = "S") -> str:
    said = [] if system is None else [{"role": "system", "content": system}]
    said += [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(turns)]
    return json.dumps({"messages": said})


def text_row(answer: str) -> str:
    turns = (("system", "S"), ("user", "How many?"), ("assistant", answer))
    return json.dumps({"text": "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turns)})


GOOD = (row("How many?", CALL, RESPONSE, "Three."), row("How many?", CALL), row("What is a type?", "A set of values."))


def folder(tmp_path: Path, *lines: str) -> Path:
    tmp_path.joinpath("train.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return tmp_path


CHECKS: dict[str, Callable[[Path], CheckResult]] = {
    "format_consistency": checks.check_format_consistency,
    "training_data_distribution": checks.check_training_data_distribution,
    "training_data_content": checks.check_training_data_content,
    "training_data_coverage": lambda data: checks.check_training_data_coverage(data, ["result.error_count"]),
    "system_prompt_consistency": checks.check_system_prompt_consistency,
    "dataset_structural_validation": checks.check_dataset_structural_validation,
    "eval_parser_matches_training_format": checks.check_eval_parser_matches_training_format,
}
BAD = {
    "format_consistency": ('{"prompt": "a", "completion": "b"}', "train.jsonl:4: "),
    "training_data_distribution": (row("q", CALL) + f"\n{row('q', CALL)}" * 9, "12 of 13 rows hold a call"),
    "training_data_content": (row("q", CALL, "<tool_response>\n</tool_response>", "None."), "train.jsonl:4: message 4"),
    "system_prompt_consistency": (row("q", "a", system=None), "train.jsonl:4: no system prompt"),
    "dataset_structural_validation": (row("q"), "train.jsonl:4: bad_structure"),
    "eval_parser_matches_training_format": (row("q", CALL.replace("</parameter>", "")), "train.jsonl:4: message 3"),
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_good_set_passes_each_check_by_its_name(tmp_path: Path, name: str) -> None:
    result = CHECKS[name](folder(tmp_path, *GOOD))

    assert (result.check_name, result.passed) == (name, True), result.message


@pytest.mark.parametrize("name", sorted(BAD))
def test_each_check_finds_the_row_that_it_must_find(tmp_path: Path, name: str) -> None:
    line, message = BAD[name]
    result = CHECKS[name](folder(tmp_path, *GOOD, line))

    assert not result.passed
    assert result.message.startswith(message), result.message


@pytest.mark.parametrize("name", sorted(CHECKS))
@pytest.mark.parametrize("lines", [None, ()])
def test_no_check_passes_on_nothing(tmp_path: Path, name: str, lines: Turns | None) -> None:
    place = tmp_path / "none" if lines is None else folder(tmp_path)

    assert not CHECKS[name](place).passed


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_folder_may_be_given_as_text(tmp_path: Path, name: str) -> None:
    given: Callable[[str], CheckResult] = CHECKS[name]  # type: ignore[assignment]

    assert given(str(folder(tmp_path, *GOOD))).passed


@pytest.mark.parametrize(
    "call", ["<tool_call>\nprint(1)\n</tool_call>", '```json\n{"name": "hover", "arguments": {}}\n```\n3']
)
def test_other_forms_of_calls_among_those_of_format_a_are_mixed(tmp_path: Path, call: str) -> None:
    result = checks.check_format_consistency(folder(tmp_path, *GOOD, row("q", call)))

    assert not result.passed
    assert result.message.startswith("calls stand in other forms than one: format_a 2, ")


@pytest.mark.parametrize(
    ("expected", "passed"),
    [("A", True), ("format_a", True), ("messages", True), ("B", False), ("text", False), ("?", False)],
)
def test_the_expected_format_decides(tmp_path: Path, expected: str, *, passed: bool) -> None:
    assert checks.check_format_consistency(folder(tmp_path, *GOOD), expected).passed is passed


def test_the_old_text_format_is_judged_too(tmp_path: Path) -> None:
    place = folder(tmp_path, text_row(CALL), text_row("No."), text_row("No."))

    assert checks.check_format_consistency(place, "text").passed
    assert checks.check_training_data_distribution(place).details["share"] == pytest.approx(1 / 3)
    assert not checks.check_dataset_structural_validation(place).passed


@pytest.mark.parametrize(("calls", "words", "passed"), [(0, 9, False), (1, 9, True), (8, 2, True), (97, 3, False)])
def test_the_share_of_calls_has_bounds_that_are_its_own(
    tmp_path: Path, calls: int, words: int, *, passed: bool
) -> None:
    lines = [row("q", CALL)] * calls + [row("q", "Use `typecheck`: it calls ty.")] * words

    assert checks.check_training_data_distribution(folder(tmp_path, *lines)).passed is passed


@pytest.mark.parametrize(
    "said",
    [
        "<tool_response></tool_response>",
        "<tool_response>\n  \n</tool_response>",
        "<tool_response>\n...\n</tool_response>",
        "<tool_response>\n[tool output here]\n</tool_response>",
        "<tool_result>Result goes here</tool_result>",
        "<tool_response>\nTODO\n</tool_response>",
        "<tool_response>\n<result>\n</tool_response>",
        "<tool_response>\nplaceholder\n</tool_response>",
    ],
)
def test_empty_and_placeholder_results_are_found_under_every_tag(tmp_path: Path, said: str) -> None:
    result = checks.check_training_data_content(folder(tmp_path, *GOOD, row("q", CALL, said, "Done.")))

    assert result.message.startswith("train.jsonl:4: message 4: the result of the tool is ")


@pytest.mark.parametrize(
    "said", ["[]", "0", "None", "success", "[F401, E501]", "output.py: todo", "# TODO: sort", "a...b"]
)
def test_short_results_are_no_placeholders(tmp_path: Path, said: str) -> None:
    response = f"<tool_response>\n{said}\n</tool_response>"

    assert checks.check_training_data_content(folder(tmp_path, row("q", CALL, response, "Done."))).passed


def test_an_empty_result_is_sound_when_the_answer_says_so(tmp_path: Path) -> None:
    call = emit_call("print(read_file('a.py'))")
    said = "<tool_response>\n\n</tool_response>"

    assert checks.check_training_data_content(folder(tmp_path, row("q", call, said, "a.py is empty."))).passed
    assert not checks.check_training_data_content(folder(tmp_path, row("q", call, said, "It has two classes."))).passed


def test_rows_without_any_result_are_a_warning(tmp_path: Path) -> None:
    result = checks.check_training_data_content(folder(tmp_path, row("q", CALL)))

    assert (result.passed, result.warnings) == (True, ("no row holds the result of a tool",))


@pytest.mark.parametrize(
    "line",
    [
        row("Read result.violation_count", "I read result.violation_count."),
        row("q", emit_call("# result.violation_count\nprint('result.violation_count')")),
        row("q", "```python\nprint(result.violation_count)\n```"),
        row("q", emit_call("print(result.violation_count")),
        row("q", CALL, "<tool_response>\nresult.violation_count\n</tool_response>", "3"),
    ],
)
def test_patterns_outside_executed_code_do_not_count(tmp_path: Path, line: str) -> None:
    result = checks.check_training_data_coverage(folder(tmp_path, *GOOD, line), ["result.violation_count"])

    assert (result.passed, result.details["counts"]) == (False, {"result.violation_count": 0})


@pytest.mark.parametrize(
    "pattern", ["result.violation_count", r"if\s+result\.\w+ > 0", "if  result.violation_count>0|x", "ruff_check("]
)
def test_patterns_in_executed_code_count_as_code_or_expression(tmp_path: Path, pattern: str) -> None:
    code = "result = ruff_check('a')\nif result.violation_count>0:\n    print(f'{result.violation_count} found')"
    result = checks.check_training_data_coverage(folder(tmp_path, row("q", emit_call(code))), [pattern])

    assert result.passed is ("|x" not in pattern)


def test_coverage_without_patterns_fails(tmp_path: Path) -> None:
    assert not checks.check_training_data_coverage(folder(tmp_path, *GOOD), []).passed


def test_a_second_system_prompt_and_an_unexpected_one_are_found(tmp_path: Path) -> None:
    place = folder(tmp_path, *GOOD)

    assert not checks.check_system_prompt_consistency(place, expected="T").passed
    assert not checks.check_system_prompt_consistency(folder(tmp_path, *GOOD, row("q", "a", system="T"))).passed


def test_structural_findings_are_those_of_validate_dataset(tmp_path: Path) -> None:
    place = folder(tmp_path, *GOOD, "{", row("q", ""), row())
    result = checks.check_dataset_structural_validation(place)

    assert result.details["findings"] == tuple(validate_dataset(place))
    assert len(result.details["findings"]) >= 3


@pytest.mark.parametrize(
    "answer",
    [
        CALL.replace("execute_code", "typecheck"),
        CALL.replace("parameter=code", "parameter=source"),
        CALL.removesuffix("</tool_call>").removesuffix("</function>\n"),
        '```json\n{"name": "typecheck", "arguments": {"path": "src"}}\n```',
        "<tool_call>\n</tool_call>",
    ],
)
def test_every_row_must_be_read_and_not_the_first_alone(tmp_path: Path, answer: str) -> None:
    result = checks.check_eval_parser_matches_training_format(folder(tmp_path, *GOOD, row("q", answer)))

    assert result.message.startswith("train.jsonl:4: message 3: "), result.message


def test_a_set_without_calls_does_not_show_that_the_parser_fits(tmp_path: Path) -> None:
    assert not checks.check_eval_parser_matches_training_format(folder(tmp_path, GOOD[2])).passed


def test_all_checks_of_a_set_run_with_the_documented_call(tmp_path: Path) -> None:
    results = run_pre_training_checks(
        data_directory=folder(tmp_path, *GOOD), expected_format="messages", expected_patterns=["result.error_count"]
    )

    assert sorted(each.check_name for each in results) == sorted(CHECKS)
    assert all(each.passed for each in results)


def test_a_summary_can_be_printed_asked_and_unpacked(tmp_path: Path) -> None:
    good = summarize_checks(run_pre_training_checks(folder(tmp_path, *GOOD), "messages", ["typecheck"]))
    all_passed, table = summarize_checks(run_pre_training_checks(tmp_path, "messages", ["git_log("]))

    assert (bool(good), good.all_passed) == (True, True)
    assert str(good).splitlines()[-1] == f"{good}".splitlines()[-1] == "7 of 7 checks passed"
    assert all_passed is False
    assert "FAILED  training_data_coverage" in table


def test_a_summary_of_nothing_has_not_passed() -> None:
    assert not summarize_checks([])


def test_results_cannot_be_changed(tmp_path: Path) -> None:
    result = checks.check_training_data_content(folder(tmp_path, *GOOD))

    with pytest.raises(FrozenInstanceError):
        result.passed = False  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "failing"),
    [
        ("phase26_merged", {"format_consistency", "eval_parser_matches_training_format"}),
        ("phase27_merged", {"format_consistency", "eval_parser_matches_training_format", "system_prompt_consistency"}),
        ("phase27_cleaned", {"system_prompt_consistency", "training_data_distribution"}),
    ],
)
def test_the_real_sets_fail_where_they_are_known_to_be_wrong(name: str, failing: set[str]) -> None:
    if not (REAL / name).is_dir():
        pytest.skip(f"no set {name} beside the project")
    results = run_pre_training_checks(REAL / name, "messages", ["result.error_count"])

    assert {each.check_name for each in results if not each.passed} == failing
