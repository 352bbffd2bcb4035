"""
Short developer knowledge as data: concepts, the ways to ask for them, and their answers in words.

The concepts live in `concepts/*.yaml`. A concept about one thing (`definition`, `reason`, `usage`) is named by noun
phrases, a `howto` by verb phrases ("undo the last commit"), a `difference` by two lists of noun phrases.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

Kind = Literal["definition", "difference", "reason", "howto", "usage"]

# `{name}` is the name as written, `{bare}` the name without its article; the words in braces that look
# like verbs and pronouns follow the number of the name.
FRAMES: dict[Kind, tuple[str, ...]] = {
    "definition": (
        "What {is} {name}?",
        "Can you explain {name}?",
        "Explain {name} briefly.",
        "In one or two sentences, what {is} {name}?",
        "I keep hearing about {name}. What {is} {it}?",
        "Please describe {name} in a sentence.",
        "Tell me what {name} {is}.",
        "How would you describe {name} to a beginner?",
        "What do people mean by {name}?",
        "In simple words, what {is} {name}?",
        "define {bare}",
        "{bare}, in short?",
        "Someone mentioned {name} in a review. What {is} {it}?",
        "I am new here: what {is} {name}?",
        "Could you give me a short explanation of {name}?",
        "Without looking at any code, what {is} {name}?",
        "No need to open a file, just explain {name}.",
        "Quick question: what {is} {name}?",
        'What does the term "{bare}" mean?',
        "What should I know about {name}?",
        "Remind me what {name} {is}.",
        "A colleague asked me about {name}. How do I explain {them}?",
        "Give me a one-line definition of {name}.",
        "What {is} {name} good for?",
        "Just in words: what {is} {name}?",
        "Help me understand {name}.",
        "what {is} {name} exactly",
    ),
    "difference": (
        "What is the difference between {a} and {b}?",
        "How {does} {a} differ from {b}?",
        "{a_bare} vs {b_bare}?",
        "{a_bare} or {b_bare}, what is the difference?",
        "Explain the difference between {a} and {b}.",
        "In one or two sentences, how {does} {a} differ from {b}?",
        "I always mix up {a} and {b}. How do they differ?",
        "Can you compare {a} with {b}?",
        "Compare {a} and {b} briefly.",
        "{a_bare} versus {b_bare}: which is which?",
        "What sets {a} apart from {b}?",
        "How do {a} and {b} differ?",
        "In simple words, what separates {a} from {b}?",
        "Please explain {a} versus {b} to a beginner.",
        "Are {a} and {b} the same thing?",
        "Quick question: how {does} {a} compare to {b}?",
        "When we talk about {a} and {b}, what is the difference?",
        "Tell me how {a} and {b} differ.",
        "Someone asked me about {a} versus {b}. What do I say?",
        "Why are there both {a} and {b}?",
        "What distinguishes {a} from {b}?",
        "Remind me of the difference between {a} and {b}.",
        "Just in words: how {does} {a} differ from {b}?",
        "Without looking at any code, compare {a} and {b}.",
        "Give me the main difference between {a} and {b}.",
        "difference between {a_bare} and {b_bare}",
    ),
    "reason": (
        "Why {does} {name} matter?",
        "What is the point of {name}?",
        "What is the benefit of {name}?",
        "Why do people recommend {name}?",
        "Why {is} {name} considered a good idea?",
        "Give me one good reason for {name}.",
        "What do we gain from {name}?",
        "What is the reason for {name}?",
        "Can you explain why {name} {is} recommended?",
        "In one or two sentences, why {does} {name} help?",
        "Why should I care about {name}?",
        "Why bother with {name}?",
        "A reviewer asked for {name}. Why?",
        "What speaks for {name}?",
        "Convince me of {name} in one sentence.",
        "why {is} {name} useful",
        "What problem {does} {name} solve?",
        "Tell me why {name} {is} worth the effort.",
        "My team debates {name}. What is the argument for {them}?",
        "Quick question: why {does} {name} matter?",
        "Remind me why {name} {is} a good thing.",
        "Just in words: what is the benefit of {name}?",
        "What is the advantage of {name}?",
        "Is there a good reason for {name}?",
        "Without looking at any code, why {does} {name} help?",
        "Explain briefly why people want {name}.",
    ),
    "howto": (
        "How do I {name}?",
        "How can I {name}?",
        "How does one {name}?",
        "What is the usual way to {name}?",
        "I want to {name}. What do I do?",
        "Can you explain how to {name}?",
        "Explain how to {name}.",
        "Tell me how to {name}.",
        "In one or two sentences, how do I {name}?",
        "how to {name}",
        "What is the simplest way to {name}?",
        "I need to {name}. How does that work?",
        "How would you {name}?",
        "Quick question: how do I {name}?",
        "Is there an easy way to {name}?",
        "What is a good way to {name}?",
        "Remind me how to {name}.",
        "A colleague wants to {name}. What should I tell them?",
        "Just in words: how do I {name}?",
        "What steps does it take to {name}?",
        "Please describe how to {name}.",
        "How should a beginner {name}?",
        "Which approach lets me {name}?",
        "In general, how do developers {name}?",
        "Without running anything, explain how to {name}.",
        "What would you do to {name}?",
    ),
    "usage": (
        "When should I use {name}?",
        "When would I use {name}?",
        "When would you reach for {name}?",
        "When does it make sense to use {name}?",
        "In which situation would you use {name}?",
        "When do people use {name}?",
        "When do I want {name}?",
        "Can you explain when to use {name}?",
        "Tell me when to use {name}.",
        "In one or two sentences, when should I use {name}?",
        "when to use {name}",
        "When should I choose {name}?",
        "When should I pick {name}?",
        "For what kind of problem would you use {name}?",
        "When is it a good idea to use {name}?",
        "When is it right to use {name}?",
        "Quick question: when do I use {name}?",
        "Give me a rule of thumb for when to use {name}.",
        "Under what conditions should I use {name}?",
        "I never know when to use {name}. Any advice?",
        "Remind me when to use {name}.",
        "Just in words: when should I use {name}?",
        "What is a good occasion to use {name}?",
        "How do I decide whether to use {name}?",
        "Is there a rule for when to use {name}?",
        "Please explain when a developer should use {name}.",
    ),
}
_SINGULAR = {"is": "is", "does": "does", "it": "it", "them": "it"}
_PLURAL = {"is": "are", "does": "do", "it": "they", "them": "them"}


class Concept(BaseModel):
    """
    One thing a developer may ask about, with the questions that ask for it and its answers.

    Args:
        topic: unique short name.
        names: ways to name the topic in a question, with an article where it is needed; two lists for a difference.
        plurals: those of the names that take a plural verb.
        kind: what is asked about the topic; it decides the question frames.
        questions: questions written for this concept.
        answers: answers in words; each one answers every question.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str = Field(min_length=1)
    names: tuple[str, ...] | tuple[tuple[str, ...], tuple[str, ...]] = Field(min_length=1)
    plurals: tuple[str, ...] = ()
    kind: Kind
    questions: tuple[str, ...] = Field(min_length=1)
    answers: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_fit_kind(self) -> Self:
        """Refuse a difference with one side, one thing with two, and a plural that is no name."""
        two_sided = not isinstance(self.names[0], str)
        if two_sided != (self.kind == "difference"):
            msg = f"names of a {self.kind} must be {'two lists' if self.kind == 'difference' else 'one flat list'}"
            raise ValueError(msg)
        unknown = sorted(set(self.plurals) - set(self.flat_names))
        if unknown:
            msg = f"plurals {unknown!r} are not among the names; add them there or drop them"
            raise ValueError(msg)
        return self

    @property
    def flat_names(self) -> tuple[str, ...]:
        """All names, those of both sides of a difference included."""
        return tuple(name for side in self.names for name in ((side,) if isinstance(side, str) else side))


def load_concepts(subject: str | None = None) -> tuple[Concept, ...]:
    """
    Read every concept file, in the order of file names.

    Args:
        subject: only the file of this name, without its suffix.

    Raises:
        ValueError: a file is broken YAML or holds a record that is no concept; says the file and the topic.
    """
    folder = files("punie") / "training" / "examples" / "concepts"
    sources = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    chosen = [source for source in sources if subject is None or source.name == f"{subject}.yaml"]
    return tuple(concept for source in chosen for concept in _concepts_of(source))


def questions_and_answers(concept: Concept) -> list[tuple[str, str]]:
    """
    Pair each question of a concept, written or composed from the frames, with one of its answers in turn.

    Args:
        concept: what is asked about.

    Returns:
        Pairs of question and answer without a repeated question, the written questions first.
    """
    questions = dict.fromkeys((*concept.questions, *_composed(concept)))
    return [(question, concept.answers[i % len(concept.answers)]) for i, question in enumerate(questions)]


def _concepts_of(source: Traversable) -> Iterator[Concept]:
    """Read one file; the topic, or the place in the file, stands in the error."""
    try:
        rows = yaml.safe_load(source.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        msg = f"{source.name}: not valid YAML ({' '.join(str(error).split())}); fix the file"
        raise ValueError(msg) from error
    if not isinstance(rows, list):
        msg = f"{source.name}: must hold a list of concepts, got {type(rows).__name__}"
        raise ValueError(msg)  # noqa: TRY004 # a wrong file is a wrong value to the caller
    for place, row in enumerate(rows, start=1):
        topic = row.get("topic") if isinstance(row, dict) else None
        try:
            yield Concept.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "record"
            msg = f"{source.name}: concept {topic or place!r}: {where}: {first['msg']}; fix this entry"
            raise ValueError(msg) from error


def namings(concept: Concept) -> list[dict[str, str]]:
    """
    The words of every name of a concept that frames and templates call for.

    Args:
        concept: what is asked about.

    Returns:
        For each name, or for names of both sides, the name with and without its article, and the verb forms and
        pronouns that agree with it.
    """
    if concept.kind == "difference":
        return [
            _words(concept, a) | {"a": a, "b": b, "a_bare": _bare(a), "b_bare": _bare(b)} for a, b in _pairs(concept)
        ]
    return [_words(concept, name) | {"name": name, "bare": _bare(name)} for name in concept.flat_names]


def _composed(concept: Concept) -> Iterator[str]:
    """Fill every frame of the concept's kind with every name, or with names of both sides."""
    # One name at a time, so that taking answers in turn does not tie an answer to a name.
    for words in namings(concept):
        yield from (frame.format(**words) for frame in FRAMES[concept.kind])


def _pairs(concept: Concept) -> list[tuple[str, str]]:
    """Names of the two sides of a difference side by side; the shorter side starts again."""
    first, second = (side for side in concept.names if not isinstance(side, str))
    return [(first[i % len(first)], second[i % len(second)]) for i in range(max(len(first), len(second)))]


def _words(concept: Concept, name: str) -> dict[str, str]:
    """Verb forms and pronouns that agree with the name."""
    return _PLURAL if name in concept.plurals else _SINGULAR


def _bare(name: str) -> str:
    """Drop a leading article from the name."""
    return re.sub(r"^(an?|the) ", "", name)
