"""Python objects and their fields: a class is given, a question asked, and the code that reads the fields answers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from pipeline.base.corpus import names
from pipeline.base.corpus.row import Row, chat, spoken

_THINGS: Final = (
    "order",
    "invoice",
    "parcel",
    "ticket",
    "flight",
    "recipe",
    "album",
    "house",
    "player",
    "match",
    "sensor",
    "river",
    "planet",
    "garden",
    "train",
    "ship",
    "lesson",
    "student",
    "patient",
    "hotel",
    "room",
    "letter",
    "box",
    "animal",
    "author",
    "book",
    "city",
    "street",
    "machine",
    "engine",
    "battery",
    "window",
    "shop",
    "product",
    "offer",
    "payment",
)
_NUMBERS: Final = (
    "price",
    "weight",
    "height",
    "score",
    "age",
    "level",
    "amount",
    "speed",
    "year",
    "size",
    "rank",
    "depth",
    "stock",
)
_TEXTS: Final = (
    "name",
    "title",
    "color",
    "owner",
    "label",
    "kind",
    "place",
    "country",
    "state",
    "note",
    "unit",
    "brand",
)
_FLAGS: Final = ("open", "paid", "ready", "late", "active", "broken", "empty", "new", "sold", "visible", "locked")


@dataclass(frozen=True, slots=True)
class _Shape:
    """The class of a question: `thing` with a number, a text and a flag."""

    thing: str
    number: str
    text: str
    flag: str

    @property
    def many(self) -> str:
        if self.thing.endswith(("x", "ch", "s")):
            return self.thing + "es"
        return self.thing[:-1] + "ies" if self.thing.endswith("y") and self.thing[-2] not in "aeo" else self.thing + "s"

    @property
    def stub(self) -> str:
        name = self.thing.capitalize()
        fields = f"    {self.text}: str\n    {self.number}: int\n    {self.flag}: bool\n"
        return f"class {name}:\n{fields}\n{self.many}: list[{name}]"


def _shape(random: Random) -> _Shape:
    text = random.choice(_TEXTS) if random.random() < 0.7 else names.snake(random).strip("_")
    number = random.choice(_NUMBERS) if random.random() < 0.7 else names.snake(random).strip("_")
    return _Shape(random.choice(_THINGS), number, text, random.choice(_FLAGS))


def _tasks(s: _Shape, n: int, w: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    m, one, num, txt, flag = s.many, s.thing[0], s.number, s.text, s.flag
    loop = f"for {one} in {m}:\n"
    otherwise = f'else:\n    print("no {m}")'
    counted = "for key, count in counts.items():\n    print(key, count)"
    return (
        ((f"how many {m} are there", f"count the {m}", f"number of {m}"), f"print(len({m}))"),
        (
            (f"print the {txt} of every {s.thing}", f"list the {txt} of all {m}", f"show each {s.thing}'s {txt}"),
            f"{loop}    print({one}.{txt})",
        ),
        (
            (f"which {m} are {flag}", f"list the {flag} {m}", f"show only {m} that are {flag}"),
            f"{loop}    if {one}.{flag}:\n        print({one}.{txt})",
        ),
        (
            (f"how many {m} are {flag}", f"count the {flag} {m}", f"number of {flag} {m}"),
            f"print(sum(1 for {one} in {m} if {one}.{flag}))",
        ),
        (
            (f"how many {m} are not {flag}", f"count {m} that are not {flag} yet"),
            f"print(sum(1 for {one} in {m} if not {one}.{flag}))",
        ),
        (
            (f"total {num} of the {m}", f"sum up the {num} of all {m}", f"what is the {num} of all {m} together"),
            f"print(sum({one}.{num} for {one} in {m}))",
        ),
        (
            (f"which {s.thing} has the highest {num}", f"the {s.thing} with the largest {num}"),
            f"if {m}:\n    top = max({m}, key=lambda {one}: {one}.{num})\n    print(top.{txt}, top.{num})\n{otherwise}",
        ),
        (
            (f"{m} whose {num} is above {n}", f"list {m} with more than {n} {num}"),
            f"{loop}    if {one}.{num} > {n}:\n        print({one}.{txt}, {one}.{num})",
        ),
        (
            (f"is any {s.thing} {flag}", f"tell me whether one of the {m} is {flag}"),
            f'if any({one}.{flag} for {one} in {m}):\n    print("yes")\nelse:\n    print("no")',
        ),
        (
            (f"group the {m} by {txt}", f"how many {m} per {txt}", f"count {m} for each {txt}"),
            f"counts = {{}}\n{loop}    counts[{one}.{txt}] = counts.get({one}.{txt}, 0) + 1\n{counted}",
        ),
        (
            (f"the {txt} and {num} of the first {s.thing}", f"show the first {s.thing}'s {txt} and {num}"),
            f"if {m}:\n    print({m}[0].{txt}, {m}[0].{num})\n{otherwise}",
        ),
        (
            (f"{m} whose {txt} is {w}", f"find the {m} with {txt} {w}", f"is there a {s.thing} with the {txt} {w}"),
            f'{loop}    if {one}.{txt} == "{w}":\n        print({one}.{txt}, {one}.{num})',
        ),
        (
            (f"sort the {m} by {num}", f"{m} in order of {num}"),
            f"for {one} in sorted({m}, key=lambda {one}: {one}.{num}):\n    print({one}.{txt}, {one}.{num})",
        ),
        ((f"the first {n} {m}", f"show {n} {m} at most"), f"for {one} in {m}[:{n}]:\n    print({one}.{txt})"),
    )


def code(random: Random) -> Row:
    """A class and a question; the answer is Python that reads its fields."""
    shape = _shape(random)
    wordings, answer = random.choice(_tasks(shape, names.number(random), names.word(random)))
    question = spoken(random, random.choice(wordings))
    prompt = f"{shape.stub}\n\n{question}" if random.random() < 0.5 else f"{question}\n\n{shape.stub}"
    return chat(prompt, f"```python\n{answer}\n```")


def record(random: Random) -> Row:
    """A record's repr and a question about it; the answer says the numbers and names in a sentence."""
    s = _shape(random)
    many = [(names.word(random), names.number(random), random.random() < 0.5) for _ in range(random.randint(0, 4))]
    shown = ", ".join(f"{s.thing.capitalize()}({s.text}='{t}', {s.number}={n}, {s.flag}={f})" for t, n, f in many)
    prompt, answer = random.choice(_summaries(s, many))
    where = names.path(random)
    text = f"{s.thing.capitalize()}List(place='{where}', {s.thing}_total={len(many)}, {s.many}=[{shown}])"
    return chat(spoken(random, prompt), text, answer, roles="uta")


def _summaries(s: _Shape, many: list[tuple[str, int, bool]]) -> list[tuple[str, str]]:
    listed = ", ".join(f"{t} ({n})" for t, n, _ in many)
    flagged = [t for t, _, f in many if f]
    noun = s.thing if len(many) == 1 else s.many
    count = f"There {'is' if len(many) == 1 else 'are'} {len(many) or 'no'} {noun}"
    rows = [
        (f"how many {s.many} are there", f"{count}." if not many else f"{count}: {listed}."),
        (f"sum up the {s.many}", f"{count} in all." if not many else f"{count}; {len(flagged)} of them {s.flag}."),
        (
            f"which {s.many} are {s.flag}",
            f"{', '.join(flagged)}: {len(flagged)} {s.flag}." if flagged else f"No {s.thing} is {s.flag}.",
        ),
    ]
    if many:
        top = max(many, key=lambda item: item[1])
        rows.append((f"which {s.thing} has the highest {s.number}", f"{top[0]} has the highest {s.number}, {top[1]}."))
        rows.append(
            (
                f"what is the total {s.number}",
                f"The total {s.number} of the {len(many)} {noun} is {sum(n for _, n, _ in many)}.",
            )
        )
        rows.append(
            (
                f"tell me about the first {s.thing}",
                f"The first {s.thing} is {many[0][0]} with the {s.number} {many[0][1]}.",
            )
        )
    return rows
