"""Requests to find a symbol and then do something with it or with its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.navigation import python_target, quoted_symbol, spot
from punie.training.examples.phrasing import dress
from punie.training.examples.snippets import call
from punie.training.examples.vocabulary import symbol

_SHOW_REFERENCES: Final = (
    'refs = find_references({x}.file, {x}.line, {col}, {s})\n    print(f"{refs.reference_count} references")\n'
    '    for r in refs.references:\n        print(f"{r.file}:{r.line}")'
)
_SHOW_OUTLINE: Final = (
    'outline = document_symbols({x}.file)\n    for s in outline.symbols:\n        print(f"{s.name} line {s.line}")'
)
# What is done with a symbol once it is found; `{x}` in the code is the location.
ACTS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "find_references": (
        lines("""
(list|show|find|print|give me) (all|) its {usages}
(list|show|tell me|find out) who (calls|uses) it
(list|show|tell me|find out) where it is (used|called|referenced)
(find|show|list) (all|the|) {usages} of it
count its {usages}
tell me how often it is used
check (who|what) depends on it
"""),
        _SHOW_REFERENCES,
    ),
    "hover": (
        lines("""
(show|print|give me|tell me) its (signature|type|docs|documentation|docstring)
(show|get) the hover (text|info) for it
tell me what (type it has|it takes|arguments it takes)
hover over it
look up its (signature|type|documentation)
"""),
        "info = hover({x}.file, {x}.line, {col}, {s})\n    print(info.content)",
    ),
    "document_symbols": (
        lines("""
(list|show|print) (the|all) symbols (of|in) (its|that) file
(show|print|give me) (the|an) outline of (its|that|the) (file|module)
tell me what else (is in|stands in) (that|its) file
list the other (definitions|symbols|functions and classes) in (that|its) file
"""),
        'outline = document_symbols({x}.file)\n    for s in outline.symbols:\n        print(f"{s.name} line {s.line}")',
    ),
    "read_file": (
        lines("""
(open|read|show|print) (its file|that file|the file it is in|the file)
(show|print) the (source|contents|text|code) of (its|that|the) file
read the (file|module) (that defines it|it is in|it lives in)
show me the (code|source)
"""),
        "print(read_file({x}.file))",
    ),
    "git_log": (
        lines("""
(show|tell me|find out) who (changed|last changed|touched) (that|its|the) file
(show|list|print) the (history|git log|commits|latest commits) of (that|its) file
(show|tell me) when (that|its) file was last changed
"""),
        'log = git_log({x}.file)\n    for c in log.commits:\n        print(f"{c.hash} {c.author}: {c.message}")',
    ),
    "typecheck": (
        lines("""
(type-check|typecheck|check the types of) (its|that|the) file
run the type checker on (its|that|the) (file|module)
tell me if (its|that) file has {type_errors}
"""),
        'types = typecheck({x}.file)\n    print(f"{types.error_count} errors, {types.warning_count} warnings")',
    ),
    "git_diff": (
        lines("""
(show|print|give me) the (diff|uncommitted changes) of (its|that|the) file
(tell me|see|check) (if|whether) (its|that|the) file has uncommitted line changes
(run git diff on|git diff) (its|that|the) file
"""),
        'diff = git_diff({x}.file)\n    print(f"+{diff.additions} -{diff.deletions}")',
    ),
    "ruff_check": (
        lines("""
(lint|ruff check) (its|that|the) file
run (ruff|the linter) on (its|that|the) (file|module)
tell me if (its|that) file has {violations}
"""),
        'lint = ruff_check({x}.file)\n    print(f"{lint.violation_count} violations")',
    ),
}
STARTS: Final[dict[str, tuple[tuple[str, ...], str, str]]] = {
    "workspace_symbols": (
        lines("""
{find} (the symbol|the class|the function|symbol|) {s} (in the project|in the workspace|by name|anywhere|)
(find|see|find out|work out) where {s} (is defined|lives|is) (in the project|)
search the (project|workspace|code base) for {s}
look {s} up (in the project|by name)
"""),
        'found = {call}\nfor x in found.symbols[:1]:\n    print(f"{x.name} {x.file}:{x.line}")\n    ', "1",
    ),
    "goto_definition": (
        lines("""
(go|jump) to the definition of {s} (at|used at) {at}
{find} the definition of {s} (at|used at|seen at) {at}
(find|see|find out|work out) where {s} (at|from) {at} is (defined|declared)
resolve {s} at {at}
"""),
        'found = {call}\nfor x in found.locations[:1]:\n    print(f"{x.file}:{x.line}")\n    ', "x.column",
    ),
}  # fmt: skip
SEQUENCES: Final = (
    *lines("""
!{a} and {b}
!{a}, then {b}
!{a} and then {b}
!{a}. Then {b}
!{a}. After that {b}
!{a}, and when you have it, {b}
!{a}, and {b} (too|as well)
!{a}; {b}
first {a}, then {b}
two steps: {a}, then {b}
I want you to {a} and {b}
can you {a} and {b}?
once you have found it, {b}: {a}
!{a} (so that you can|in order to) {b}
!{a}, afterwards {b}
!{a}. With that, {b}
"""),
    *wordings("sequences"),
)
_WHERE_AND: Final = (
    *lines("""
where is {s} defined and who (uses|calls) it?
where (is|do we define) {s}, and where is it used?
where do we define {s} and how often is it (used|called)?
who (uses|calls) {s}? (I do not know where it is defined|find it first|look it up by name)
who (uses|calls|depends on) {s}?
what (uses|calls|depends on) {s} (in the project|)?
where is {s} (used|called|referenced) (in the project|in the code base|anywhere|)?
!(find|list|show) (all|) {usages} of {s} (in the project|in the code base|everywhere|)
{usages} of {s} (in the project|)
how (often|many times) is {s} (used|called|referenced) (in the project|in our code|)?
is {s} (used|called) anywhere (in the project|)?
is {s} (dead code|unused|still needed)?
can I (delete|remove|rename) {s}? (who uses it|is it still used)
which files (use|call) {s}?
I want to (rename|remove|delete) {s}, (where is it used|who calls it|what would break)
what would break if I (removed|renamed|changed) {s}?
"""),
    *wordings("who_uses_by_name"),
)
_TYPE_OF: Final = (
    *lines("""
what is the (signature|type) of {s}? (it is somewhere in the project|look it up|find it first|)
what (arguments|parameters) does {s} (take|have|expect)? (find it in the project|look it up|)
!(show|find) the (docs|documentation|docstring|signature) of {s} (in the project|from our code|)
how do I call {s}? (search the project|look up its signature)
what does {s} (from our project|in our code) (return|expect|take)?
(signature|docs|type) of {s} in the project
"""),
    *wordings("type_by_name"),
)


def started(draw: Draw, start: str) -> tuple[tuple[object, ...], Mapping[str, str]]:
    """The arguments of the first call and the slots that name them."""
    if start == "goto_definition":
        return spot(draw)
    name = symbol(draw)
    return (name,), {"s": quoted_symbol(draw, name)}


def prompt_for(draw: Draw, start: str, act: str, slots: Mapping[str, str]) -> str:
    """A request to find a symbol and do something with it."""
    parts = {
        "a": expand(draw, draw.pick(STARTS[start][0]), slots),
        "b": expand(draw, draw.pick(ACTS[act][0]), slots),
    }
    template = draw.pick(SEQUENCES)
    if start == "workspace_symbols" and act in {"find_references", "hover"} and draw.chance(0.5):
        template = draw.pick(_WHERE_AND if act == "find_references" else _TYPE_OF)
    return dress(draw, expand(draw, template, {**slots, **parts}), {**slots, **parts})


def code_for(start: str, act: str, arguments: tuple[object, ...]) -> str:
    """The code of both steps."""
    _, head, column = STARTS[start]
    name = call("", arguments[-1])[1:-1]
    body = ACTS[act][1].replace("{x}", "x").replace("{col}", column).replace("{s}", name)
    return head.replace("{call}", call(start, *arguments)) + body


def _symbol_flow(start: str, act: str) -> Callable[[Draw], tuple[Turn, ...]]:
    def make(draw: Draw) -> tuple[Turn, ...]:
        arguments, slots = started(draw, start)
        return asked(prompt_for(draw, start, act, slots)), called(code_for(start, act, arguments))

    return make


WEIGHTS: Final = {
    "find_references": 3.0,
    "hover": 1.6,
    "document_symbols": 0.8,
    "read_file": 1.2,
    "git_log": 0.8,
    "typecheck": 0.5,
    "git_diff": 0.4,
    "ruff_check": 0.4,
}
_EACH_SYMBOL: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    (
        "references",
        lines("""
!list the symbols {in} and (find|count|show) the {usages} of each
for (each|every) (function|symbol|class|definition) {in}, (find|count|list) the {usages}
how often is (each|every) (function|symbol|definition) {in} used?
which (functions|symbols|definitions) {in} are (unused|not used|never used)? count the {usages} of each
who uses the (functions|classes|symbols|definitions) {in}?
!(outline|go through) {np} and (find|count) the {usages} of each symbol
are all (functions|symbols|definitions) {in} (used|needed)?
"""),
        'refs = find_references({p}, s.line, 1, s.name)\n    print(f"{s.name}: {refs.reference_count} references")',
    ),
    (
        "hover",
        lines("""
!(show|print|list) the (signature|type|docs) of (each|every) (function|symbol|definition) {in}
what are the signatures of the (functions|definitions|symbols) {in}?
for (each|every) (function|symbol|definition) {in}, show its (signature|type|docs)
!list the symbols {in} and hover over each
(signatures|types|docs) of all (functions|symbols|definitions) {in}
!(outline|go through) {np} and show the (signature|docs) of each symbol
"""),
        'info = hover({p}, s.line, 1, s.name)\n    print(f"{s.name}: {info.content}")',
    ),
)


def _each_symbol(name: str, templates: tuple[str, ...], body: str) -> Callable[[Draw], tuple[Turn, ...]]:
    every = (*templates, *wordings(f"each_symbol_{name}"))

    def make(draw: Draw) -> tuple[Turn, ...]:
        about = python_target(draw)
        prompt = dress(draw, expand(draw, draw.pick(every), about.slots), about.slots)
        path = call("", about.path)[1:-1]
        head = f"outline = {call('document_symbols', about.path)}\nfor s in outline.symbols:\n    "
        return asked(prompt), called(head + body.replace("{p}", path))

    return make


_IN_FILE: Final[dict[str, tuple[str, ...]]] = {
    "find_references": lines("""
!{find} (all|the|) {usages} of {s} {from_}
who (uses|calls) {s} {from_}?
where is {s} {from_} (used|called|referenced)?
how (often|many times) is {s} {from_} (used|called|referenced)?
!(list|show) {usages} of the (function|class|symbol) {s} (defined|that is defined) in {np}
is {s} {from_} (used|called) anywhere?
can I (delete|remove|rename) {s} {in}? who uses it
{usages} of {s} {from_}
I want to (rename|change|remove) {s} {in}, who uses it?
which files (use|call) {s} {from_}?
"""),
    "hover": lines("""
what is the (type|signature) of {s} {in}?
!{show} the (signature|type|docs|documentation|docstring) of {s} {in}
what (arguments|parameters) does {s} {from_} take?
what does {s} {from_} (return|take|expect)?
how do I call {s} {from_}?
!(show|look up) the docs (of|for) {s} {from_}
signature of {s} {in}?
"""),
}


def _in_file(act: str) -> Callable[[Draw], tuple[Turn, ...]]:
    """The symbol is named with its file but without a position: look it up by name first."""
    every = (*_IN_FILE[act], *wordings(f"in_file_{act.removeprefix('find_')}"))

    def make(draw: Draw) -> tuple[Turn, ...]:
        about, name = python_target(draw), symbol(draw)
        slots = {**about.slots, "s": quoted_symbol(draw, name), "from_": f"{draw.any(('from', 'in', 'of'))} {about.np}"}
        prompt = dress(draw, expand(draw, draw.pick(every), slots), slots)
        path, quoted = call("", about.path)[1:-1], call("", name)[1:-1]
        body = ACTS[act][1].replace("{x}", "x").replace("{col}", "1").replace("{s}", quoted)
        head = f"found = workspace_symbols({quoted})\nhits = [x for x in found.symbols if x.file == {path}]"
        return asked(prompt), called(f"{head}\nfor x in (hits or found.symbols)[:1]:\n    {body}")

    return make


INTENTS: Final = (
    *(Intent("workflows", f"in_file_{act}", _in_file(act), 1) for act in _IN_FILE),
    *(
        Intent("workflows", f"{start}_{act}", _symbol_flow(start, act), weight * 0.5)
        for start in STARTS
        for act, weight in WEIGHTS.items()
    ),
    *(
        Intent("workflows", f"each_symbol_{name}", _each_symbol(name, texts, body), 0.6)
        for name, texts, body in _EACH_SYMBOL
    ),
)
