from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from evals.contract.replies import query, then
from punie.agent.tool_calls import emit_call
from punie.evaluation import Grade, Query, grade
from punie.testing import ScriptedModel

LINT_RECORD = "RuffResult(success=False, violation_count=4, fixable_count=3, violations=[], parse_error=None)"
WORDS = query(prompt="What is a fixture?", mentions=["test", "function|value"])
TYPES = query(
    "typecheck",
    prompt="How many type errors has src?",
    fields=["error_count"],
    arguments={"typecheck": {"path": "src"}},
)
STAGED = query("git_diff", prompt="Show what I staged in src", arguments={"git_diff": {"path": "src", "staged": True}})
CHAIN = query(
    "git_status", "git_diff", prompt="Which files did I modify, and by how many lines?", fields=["files", "additions"]
)
LINT = then(query("ruff_check", prompt="Lint src"), LINT_RECORD, mentions=["4", "violation|finding"])
SUITE: Mapping[str, Query] = {"words": WORDS, "types": TYPES, "staged": STAGED, "chain": CHAIN, "lint": LINT}

ANSWER = "A fixture is a function that prepares a value, and each test that names it gets that value."
PERFECT = {
    WORDS.prompt: ANSWER,
    TYPES.prompt: emit_call("result = typecheck('src')\nprint(result.error_count, 'errors')"),
    STAGED.prompt: emit_call("print(git_diff('src', staged=True))"),
    CHAIN.prompt: emit_call(
        "for file in git_status('.').files:\n    if file.status == 'modified':\n"
        "        print(file.file, git_diff(file.file).additions)"
    ),
    LINT.prompt: emit_call("print(ruff_check('src'))"),
    LINT_RECORD: "Ruff has four findings in src, and it can repair three of them.",
}


def graded(model: ScriptedModel) -> Mapping[str, Grade]:
    """The grades of a model that is asked turn after turn, whatever it said before."""
    return {
        name: grade(asked, [model.answer([prompt])[0].text for prompt in turns(asked)]) for name, asked in SUITE.items()
    }


def turns(asked: Query) -> Sequence[str]:
    return [asked.prompt, *(turn.response_text or "" for turn in asked.then)]


def labels(model: ScriptedModel) -> Counter[str | None]:
    return Counter(found.label for found in graded(model).values())


def test_a_perfect_model_passes_everything() -> None:
    found = graded(ScriptedModel(PERFECT))

    assert {name: verdict.reason for name, verdict in found.items() if not verdict.strict} == {}


def test_a_model_that_ignores_the_tools_passes_only_where_none_is_needed() -> None:
    found = graded(ScriptedModel(lambda _: ANSWER))

    assert {name for name, verdict in found.items() if verdict.strict} == {"words"}
    assert {verdict.label for name, verdict in found.items() if name != "words"} == {"no_call"}


def test_a_model_that_always_calls_fails_where_words_are_due() -> None:
    everything = emit_call("print(typecheck('src').error_count, ruff_check('src'), git_diff('src', staged=True))")
    found = graded(ScriptedModel(lambda _: everything))

    assert {name for name, verdict in found.items() if verdict.strict} == {"types", "staged"}
    assert found["words"].label == found["lint"].label == "called_when_should_not"
    assert found["chain"].label == "incomplete_chain"


def test_a_model_that_echoes_passes_nothing() -> None:
    found = graded(ScriptedModel(lambda prompt: prompt))

    assert not any(verdict.strict or verdict.soft for name, verdict in found.items() if name != "words")
    assert found["words"].label == "wrong_fact"


def test_an_echo_of_the_tool_response_is_no_summary() -> None:
    found = graded(ScriptedModel({**PERFECT, LINT_RECORD: LINT_RECORD}))

    assert (found["lint"].label, found["lint"].failed_layer) == ("repetition", "sanity")


@pytest.mark.parametrize(
    "text",
    ["I'll check that for you.", "Sure! Let me run the type checker.", "I will look at the files now.\nOne moment."],
)
def test_a_model_that_promises_makes_only_promises(text: str) -> None:
    assert labels(ScriptedModel(lambda _: text)) == {"promise_only": len(SUITE)}


@pytest.mark.parametrize("text", ["", "\n  \n"])
def test_an_empty_model_is_empty(text: str) -> None:
    assert labels(ScriptedModel(lambda _: text)) == {"empty": len(SUITE)}


def test_a_model_that_uses_the_command_line_has_the_wrong_tool() -> None:
    commands = {
        TYPES.prompt: emit_call("print(run_command('mypy src'))"),
        STAGED.prompt: emit_call("print(run_command('git', ['diff', '--cached', 'src']))"),
        CHAIN.prompt: emit_call("print(run_command('git status -s'))\nprint(run_command('git diff --stat'))"),
        LINT.prompt: emit_call("print(run_command('ruff check src'))"),
    }
    found = graded(ScriptedModel({**PERFECT, **commands}))

    assert {verdict.label for name, verdict in found.items() if name != "words"} == {"wrong_tool"}


@pytest.mark.parametrize(
    ("asked", "reply", "label"),
    [
        (TYPES, emit_call("print(typecheck('src').errors_total)"), "invented_field"),
        (TYPES, emit_call("print(typecheck('lib').error_count)"), "wrong_arguments"),
        (TYPES, emit_call("typecheck('src').error_count"), "no_output"),
        (TYPES, emit_call("if False:\n    print(typecheck('src').error_count)"), "not_executed"),
        (TYPES, emit_call("print(typecheck('src').error_count"), "malformed"),
        (TYPES, emit_call("print(typecheck('src').error_count / 0)"), "failed_at_run_time"),
        (TYPES, emit_call("print(typecheck('src').error_count)")[:90], "truncated"),
        (CHAIN, emit_call("print(git_status('.').files)"), "incomplete_chain"),
        (WORDS, "A fixture is a function " + "and a test " * 12, "repetition"),
        (WORDS, "A fixture is a kind of furniture that stays in the house when you move out of it.", "wrong_fact"),
    ],
)
def test_each_fault_has_its_label(asked: Query, reply: str, label: str) -> None:
    assert grade(asked, [reply]).label == label
