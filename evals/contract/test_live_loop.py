from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from fixtures.workspace_repository import Repository
from punie.agent.sandbox import Limits
from punie.agent.tool_calls import emit_call
from punie.evaluation import Query, Suite
from punie.evaluation.live import LiveSource
from punie.evaluation.models import Answer
from punie.evaluation.run import EvalRun
from punie.evaluation.workspace_copy import digest_of
from punie.testing import ScriptedModel

CODE = "src/market/prices.py"
TYPES = emit_call(f'result = typecheck("{CODE}")\nprint(result.error_count, "errors")')
READ = emit_call(f'print(read_file("{CODE}"))')
LINT = emit_call(f'print(ruff_check("{CODE}"))')
DONE = "There is nothing more to say about it."


def query(*expected: Sequence[str], name: str = "prices", **first: Any) -> Query:  # noqa: ANN401 - keys of expect
    """A query whose turns expect these tools; what the suite recorded must never reach the model."""
    expects = [{"tools": list(tools), **({} if tools else {"mentions": ["nothing"]})} for tools in expected]
    then = [{"tool_response": {"text": "recorded"}, "expect": expect} for expect in expects[1:]]
    data = {"id": name, "category": "live", "prompt": f"About {name}.", "expect": expects[0] | first, "then": then}
    return Query.model_validate(data)


def whole(turns: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns)


class Replies:
    """Replies one after another, whatever is asked, with the prompts that they were given to."""

    def __init__(self, *texts: str) -> None:
        self.prompts: list[str] = []
        self._texts = texts

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return self._texts[len(self.prompts) - 1]


def looped(root: Path, asked: Query, *texts: str, max_steps: int = 6) -> tuple[tuple[Answer, ...], list[str]]:
    """The sample that these replies make, and the prompts of the steps that were taken."""
    replies = Replies(*texts)
    source = LiveSource(ScriptedModel(replies), whole, root, max_steps=max_steps)
    return source.samples([asked], lambda: None)[asked.id][0], replies.prompts


def texts_of(sample: Sequence[Answer]) -> list[str]:
    return [answer.text for answer in sample]


def test_a_call_runs_with_the_real_tools_and_its_output_is_the_next_tool_turn(built_workspace: Repository) -> None:
    errors = built_workspace.call("typecheck", CODE).error_count
    _, prompts = looped(built_workspace.root, query(["typecheck"], []), TYPES, DONE)

    assert prompts[1] == f"user: About prices.\nassistant: {TYPES}\ntool: {errors} errors"


def test_the_answer_in_words_is_graded_beside_what_was_really_shown(built_workspace: Repository) -> None:
    sample, prompts = looped(built_workspace.root, query(["typecheck"], []), TYPES, DONE)

    assert texts_of(sample) == [TYPES, DONE]
    assert sample[1].shown == prompts[1].partition("tool: ")[2]


def test_a_raw_echo_of_the_real_output_is_no_answer(built_workspace: Repository) -> None:
    def echo(prompt: str) -> str:
        return prompt.partition("tool: ")[2] or LINT

    asked = query(["ruff_check"], [])
    run = EvalRun([Suite("live", (asked,), "")], lambda: LiveSource(ScriptedModel(echo), whole, built_workspace.root))
    run.ask({asked.id})

    assert run.graded(asked.id).grade.soft
    assert not run.graded(asked.id).grade.strict


def test_a_perfect_loop_passes_strictly(built_workspace: Repository) -> None:
    asked = query(["typecheck"], ["read_file"], fields=["error_count"])
    source = LiveSource(ScriptedModel(Replies(TYPES, READ)), whole, built_workspace.root)
    run = EvalRun([Suite("live", (asked,), "")], lambda: source)
    run.ask({asked.id})

    assert run.graded(asked.id).grade.strict, run.graded(asked.id).grade.reason


@pytest.mark.parametrize(
    ("said", "label"), [("{} errors were found in the file.", None), ("77 errors were found in it.", "wrong_fact")]
)
def test_facts_are_those_of_the_workspace(built_workspace: Repository, said: str, label: str | None) -> None:
    errors = str(built_workspace.call("typecheck", CODE).error_count)
    asked = query(["typecheck"], [])
    facts = asked.then[0].expect.model_copy(update={"mentions": (errors, "error|errors")})
    asked = asked.model_copy(update={"then": (asked.then[0].model_copy(update={"expect": facts}),)})
    source = LiveSource(ScriptedModel(Replies(TYPES, said.format(errors))), whole, built_workspace.root)
    run = EvalRun([Suite("live", (asked,), "")], lambda: source)
    run.ask({asked.id})

    assert run.graded(asked.id).grade.label == label


@pytest.mark.parametrize(
    ("expected", "replies", "turns"),
    [
        ([["typecheck"]], [TYPES], [TYPES]),
        ([["typecheck"]], [LINT, TYPES], [f"{LINT}\n{TYPES}"]),
        ([["typecheck", "read_file"], []], [TYPES, READ, DONE], [f"{TYPES}\n{READ}", DONE]),
        ([["typecheck"], []], [TYPES, LINT, DONE], [f"{TYPES}\n{LINT}", DONE]),
        ([["typecheck"], ["read_file"], []], [TYPES, READ, DONE], [TYPES, READ, DONE]),
        ([["typecheck"], ["read_file"]], [TYPES, LINT, READ], [TYPES, f"{LINT}\n{READ}"]),
        ([["typecheck", "read_file"], []], [TYPES, DONE], [TYPES, DONE]),
        ([["typecheck"]], [DONE], [DONE]),
        ([[]], [DONE], [DONE]),
        ([[]], [TYPES], [TYPES]),
        ([["typecheck"], []], ["<tool_call>\n<function=execute_code>"], ["<tool_call>\n<function=execute_code>"]),
    ],
)
def test_steps_are_put_together_to_the_turns_of_the_query(
    built_workspace: Repository, expected: list[list[str]], replies: list[str], turns: list[str]
) -> None:
    sample, prompts = looped(built_workspace.root, query(*expected), *replies)

    assert texts_of(sample) == turns
    assert len(prompts) == len(replies)


def test_the_loop_ends_after_the_steps_that_it_may_take(built_workspace: Repository) -> None:
    sample, prompts = looped(built_workspace.root, query(["typecheck"], []), *[LINT] * 9, max_steps=3)

    assert len(prompts) == 3
    assert texts_of(sample) == ["\n".join([LINT] * 3)]


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (emit_call('print("before")\nprint(1 / 0)'), "before\nZeroDivisionError: "),
        (emit_call('print(typecheck("src").no_such_field)'), "AttributeError: "),
        (emit_call("print("), "SyntaxError: "),
        (emit_call('read_file("../secret")'), "PermissionError: "),
        (emit_call(f'print(read_file("{CODE}"))').replace("execute_code", "read_file"), "NameError: there is no func"),
    ],
    ids=["exception", "field", "syntax", "outside", "tool"],
)
def test_the_model_is_told_what_went_wrong_and_may_go_on(built_workspace: Repository, reply: str, shown: str) -> None:
    _, prompts = looped(built_workspace.root, query(["typecheck"]), reply, TYPES)

    assert prompts[1].partition("tool: ")[2].startswith(shown)


def test_each_query_has_a_copy_of_its_own_that_lasts_for_its_steps(built_workspace: Repository) -> None:
    write, read = emit_call('print(write_file("note.txt", "hello"))'), emit_call('print(read_file("note.txt"))')
    script = {"About one.": write, "tool: success": read, "About other.": read, "hello": DONE, "Error": DONE}
    both = (query(["write_file"], [], name="one"), query(["read_file"], [], name="other"))
    found = LiveSource(ScriptedModel(script), whole, built_workspace.root).samples(both, lambda: None)
    shown = {name: sample[-1].shown or "" for name, (sample,) in found.items()}

    assert shown["one"] == "hello"
    assert shown["other"].startswith("FileNotFoundError: ")
    assert not (built_workspace.root / "note.txt").exists()


def test_what_is_printed_without_end_is_cut(built_workspace: Repository) -> None:
    replies = Replies(emit_call("print('x' * 5000)"), DONE)
    limits = Limits(output_bytes=100)
    source = LiveSource(ScriptedModel(replies), whole, built_workspace.root, limits=limits)
    source.samples([query(["typecheck"], [])], lambda: None)

    assert replies.prompts[1].endswith(f"{'x' * 100}\n[the rest of the output was cut]")


def test_the_next_steps_of_all_queries_are_one_batch(built_workspace: Repository) -> None:
    model = ScriptedModel({"About": TYPES, "errors": DONE})
    turns: list[None] = []
    asked = [query(["typecheck"], [], name=name) for name in ("one", "two")]
    LiveSource(model, whole, built_workspace.root).samples(asked, lambda: turns.append(None))

    assert [len(batch) for batch in model.batches] == [2, 2]
    assert len(turns) == 4


def test_the_workspace_belongs_to_the_identity(repository: Repository) -> None:
    repository.write("a.py", "A = 1\n")

    source = LiveSource(ScriptedModel({}), whole, repository.root, max_steps=3)

    assert source.identity == {"script": "scripted", "workspace": digest_of(repository.root)}
    assert source.facts["max_steps"] == 3


@pytest.mark.parametrize(
    ("folder", "steps", "error", "message"),
    [
        ("none", 6, NotADirectoryError, r"^no workspace '.*none': name the folder in which the model is to work$"),
        (".", 0, ValueError, r"^0 steps were asked for: a model needs 1 at least to reply$"),
    ],
)
def test_what_cannot_be_a_loop_is_refused(
    tmp_path: Path, folder: str, steps: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        LiveSource(ScriptedModel({}), whole, tmp_path / folder, max_steps=steps)
