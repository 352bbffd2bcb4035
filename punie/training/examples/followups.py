"""Later user turns: a question about the result at hand, or a next request that builds on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from punie.agent.typed_tools import Result
from punie.training.examples import conversations
from punie.training.examples.chains import next_call
from punie.training.examples.draft import Intent, Turn, answered, asked, called
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.phrasing import dress
from punie.training.examples.snippets import summary
from punie.training.examples.summaries import summarize

Make = Callable[[Draw], tuple[Turn, ...]]

_FILE_NOUN: Final = "(that file|this file|it|the file|the first file|the first one)"
_NEXT_ON_FILE: Final[dict[str, tuple[str, ...]]] = {
    "read_file": lines(f"""
now, for me: what stands in {_FILE_NOUN}?
ok, (pull up|bring up|cat|dump) {_FILE_NOUN}
and what is in {_FILE_NOUN}? (print it|show it|)
(next|then|afterwards|after that), let me (see|read) {_FILE_NOUN}
I would like to look into {_FILE_NOUN} (myself|now)
step two: open {_FILE_NOUN}
!(open|read|show me|print) {_FILE_NOUN}
!(show|print) (me|) the (contents|text|source) of {_FILE_NOUN}
what does {_FILE_NOUN} (say|look like)?
now (open|read) {_FILE_NOUN}
"""),
    "git_log": lines(f"""
who is to blame for {_FILE_NOUN}? (the log, please|show the log)
whose (commits|changes) are in {_FILE_NOUN}?
(next|then|after that), the git log of {_FILE_NOUN}
who should I ask about {_FILE_NOUN}? (see its commits|look at the log)
has anyone worked on {_FILE_NOUN} (recently|lately)?
who (changed|last changed|touched) {_FILE_NOUN}?
!(show|print) (me|) the (history|log|commits) of {_FILE_NOUN}
when was {_FILE_NOUN} changed last?
what happened to {_FILE_NOUN} lately?
"""),
    "typecheck": lines(f"""
what would (mypy|ty|pyright) say about {_FILE_NOUN}?
(next|then|after that), check the annotations of {_FILE_NOUN}
are there type errors in {_FILE_NOUN} (too|as well|)?
is {_FILE_NOUN} well typed, by the way?
!(typecheck|type-check|check the types of) {_FILE_NOUN}
!run the type checker on {_FILE_NOUN}
does {_FILE_NOUN} type-check?
and the types of {_FILE_NOUN}?
"""),
    "ruff_check": lines(f"""
what would (flake8|pylint|ruff) say about {_FILE_NOUN}?
(next|then|after that), check the style of {_FILE_NOUN}
any lint in {_FILE_NOUN} (too|as well|)?
does ruff like {_FILE_NOUN}?
!(lint|ruff check) {_FILE_NOUN}
!run (ruff|the linter) on {_FILE_NOUN}
is {_FILE_NOUN} lint-free?
and the style of {_FILE_NOUN}?
"""),
    "document_symbols": lines(f"""
which (functions|classes|definitions) are in {_FILE_NOUN}?
how is {_FILE_NOUN} (structured|organised|laid out)?
(next|then|after that), the symbols of {_FILE_NOUN}
give me a table of contents of {_FILE_NOUN}
!outline {_FILE_NOUN}
!(show|list) (me|) the (symbols|outline) of {_FILE_NOUN}
what (classes and functions|symbols) does {_FILE_NOUN} have?
"""),
    "git_diff": lines(f"""
how many lines of {_FILE_NOUN} did I (change|touch)?
what did I do to {_FILE_NOUN}? (show the diff|as a diff)
(next|then|after that), git diff {_FILE_NOUN}
!(show|print) (me|) the diff of {_FILE_NOUN}
what changed in {_FILE_NOUN}?
and the diff of {_FILE_NOUN}?
"""),
}
_NEXT_ON_SYMBOL: Final[dict[str, tuple[str, ...]]] = {
    "find_references": lines("""
by whom is it (used|called)?
(next|then|after that), its callers
would anyone miss it? (list its references|who uses it)
how often is it (used|called), and where?
what depends on it?
if I change it, what breaks? (its references, please|)
who (uses|calls) it?
!(show|list|find) (its|all its) (usages|references|callers)
where is it used?
now its references
and who calls it?
"""),
    "hover": lines("""
how do I call it?
what does it (return|expect)?
(next|then|after that), its docstring
is it documented? (show the docs|hover over it)
what would a tooltip say about it?
what is its (type|signature)?
!(show|print) (me|) its (signature|type|docs)
!hover over it
and its signature?
what (arguments|parameters) does it take?
"""),
}
_ASKED_BACK: Final[dict[str, tuple[tuple[tuple[str, ...], str], ...]]] = {
    "typecheck": (
        (
            ("which file is (that|it|the first one) in?", "in which file?", "where is the first one?", "what file?"),
            "The first one is in {x.file} at line {x.line}.",
        ),
        (
            ("which (rule|code) is (that|it|the first)?", "what is its code?", "which code does the first one have?"),
            "The first one has the code {x.code}.",
        ),
        (
            ("what does (it|the first one) say?", "what is the message?", "(quote|give me) the message"),
            "The message of the first one is: {x.message}.",
        ),
        (
            ("(which|what) line?", "on which line?", "(which|what) line is the first one on?"),
            "The first one is on line {x.line} of {x.file}.",
        ),
    ),
    "ruff_check": (
        (
            ("which file is (that|it|the first one) in?", "in which file?", "where is the first one?"),
            "The first one is in {x.file} at line {x.line}.",
        ),
        (
            (
                "which rule (is that|is it|was broken first)?",
                "what is its code?",
                "which rule does the first one break?",
            ),
            "The first one breaks rule {x.code}.",
        ),
        (
            ("can (it|the first one) be fixed automatically?", "is (it|the first one) fixable?"),
            "The first one, {x.code}, has fixable={x.fixable}.",
        ),
        (
            ("what does (it|the first one) say?", "what is the message?"),
            "The message of the first one is: {x.message}.",
        ),
    ),
    "pytest_run": (
        (
            ("which test (is it|fails|failed)?", "what is the name of the (first|failing) (test|one)?"),
            "The first one is {x.name}.",
        ),
        (
            ("why (did it fail|does it fail)?", "what is the reason?", "what is the message of the first one?"),
            "{x.name} fails with: {x.message}.",
        ),
        (("how long did (it|the first one) take?",), "{x.name} took {x.duration} seconds."),
    ),
    "git_status": (
        (("(is|was) (it|the first one) staged?", "is the first one in the index?"), "{x.file} has staged={x.staged}."),
        (("which file is (it|the first one)?", "what is the first one called?"), "The first one is {x.file}."),
        (("what happened to the first one?", "what is the status of the first one?"), "{x.file} is {x.status}."),
    ),
    "git_log": (
        (
            ("who (wrote|made|committed) (it|the first one|the latest)?", "by whom?", "who is the author?"),
            "{x.author} made commit {x.hash}.",
        ),
        (("when was that?", "when?", "what is the date of (it|the first one)?"), "Commit {x.hash} is of {x.date}."),
        (("what is (its|the) hash?", "which hash (is that|does it have)?"), "Its hash is {x.hash}."),
        (("what does (it|the first one) say?", "what is the message?"), "Its message is: {x.message}."),
    ),
    "find_references": (
        (
            ("where is the first one?", "which file is the first one in?"),
            "The first one is in {x.file} at line {x.line}.",
        ),
        (
            ("what does the first one look like?", "what is the source of the first one?"),
            "The first one is: {x.preview}",
        ),
    ),
    "workspace_symbols": (
        (
            ("(which|what) line is (it|the first one) on?", "on which line?"),
            "{x.name} is on line {x.line} of {x.file}.",
        ),
        (("(which|what) file (is that|is it)?", "in which file?"), "{x.name} is in {x.file}."),
    ),
}
_ELEMENTS: Final = {
    "typecheck": "errors",
    "ruff_check": "violations",
    "pytest_run": "tests",
    "git_status": "files",
    "git_log": "commits",
    "find_references": "references",
    "workspace_symbols": "symbols",
    "goto_definition": "locations",
    "git_diff": "files",
}


def _opening(draw: Draw, tools: tuple[str, ...]) -> tuple[conversations.Opening, Any]:
    """A first request whose result has elements, and the first of them."""
    while True:
        opening = conversations.OPENINGS[draw.any(tools)](draw)
        found = elements_of(opening.tool, opening.result)
        if found:
            return opening, found[0]


def elements_of(tool: str, result: Result) -> list[Any]:
    """The elements that a later turn may ask about: of a test run those that failed."""
    found = list(getattr(result, _ELEMENTS[tool]))
    return [item for item in found if item.outcome != "passed"] if tool == "pytest_run" else found


def _asked_back(draw: Draw) -> tuple[Turn, ...]:
    opening, first = _opening(draw, tuple(_ASKED_BACK))
    questions, form = draw.any(_ASKED_BACK[opening.tool])
    return (
        *_told(draw, opening),
        asked(dress(draw, expand(draw, draw.any(questions), {}), {})),
        answered(form.format(x=first)),
    )


def _told(draw: Draw, opening: conversations.Opening) -> tuple[Turn, ...]:
    """The first question up to the answer in words."""
    return (
        asked(opening.prompt),
        *conversations.first_call(draw, opening),
        answered(summarize(opening.result), train=False),
    )


def _next_on_file(draw: Draw) -> tuple[Turn, ...]:
    opening, first = _opening(draw, ("typecheck", "ruff_check", "git_status", "git_diff", "find_references",
        "workspace_symbols", "goto_definition"))  # fmt: skip
    tool = draw.any([name for name in _NEXT_ON_FILE if name != opening.tool])
    prompt = dress(draw, expand(draw, draw.any(_NEXT_ON_FILE[tool]), {}), {})
    return *_told(draw, opening), asked(prompt), called(next_call(tool, (first.file, 1, 1), ""))


def _next_on_symbol(draw: Draw) -> tuple[Turn, ...]:
    opening, first = _opening(draw, ("workspace_symbols", "goto_definition"))
    tool = draw.any(tuple(_NEXT_ON_SYMBOL))
    name = str(opening.arguments[-1])
    prompt = dress(draw, expand(draw, draw.any(_NEXT_ON_SYMBOL[tool]), {}), {})
    place = (first.file, first.line, getattr(first, "column", 1))
    return *_told(draw, opening), asked(prompt), called(next_call(tool, place, name))


_SAME_PATH: Final[dict[str, tuple[str, ...]]] = {
    "typecheck": lines("""
(next|then|after that), the types (there|of it|)
what about the (types|typing|annotations)?
any type errors (there|in it|as well)?
would it type-check?
the same with ty, please
and the types?
!now (check the types|typecheck it|run the type checker)
do the types (check|hold) too?
!(typecheck|type-check) it (too|as well)
"""),
    "ruff_check": lines("""
(next|then|after that), the lint (there|of it|)
what about (lint|the style|ruff)?
any lint (there|in it|as well)?
would ruff be happy with it?
the same with ruff, please
and the style?
!now (lint it|run ruff|check the style)
is it lint-free too?
!lint it (too|as well)
"""),
    "pytest_run": lines("""
(next|then|after that), the tests (there|of it|)
what about the (tests|suite|test suite)?
(any|are there) failing tests (there|in it|as well)?
would pytest be happy with it?
is the suite green too?
and the tests?
!now (run the tests|run its tests)
do the tests pass too?
!run the tests (too|as well)
"""),
    "git_log": lines("""
(next|then|after that), the git log (there|of it|)
what about (its history|its commits|the log)?
by whom was it changed last?
show me the commits that touched it
when did it change last?
who changed it last?
!now show its (history|log)
and its history?
"""),
}


def _same_path(draw: Draw) -> tuple[Turn, ...]:
    opening = conversations.OPENINGS[draw.any(("typecheck", "ruff_check", "pytest_run"))](draw)
    tool = draw.any([name for name in _SAME_PATH if name != opening.tool])
    prompt = dress(draw, expand(draw, draw.any(_SAME_PATH[tool]), {}), {})
    return *_told(draw, opening), asked(prompt), called(summary(tool, *opening.arguments))


INTENTS: Final = (
    Intent("conversations", "asked_back", _asked_back, 1.5),
    Intent("conversations", "next_on_file", _next_on_file, 1.2),
    Intent("conversations", "next_on_symbol", _next_on_symbol, 0.8),
    Intent("conversations", "same_path", _same_path, 0.8),
)
