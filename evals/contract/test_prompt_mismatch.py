from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from punie.agent.prompt_utils import format_prompt_with_history, system_of
from punie.evaluation import Query, Suite, load_gate
from punie.evaluation.models import MlxModel
from punie.evaluation.run import EvalRun, ModelSource, Render

BASE = Path(__file__).parents[2] / "fixtures" / "models" / "nano-base"
# What the base has read about in pre-training, with the facts that its answer states.
CONCEPTS = {
    "What is a race condition?": ["timing|order", "thread|threads|task|tasks|shared"],
    "What is a context manager?": ["with", "clean|cleans|close|closes"],
    "What is a merge conflict?": ["both|same", "line|lines|side|sides"],
    "What is a virtual environment?": ["package|packages", "project|own|separate|isolated"],
    "What is dependency injection?": ["outside|passed|given|gets|receives", "object|objects|function|class|test|tests"],
    "Explain git stash briefly.": ["uncommitted|changes|aside", "clean|back|later|pop"],
    "What is a pytest fixture?": ["test|tests", "set|sets|setup|argument|clean"],
}
QUERIES = tuple(
    Query.model_validate(
        {"id": prompt, "category": "words", "prompt": prompt, "expect": {"tools": [], "mentions": mentions}}
    )
    for prompt, mentions in CONCEPTS.items()
)
SYSTEM = system_of(BASE)


def plain_text(turns: Sequence[Mapping[str, str]]) -> str:
    """The prompt format of a chat program that ignores the model's template."""
    return f"{SYSTEM}\n\nUser: {turns[-1]['content']}\nAssistant:"


def percent_passed(model: MlxModel, render: Render) -> float:
    run = EvalRun([Suite("concepts", QUERIES, "")], lambda: ModelSource(model, render))
    run.ask(CONCEPTS.keys())
    return 100 * sum(run.graded(name).grade.strict for name in CONCEPTS) / len(CONCEPTS)


@pytest.mark.slow
def test_the_same_model_fails_when_it_is_asked_in_plain_text_in_place_of_its_template() -> None:
    model = MlxModel(BASE, max_tokens=48)

    in_template = percent_passed(model, partial(format_prompt_with_history, model_path=BASE, system=SYSTEM))
    in_plain_text = percent_passed(model, plain_text)

    assert in_template >= load_gate().bands.deploy
    assert in_plain_text < load_gate().bands.augment
