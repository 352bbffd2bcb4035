"""Two questions about the same place: where is it defined, what is its type, who uses it; and about the same file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.files import READ_CLAUSES
from punie.training.examples.git import LOG_CLAUSES
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.navigation import OUTLINE_CLAUSES, python_target, spot
from punie.training.examples.phrasing import clause, dress
from punie.training.examples.quality import RUFF_CLAUSES, TYPECHECK_CLAUSES
from punie.training.examples.snippets import call


class Part(NamedTuple):
    """
    One of two questions.

    Args:
        tool: that answers it.
        code: `{call}` and the lines that print what counts.
        clauses: orders for it.
        later: orders for it when the place was named before.

    """

    tool: str
    code: str
    clauses: tuple[str, ...]
    later: tuple[str, ...]


_AT_PLACE: Final = (
    Part(
        "goto_definition",
        'place = {call}\nfor d in place.locations:\n    print(f"{d.file}:{d.line}")',
        lines("""
(find|show|tell me) where {s} at {at} is (defined|declared)
(go|jump) to the definition of {s} at {at}
"""),
        lines("""
(find|show|tell me) where it is (defined|declared)
(go|jump) to its definition
find its definition
"""),
    ),
    Part(
        "hover",
        "info = {call}\nprint(info.content)",
        lines("""
(show|print|tell me) the (type|signature|docs) of {s} at {at}
hover over {s} at {at}
"""),
        lines("""
(show|print|tell me) its (type|signature|docs|documentation)
hover over it
"""),
    ),
    Part(
        "find_references",
        'refs = {call}\nprint(f"{refs.reference_count} references")\n'
        'for r in refs.references:\n    print(f"{r.file}:{r.line}")',
        lines("""
(list|find|show) (all|the|) {usages} of {s} at {at}
(find|show|tell me) who uses {s} at {at}
(count|find) the {usages} of {s} at {at}
"""),
        lines("""
(list|find|show) (all|) its {usages}
(find|show|tell me) (who|what) (uses|calls) it
(tell me|show) where it is used
count its {usages}
"""),
    ),
)
_ON_FILE: Final = (
    Part("document_symbols", 'outline = {call}\nfor s in outline.symbols:\n    print(f"{s.name} line {s.line}")',
        OUTLINE_CLAUSES, ("!(outline|list the symbols of) it", "!list its (symbols|classes and functions)")),
    Part("read_file", "print({call})", READ_CLAUSES, ("!(read|print|show) it", "!(print|show) its (contents|text)")),
    Part("typecheck", 'types = {call}\nprint(f"types: {types.error_count} errors, {types.warning_count} warnings")',
        TYPECHECK_CLAUSES, ("!(typecheck|type-check) it", "!(check|verify) its types")),
    Part("ruff_check", 'lint = {call}\nprint(f"lint: {lint.violation_count} violations, {lint.fixable_count} fixable")',
        RUFF_CLAUSES, ("!lint it", "!(run ruff|run the linter) on it")),
    Part("git_log", 'log = {call}\nfor c in log.commits:\n    print(f"{c.hash} {c.author}: {c.message}")',
        tuple(text.replace("{of}", "{in}").replace("{lately}", "lately") for text in LOG_CLAUSES),
        ("!(show|print) its history", "!(tell me|show) who changed it")),
)  # fmt: skip
_BOTH: Final = (
    *lines("""
!{a} and {b}
!{a}, then {b}
!{a}. Then {b}
!{a}, and {b} (too|as well|)
!{a} and also {b}
first {a}, then {b}
can you {a} and {b}?
I want you to {a} and {b}
both: {a}, and {b}
"""),
    *wordings("same_place"),
)
_PLACE_QUESTIONS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("goto_definition", "hover"): lines("""
where is {s} at {at} defined and what is its (type|signature)?
definition and (type|signature|docs) of {s} at {at}?
"""),
    ("goto_definition", "find_references"): lines("""
where is {s} at {at} defined and (where is it used|who uses it|who calls it)?
definition and {usages} of {s} at {at}?
where does {s} at {at} come from and who else uses it?
"""),
    ("hover", "find_references"): lines("""
what is the (type|signature) of {s} at {at} and who (uses|calls) it?
(type|signature) and {usages} of {s} at {at}?
what does {s} at {at} take, and where is it called?
"""),
}


def _code(part: Part, arguments: tuple[object, ...]) -> str:
    return part.code.replace("{call}", call(part.tool, *arguments))


def _at_place(draw: Draw) -> tuple[Turn, ...]:
    one, two = draw.rng.sample(_AT_PLACE, 2)
    arguments, slots = spot(draw)
    questions = _PLACE_QUESTIONS.get((one.tool, two.tool))
    template = draw.any(questions) if questions and draw.chance(0.5) else draw.pick(_BOTH)
    return _joined(draw, template, (one, two), arguments, slots)


def _on_file(draw: Draw) -> tuple[Turn, ...]:
    about = python_target(draw)
    slots = {**about.slots, "of": about.inside, "lately": "lately"}
    one, two = draw.rng.sample(_ON_FILE, 2)
    return _joined(draw, draw.pick(_BOTH), (one, two), (about.path,), slots)


def _joined(
    draw: Draw, template: str, parts: tuple[Part, Part], arguments: tuple[object, ...], slots: Mapping[str, str]
) -> tuple[Turn, ...]:
    one, two = parts
    naming = [text for text in one.clauses if any(slot in text for slot in ("{np}", "{in}", "{on}", "{s}"))]
    every = {**slots, "a": clause(draw, naming, slots), "b": clause(draw, two.later, slots)}
    prompt = dress(draw, expand(draw, template, every), every)
    return asked(prompt), called(f"{_code(one, arguments)}\n{_code(two, arguments)}")


_HOVER_AND_COUNT: Final = wordings("hover_and_count")


def _hover_and_count(draw: Draw) -> tuple[Turn, ...]:
    arguments, slots = spot(draw)
    prompt = dress(draw, expand(draw, draw.pick(_HOVER_AND_COUNT), slots), slots)
    hovered, used = call("hover", *arguments), call("find_references", *arguments)
    count = 'print(f"{refs.reference_count} references")'
    return asked(prompt), called(f"info = {hovered}\nprint(info.content)\nrefs = {used}\n{count}")


INTENTS: Final = (
    Intent("workflows", "hover_and_count", _hover_and_count, 1),
    Intent("workflows", "same_place", _at_place, 1.6),
    Intent("workflows", "same_file", _on_file, 1.6),
)
