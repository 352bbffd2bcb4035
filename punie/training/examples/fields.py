"""Questions that fields of a result answer: counts, filters, extremes, groups and attributes of elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, lines
from punie.training.examples.phrasing import ask, say
from punie.training.examples.snippets import answer, call, literal
from punie.training.examples.vocabulary import Target, count_word

Make = Callable[[Draw], tuple[Turn, ...]]


class Value(NamedTuple):
    """A value that both the query and the code name: how it is said, and its source."""

    said: str
    source: str


Extras = Callable[[Draw], Mapping[str, Value]]


def _none(_: Draw) -> Mapping[str, Value]:
    return {}


def about_path(
    tool: str, templates: Sequence[str], body: str, target: Callable[[Draw], Target], extras: Extras = _none
) -> Make:
    """
    A question about a path.

    Args:
        tool: what is called with the path.
        templates: its wordings.
        body: code that reads `result`; `$name` stands for the source of the extra value `name`.
        target: draws the path.
        extras: draws more values that wording and code share.

    """

    def make(draw: Draw) -> tuple[Turn, ...]:
        values = extras(draw)
        prompt, path = ask(draw, templates, target(draw), {name: value.said for name, value in values.items()})
        return asked(prompt), called(answer(call(tool, path), filled(body, values)))

    return make


def about_slots(
    templates: Sequence[str],
    body: str,
    subject: Callable[[Draw], tuple[str, Mapping[str, str]]],
    extras: Extras = _none,
) -> Make:
    """Like `about_path`, for a subject that gives the source of the call and the slots that name its arguments."""

    def make(draw: Draw) -> tuple[Turn, ...]:
        values = extras(draw)
        source, slots = subject(draw)
        prompt = say(draw, templates, {**slots, **{name: value.said for name, value in values.items()}})
        return asked(prompt), called(answer(source, filled(body, values)))

    return make


def filled(body: str, values: Mapping[str, Value]) -> str:
    """The body with the source of each value put in."""
    for name, value in values.items():
        body = body.replace(f"${name}", value.source)
    return body


def limit(draw: Draw) -> Mapping[str, Value]:
    """A number that a count is compared with."""
    number = draw.any((1, 2, 3, 5, 10, 20, 25, 50, 100, draw.number(1, 999)))
    return {"n": Value(count_word(draw, number), str(number))}


def one_of(name: str, pool: Sequence[str]) -> Extras:
    """A word of a pool, under this slot name."""

    def extras(draw: Draw) -> Mapping[str, Value]:
        word = draw.any(pool)
        return {name: Value(draw.any(("{}", "{}", "`{}`", "'{}'")).format(word), literal(word))}

    return extras


def counted(elements: str, key: str, *, top: bool = False) -> str:
    """Code that counts elements by an attribute, the highest count first."""
    return (
        f"counts = {{}}\nfor x in result.{elements}:\n    counts[x.{key}] = counts.get(x.{key}, 0) + 1\n"
        f"for k in sorted(counts, key=lambda k: -counts[k]){'[:1]' if top else ''}:\n"
        '    print(f"{k}: {counts[k]}")'
    )


def ranked(elements: str, measure: str, shown: str, top: str) -> str:
    """Code that prints the elements with the highest measure; both are read before they are sorted."""
    # the sandbox cannot fetch attributes of a record inside a key function
    return (
        f"top = sorted([(x.{measure}, x.{shown}) for x in result.{elements}], reverse=True)\n"
        f'for value, name in top[:{top}]:\n    print(f"{{name}}: {{value}}")'
    )


def selected(elements: str, condition: str, shown: str) -> str:
    """Code that prints the elements `x` for which a condition holds, and how many they are."""
    return (
        f'hits = [x for x in result.{elements} if {condition}]\nprint(len(hits))\nfor x in hits:\n    print(f"{shown}")'
    )


def each(elements: str, shown: str) -> str:
    """Code that prints something of every element `x`; elements may carry a slice."""
    return f'for x in result.{elements}:\n    print(f"{shown}")'


ATTRIBUTE_FRAMES: Final = lines("""
!(print|show|list|give me) (only|just|) the {a} of (each|every) {thing} {in}
!(print|show|list|give me) the {as_} of (all|the|all the) {things} {in}
what are the {as_} of the {things} {in}?
which {as_} do the {things} {in} have?
what {a} does (each|every) {thing} {in} have?
for (each|every) {thing} {in}, (print|show|give me) (its|the) {a}
the {a} of (each|every) {thing} {in}
{as_} of the {things} {in}
I (only|just|) need the {as_} of the {things} {in}
I want to see the {a} of (each|every) {thing} {in}
{np}: the {a} of (each|every) {thing}
!(loop|iterate|go) (over|through) the {things} {in} and print (their {as_}|the {a} of each)
!collect the {as_} of the {things} {in}
!tell me the {a} of each {thing} {in}
only the {as_} for the {things} {in}
can I have the {as_} of the {things} {in}?
!extract the {a} from (each|every) {thing} {in}
with which {as_} are the {things} {in} reported?
""")


class Attribute(NamedTuple):
    """A field of an element and how developers call it, in singular and plural."""

    field: str
    one: tuple[str, ...]
    many: tuple[str, ...]


def attributes(
    tool: str,
    elements: str,
    nouns: tuple[str, str],
    table: Sequence[Attribute],
    target: Callable[[Draw], Target],
) -> Make:
    """Questions for one or two attributes of every element; nouns are plural and singular."""
    frames = tuple(frame.replace("{things}", nouns[0]).replace("{thing}", nouns[1]) for frame in ATTRIBUTE_FRAMES)

    def make(draw: Draw) -> tuple[Turn, ...]:
        chosen = draw.some(table, 1, 2)
        joint = draw.any((" and ", " and ", " and the ", " plus "))
        slots = {
            "a": joint.join(draw.any(item.one) for item in chosen),
            "as_": joint.join(draw.any(item.many) for item in chosen),
        }
        prompt, path = ask(draw, frames, target(draw), slots)
        shown = " ".join(f"{{x.{item.field}}}" for item in chosen)
        return asked(prompt), called(answer(call(tool, path), each(elements, shown)))

    return make


def intent(name: str, make: Make, weight: float = 1.0) -> Intent:
    """An intent of this family."""
    return Intent("fields", name, make, weight)
