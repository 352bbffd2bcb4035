"""The concepts load, are many and varied, and their composed questions read well."""

from __future__ import annotations

import re
from collections import Counter
from string import Formatter

import pytest
import yaml

from punie.training.examples import knowledge
from punie.training.examples.knowledge import FRAMES, Concept, load_concepts, questions_and_answers

FILLER = frozenset({"the", "and", "for", "not", "with", "from", "use", "than", "rather", "into", "that"})


def concept(**changes: object) -> Concept:
    row: dict[str, object] = {
        "topic": "decorator",
        "names": ["a decorator", "decorators"],
        "plurals": ["decorators"],
        "kind": "definition",
        "questions": ["What does @ do?"],
        "answers": ["A decorator wraps a function.", "Decorators wrap functions."],
    }
    return Concept.model_validate(row | changes)


def key_terms(entry: Concept) -> set[str]:
    text = " ".join((entry.topic, *entry.flat_names)).lower()
    terms = {word for word in re.findall(r"\w+", text) if len(word) > 1 and word not in FILLER}
    return terms | {word.rstrip("s") for word in terms if len(word) > 3}


def test_there_are_at_least_420_concepts() -> None:
    assert len(load_concepts()) >= 420


def test_each_topic_stands_once() -> None:
    counts = Counter(entry.topic.lower() for entry in load_concepts())

    assert [topic for topic, count in counts.items() if count > 1] == []


def test_each_question_belongs_to_one_concept() -> None:
    asked = [{question.lower() for question, _ in questions_and_answers(entry)} for entry in load_concepts()]
    counts = Counter(question for questions in asked for question in questions)

    assert [question for question, count in counts.items() if count > 1] == []


def test_answers_have_8_to_60_words() -> None:
    answers = [answer for entry in load_concepts() for answer in entry.answers]

    assert [answer for answer in answers if not 8 <= len(answer.split()) <= 60] == []


def test_each_answer_names_a_key_term_of_its_concept() -> None:
    silent = [
        (entry.topic, answer)
        for entry in load_concepts()
        for answer in entry.answers
        if not any(term in answer.lower() for term in key_terms(entry))
    ]

    assert silent == []


def test_each_concept_has_several_questions_and_two_answers() -> None:
    entries = load_concepts()

    assert [e.topic for e in entries if not 3 <= len(e.questions) <= 6 or len(e.answers) != 2] == []


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_each_kind_has_25_frames_with_a_name(kind: str) -> None:
    frames = next(frames for name, frames in FRAMES.items() if name == kind)
    named = [{field for _, field, _, _ in Formatter().parse(f)} & {"name", "bare", "a", "a_bare"} for f in frames]

    assert len(set(frames)) >= 25
    assert all(named)


def test_composed_questions_agree_with_the_number_of_the_name() -> None:
    questions = [question for question, _ in questions_and_answers(concept())]

    assert "What is a decorator?" in questions
    assert "What are decorators?" in questions
    assert "I keep hearing about decorators. What are they?" in questions


def test_terse_questions_drop_the_article() -> None:
    assert "define decorator" in [question for question, _ in questions_and_answers(concept())]


def test_a_difference_names_both_sides() -> None:
    entry = concept(kind="difference", names=[["a list"], ["a tuple", "tuples"]], plurals=["tuples"])
    questions = [question for question, _ in questions_and_answers(entry)]

    assert "How does a list differ from tuples?" in questions
    assert "list vs tuple?" in questions


def test_answers_take_turns() -> None:
    answers = [answer for _, answer in questions_and_answers(concept())]

    assert answers[:3] == [concept().answers[0], concept().answers[1], concept().answers[0]]


def test_a_question_is_not_repeated_within_a_concept() -> None:
    entry = concept(questions=["What is a decorator?", "What does @ do?"])
    questions = [question for question, _ in questions_and_answers(entry)]

    assert len(questions) == len(set(questions))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": [["a"], ["b"]], "plurals": []}, "names of a definition must be one flat list"),
        ({"kind": "difference"}, "names of a difference must be two lists"),
        ({"plurals": ["cats"]}, r"plurals \['cats'\] are not among the names"),
        ({"answer": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_concept_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        concept(**changes)


def test_a_wrong_entry_is_reported_with_file_and_topic(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path_factory.mktemp("package")
    folder = root / "training" / "examples" / "concepts"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text(yaml.safe_dump([{"topic": "ghost", "kind": "definition"}]))
    monkeypatch.setattr(knowledge, "files", lambda _: root)

    with pytest.raises(ValueError, match=r"^broken\.yaml: concept 'ghost': names: Field required; fix this entry$"):
        load_concepts()


def test_broken_yaml_is_reported_with_its_file(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path_factory.mktemp("package")
    folder = root / "training" / "examples" / "concepts"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("- [")
    monkeypatch.setattr(knowledge, "files", lambda _: root)

    with pytest.raises(ValueError, match=r"^broken\.yaml: not valid YAML"):
        load_concepts()
