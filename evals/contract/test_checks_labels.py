from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks.labels import ContradictoryLabels, promise_only_turn
from punie.training.checks.requests import placeholder_query
from punie.training.checks.row import CheckedRow
from punie.training.checks.scan import Rules, scan
from punie.training.checks.shape import call_shape
from punie.training.checks.system import SystemPrompts, no_system
from punie.training.checks.untrained import CallNotTrained
from punie.training.dataset import TrainingDataset, TrainingExample
from punie.training.finding import Finding

SETS = Path(__file__).parents[3] / "shared" / "datasets"
CALL = emit_call('result = typecheck("src")\nprint(result.error_count)')
RESPONSE = "<tool_response>\n0\n</tool_response>"
PROMISES = """
I'll run the type checker.|Let me check.|Running the type checker now.|Checking the git status...|On it!
One moment please.
Sure! I can do that for you. Let me run ruff first.|Looking into it.|I need to search for the symbol first.|Will do.
First, I'll look at src/app.py. Then I'll run the tests.|Okay, running ruff on src/.|I can check that for you.
Sure, I'll run the checks. Shall I proceed?|I am checking the hover information now.
To find that, I'll use goto_definition.
I'd like to run pytest on this.|Going to check the diff.|We'll run the test suite.|Great question! Let me look that up.
Let me read config.py to see what is there.|I should check the definition first.|Hold on while I check.|I'm running ty.
I'll take care of that.|Certainly! I'd be happy to help. I'll start by looking at the module.|I'm gonna run ruff.
I'll get back to you once the tests have run.|Before answering, I'll look at the file.
Searching for usages of parse_reply.
Give me a minute to go over the log.|What I'll do is compare both branches.|I'd be glad to measure that.
My plan is to open it.
We should lint the folder to find out. Let's start.|The linter will be run on both folders next.
Hold tight, opening the file.
Grouping the errors by file shows where they are, so I'll do that first.|I would first need to list the symbols.
I'm afraid I have to scan the tests first.|Gladly, on to the diff. I'll fetch it.
I'll take it from here and open both files.
""".replace("\n", "|")
WORDS = """
Running tests in parallel speeds up CI.|Let me know if you need more.|I'll need the file path to do that. Which file?
Ruff found 3 violations in src/app.py.|Using a context manager ensures that the file is closed.
You're welcome!|Okay.|Done.
I can run ruff, ty and pytest, read and write files, and search code.|Okay, I'll wait.|I'll leave the file as it is.
I won't run anything then.|Let me explain: a generator yields lazily.|Searching a list is slow; a set is fast.
Understood. I'll keep that in mind.|Sure. A dataclass generates __init__.|I checked src/app.py and it has no errors.
First, run ruff. Then, fix the errors.|I can help with that if you tell me the file.|I'd pick ruff.
I can't access the network.
We should keep both until the release.|The tests will be run by CI.|I'd be happy with either of them.
We can drop it: nothing calls it.
Let's start with an example: a set holds each value once.|Give me the name of the file, please.
Looking fine to me.|Starting with Python 3.11, groups of exceptions exist.
To unstage a file, run git restore; the change stays in the working tree.|I'll assume Python 3.12: match works there.
I'll take a list over a tuple here, because it grows.|Running ruff showed 4 violations.|Use pytest -k to run a subset.
""".replace("\n", "|")
KNOWN = {
    "phase26_merged": {"preamble": 475, "format_json_fence": 8, "placeholder_query": 20, "call_not_trained": 483},
    "phase27_merged": {
        "preamble": 399,
        "promise_only_turn": 84,
        "contradictory_label": 84,
        "format_json_fence": 4,
        "placeholder_query": 9,
        "call_not_trained": 347,
        "several_system_prompts": 1,
    },
    "phase27_cleaned": {
        "promise_only_turn": 84,
        "contradictory_label": 84,
        "placeholder_query": 9,
        "call_not_trained": 403,
        "several_system_prompts": 1,
    },
}


def example(*said: str, system: str = "You write Python.") -> TrainingExample:
    """A row in which the user begins."""
    roles = ("user", "assistant") * len(said)
    messages = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    return TrainingExample.model_validate({"messages": [{"role": "system", "content": system}, *messages]})


def promised(*said: str) -> list[str]:
    return [finding.rule for finding in promise_only_turn(CheckedRow("train", "train.jsonl", 1, example(*said)))]


def contradictions(*rows: TrainingExample) -> list[Finding]:
    """The findings of a set with these rows, the last one in valid."""
    dataset = TrainingDataset(name="set", train=rows[:-1], valid=rows[-1:])
    return list(scan(dataset, Rules(sets=[ContradictoryLabels()])))


@pytest.mark.parametrize("text", [text for text in PROMISES.split("|") if text])
def test_a_turn_that_only_promises_is_found(text: str) -> None:
    assert promised("Check src", text) == ["promise_only_turn"]
    assert promised("Check src", text, "Go ahead.", CALL) == ["promise_only_turn"]


@pytest.mark.parametrize("agreement", ["Go ahead.", "yes, please do", "OK"])
def test_words_that_only_a_go_ahead_turns_into_a_call_are_a_promise(agreement: str) -> None:
    assert promised("Check src", "The checker knows best.", agreement, CALL) == ["promise_only_turn"]


@pytest.mark.parametrize(
    "said",
    [
        ("The checker knows best.", "Then check lib too.", CALL),
        ("Shall I check it?", "Yes, please.", CALL),
        (CALL, RESPONSE, "There is no error in it.", "OK, go ahead", CALL),
        ("The checker knows best.", "OK, thanks", "You're welcome."),
    ],
)
def test_words_that_answer_or_ask_before_a_call_are_no_promise(said: tuple[str, ...]) -> None:
    assert promised("Check src", *said) == []


@pytest.mark.parametrize("text", [text for text in WORDS.split("|") if text])
def test_an_answer_in_words_is_no_promise(text: str) -> None:
    assert promised("Check src", text) == []


def test_a_plan_of_steps_without_a_call_is_a_promise() -> None:
    assert promised("Check src", "I'll do the following:\n1. Run ruff\n2. Run ty") == ["promise_only_turn"]


def test_who_asks_for_a_plan_is_told_one() -> None:
    assert promised("What would you do next?", "I'll run the tests first.") == []


def test_words_before_a_call_are_no_promise_only() -> None:
    assert promised("Check src", f"I'll check.\n{CALL}") == []


def test_a_promise_after_a_response_is_found_once_a_row() -> None:
    said = ("Check src", "I'll check.", "Go ahead.", CALL, RESPONSE, "Let me fix that.")

    assert promised(*said) == ["promise_only_turn"]


def test_a_query_with_a_call_and_with_words_is_found_where_the_words_are() -> None:
    (finding,) = contradictions(
        example("Check src", CALL), example("What is ty?", "A tool."), example("check src!", "ok")
    )

    assert (finding.file, finding.line, finding.related) == ("valid.jsonl", 1, ("train.jsonl:1",))
    assert "'check src!'" in finding.message


def test_a_query_is_found_once_however_many_rows_it_has() -> None:
    rows = [example("Check src", "Fine."), *[example("Check src", CALL)] * 3, example("Check src", "I'll check.")]

    (finding,) = contradictions(*rows)

    assert (finding.file, finding.line) == ("train.jsonl", 1)
    assert finding.related == ("train.jsonl:2", "train.jsonl:3", "train.jsonl:4")


def test_the_system_prompt_does_not_excuse_a_contradiction() -> None:
    assert contradictions(example("Check src", CALL, system="One."), example("Check src", "Fine.", system="Two."))


def test_words_after_a_response_contradict_nothing() -> None:
    rows = [example("Check src", CALL), example("Check src", CALL, RESPONSE, "No errors.")]

    assert contradictions(*rows) == []


def test_the_same_words_in_another_conversation_contradict_nothing() -> None:
    rows = [example("Check src", CALL, RESPONSE, "No errors.", "Why?", "They agree."), example("Why?", CALL)]

    assert contradictions(*rows) == []


def test_the_same_conversation_with_a_call_and_with_words_is_found() -> None:
    begin = ("Check src", CALL, RESPONSE, "No errors.", "And the tests?")

    (finding,) = contradictions(example(*begin, "They pass."), example(*begin, CALL))

    assert (finding.file, finding.line, finding.related) == ("train.jsonl", 1, ("valid.jsonl:1",))


def test_rows_that_agree_contradict_nothing() -> None:
    assert contradictions(example("Check src", CALL), example("Check src", CALL)) == []
    assert contradictions(example("What is ty?", "A tool."), example("What is ty?", "A type checker.")) == []


def test_a_badly_written_call_is_not_words() -> None:
    assert contradictions(example("Check src", CALL), example("Check src", CALL[:90])) == []


@pytest.mark.skipif(not SETS.is_dir(), reason="the shared data sets are not here")
@pytest.mark.parametrize("name", KNOWN)
def test_the_defects_of_the_real_sets_are_counted_as_known(name: str) -> None:
    rows = [call_shape, promise_only_turn, placeholder_query, no_system]
    found = scan(SETS / name, Rules(rows=rows, sets=[CallNotTrained(), ContradictoryLabels(), SystemPrompts()]))

    assert Counter(finding.rule for finding in found) == KNOWN[name]
