"""Field questions about definitions, references, hover texts, outlines and symbol searches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from punie.training.examples import frames as f
from punie.training.examples.draft import Intent
from punie.training.examples.fields import (
    Extras,
    Value,
    about_path,
    about_slots,
    counted,
    each,
    intent,
    limit,
    ranked,
    selected,
)
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.navigation import python_target, quoted_symbol, spot
from punie.training.examples.snippets import call, literal
from punie.training.examples.vocabulary import class_name, symbol

_DEFINITION_LINE: Final = lines("""
(on which|at which|in what) line is {s} (from|used at|at) {at} (defined|declared)?
which line (defines|declares) {s} (from|used at|at) {at}?
what is the line number of the definition of {s} (from|at) {at}?
(line|line number) of the definition of {s} at {at}
!(tell me|print|give me) (only|just) the line (where|on which) {s} at {at} is defined
in which file and on which line is {s} at {at} defined?
{s} at {at}: line of its definition?
file and line of the definition of {s} at {at}
I only need the (line|file and line) of the definition of {s} at {at}
""") + wordings("place_definition_line")
_DEFINITION_FILE: Final = lines("""
in which file is {s} (from|used at|at) {at} (defined|declared|implemented)? (only the file|just the file name|)
what is the file that (defines|declares) {s} at {at}?
!(tell me|print|give me) (only|just) the file (where|in which) {s} at {at} is defined
(file|file name) of the definition of {s} at {at}
{s} at {at}: file of its definition?
I only need the file in which {s} at {at} is defined
""") + wordings("place_definition_file")
_DEFINITION_PREVIEW: Final = lines("""
what does the line (look like|say) that defines {s} at {at}?
!(show|print) the (source line|preview) of the definition of {s} at {at}
(preview|source line) of the definition of {s} at {at}
how does the definition of {s} (from|at) {at} (look|read|begin)?
which source line defines {s} at {at}?
""") + wordings("place_definition_preview")
_DEFINITION_COUNT: Final = lines("""
how many definitions does {s} at {at} have?
number of definitions of {s} at {at}
does {s} at {at} have more than one definition?
is {s} at {at} defined (twice|more than once|several times)?
!count the definitions of {s} at {at}
""") + wordings("place_definition_count")
_DEFINITION_SPAN: Final = lines("""
how (long|many lines long) is the definition of {s} at {at}?
from which line to which line (goes|reaches|runs) the definition of {s} at {at}?
where does the definition of {s} at {at} (start and end|begin and end)?
on which line does the definition of {s} at {at} end?
start and end line of the definition of {s} at {at}
how many lines does the definition of {s} at {at} (have|take|span)?
""") + wordings("place_definition_span")
REFERENCE_COUNT: Final = lines("""
how many {usages} does {s} (at|defined at|from) {at} have?
how (often|many times) is {s} (at|defined at|from) {at} (used|called|referenced)?
how many (places|lines|spots) (use|call|reference) {s} (at|from) {at}?
number of {usages} of {s} (at|from) {at}
!count the {usages} of {s} (at|defined at) {at}
what is the number of {usages} of {s} at {at}?
!(tell me|give me|print) (only|just) the number of {usages} of {s} at {at}
{s} at {at}: how many {usages}?
I need the number of {usages} of {s} at {at}
is {s} at {at} used (a lot|often|much)? how many times
how many {usages} are there (of|for) {s}? it is (defined|declared) at {at}
(reference|usage) count of {s} at {at}
""") + wordings("place_reference_count")
_REFERENCE_FILES: Final = lines("""
which files (use|call|reference|import) {s} (at|defined at|from) {at}? (only the names|file names only|)
in which files is {s} (at|from) {at} (used|called|referenced)?
!(list|show|print|name) the files that (use|call|reference) {s} (at|from) {at}
files (with|that have) {usages} of {s} at {at}
which modules (depend on|use|import) {s} (at|from) {at}?
{s} at {at}: which files use it?
the set of files with {usages} of {s} at {at}
how many (different|) files use {s} at {at}? name them
""") + wordings("place_reference_files")
_REFERENCE_PER_FILE: Final = lines("""
how many {usages} of {s} at {at} (are there|) per file?
!(group|count) the {usages} of {s} at {at} (by|per) file
{usages} of {s} at {at} per file
for each file, how many {usages} of {s} at {at}?
how often does each file (use|call) {s} at {at}?
a per-file count of the {usages} of {s} at {at}
which file uses {s} at {at} how often?
""") + wordings("place_reference_per_file")
_REFERENCE_TOP: Final = lines("""
which file (uses|calls|references) {s} at {at} (the|) most?
which file has the most {usages} of {s} at {at}?
the file with the most {usages} of {s} at {at}
where is {s} at {at} used most? one file
!find the file that uses {s} at {at} most often
""") + wordings("place_reference_top")
_REFERENCE_FIRST: Final = lines("""
what is the first (usage|reference|use) of {s} at {at}?
where is {s} at {at} used first?
!show (only|just|) the first (usage|reference|caller) of {s} at {at}
first (usage|reference|call) of {s} at {at}
!give me (just|) one (usage|reference|caller) of {s} at {at}
""") + wordings("place_reference_first")
_REFERENCE_TESTS: Final = lines("""
is {s} at {at} (used|called|covered) in (the|any) tests?
which tests (use|call|touch) {s} at {at}?
!(show|list) the {usages} of {s} at {at} (in the tests|in test files)
{usages} of {s} at {at} in the tests
how many of the {usages} of {s} at {at} are in (tests|test files)?
do (the|any) tests (use|call|exercise) {s} at {at}?
""") + wordings("place_reference_tests")
_REFERENCE_LINES: Final = lines("""
on which lines is {s} at {at} (used|called|referenced)?
!(list|print|show) (file and line|the lines|the line numbers) of the {usages} of {s} at {at}
line numbers of the {usages} of {s} at {at}
file and line of (each|every) (usage|reference|use) of {s} at {at}
what lines (use|call|reference) {s} at {at}?
""") + wordings("place_reference_lines")
_HOVER_LANGUAGE: Final = lines("""
in which language is the hover text of {s} at {at} (written|given)?
what language does hover report for {s} at {at}?
(language|format) of the hover text of {s} at {at}
is the hover content of {s} at {at} markdown or plain text?
""") + wordings("place_hover_language")


def _at(tool: str) -> Callable[[Draw], tuple[str, Mapping[str, str]]]:
    def subject(draw: Draw) -> tuple[str, Mapping[str, str]]:
        arguments, slots = spot(draw)
        return call(tool, *arguments), slots

    return subject


def _positioned(tool: str, name: str, templates: tuple[str, ...], body: str, weight: float = 1.0) -> Intent:
    return intent(f"{tool}_{name}", about_slots(templates, body, _at(tool)), weight)


_SPAN: Final = (
    'for x in result.locations[:1]:\n    print(f"lines {x.line} to {x.end_line}: {x.end_line - x.line + 1} lines")'
)
# documentation follows the signature after a blank line
_SIGNATURE: Final = r'print((result.content or "nothing found").split("\n\n")[0])'
_POSITIONED: Final = (
    _positioned("goto_definition", "line", _DEFINITION_LINE, each("locations", "{x.file}:{x.line}"), 1.2),
    _positioned("goto_definition", "file", _DEFINITION_FILE, each("locations", "{x.file}"), 0.7),
    _positioned("goto_definition", "preview", _DEFINITION_PREVIEW, each("locations", "{x.preview}"), 0.7),
    _positioned("goto_definition", "count", _DEFINITION_COUNT, 'print(f"{len(result.locations)} definitions")', 0.6),
    _positioned("goto_definition", "span", _DEFINITION_SPAN, _SPAN, 0.7),
    _positioned("find_references", "count", REFERENCE_COUNT, 'print(f"{result.reference_count} references")', 2),
    _positioned("find_references", "files", _REFERENCE_FILES,
        "for name in sorted({x.file for x in result.references}):\n    print(name)", 1.2),
    _positioned("find_references", "per_file", _REFERENCE_PER_FILE, counted("references", "file")),
    _positioned("find_references", "top", _REFERENCE_TOP, counted("references", "file", top=True), 0.8),
    _positioned("find_references", "first", _REFERENCE_FIRST,
        each("references[:1]", "{x.file}:{x.line}:{x.column} {x.preview}"), 0.8),
    _positioned("find_references", "tests", _REFERENCE_TESTS,
        selected("references", '"test" in x.file', "{x.file}:{x.line}"), 0.8),
    _positioned("find_references", "lines", _REFERENCE_LINES, each("references", "{x.file}:{x.line}"), 0.8),
    _positioned("hover", "signature", wordings("place_hover_signature"), _SIGNATURE, 0.7),
    _positioned("hover", "language", _HOVER_LANGUAGE, 'print(result.language or "unknown")', 0.5),
)  # fmt: skip
_CLASS_NOUNS: Final = ("(classes|classes|type definitions)", "class")
_FUNCTION_NOUNS: Final = ("(functions|functions|top-level functions|module-level functions)", "function")
_SYMBOL_NOUNS: Final = ("(symbols|symbols|definitions|names|top-level symbols)", "symbol")
SYMBOL_COUNT: Final = f.framed(f.COUNT, *_SYMBOL_NOUNS)
_NAMES: Final = lines("""
!(list|print|show|give me) (only|just) the names of the (symbols|definitions|classes and functions) {in}
(only|just) the (names|symbol names) {in}
names of the (symbols|definitions) {in}
what are the (symbols|definitions) {in} called?
!print each symbol {in} with its line
at which lines do the (symbols|definitions) {in} start?
which symbol {in} starts on which line?
!list the (symbols|definitions) {in} with (their|) line numbers
""") + wordings("outline_names")
_METHODS: Final = lines("""
(which|what) methods does {s} {in} have?
!(list|show|print|name) the methods of {s} {in}
methods of {s} {in}
(which|what) (members|attributes and methods|methods) (are|live) (in|inside) the class {s} {in}?
how many methods does {s} {in} have? name them
what can I call on {s}, defined {in}?
the class {s} {in}: its methods?
what (stands|is) (inside|in) the class {s} {in}?
""") + wordings("outline_methods")
_SYMBOL_LINE: Final = lines("""
(on which|at which|in what) line {in} is {s} (defined|declared)?
(on which|at which) line does the (function|class|definition|symbol) {s} {in} (start|begin)?
at what line {in} (can I find|is) {s}?
start line of {s} {in}
(on which|at which) line does {s} (start|begin) {in}?
where {in} is {s} (defined|declared)? (the line|line number)
what is the line of {s} {in}?
!find the line of {s} {in}
line of {s} {in}
from which line to which line does {s} (go|reach) {in}?
does {np} (define|have|contain) {s}? (on which line|at what line|where)
is {s} defined {in}?
does {np} (define|contain|declare|have) {s}?
is there (a class|a function|a symbol|something) (called|named) {s} {in}?
""") + wordings("outline_line")
_LONGEST: Final = lines("""
(which|what) (function|class|symbol|definition) {in} is the longest?
what is the (longest|biggest|largest) (function|class|symbol|definition) {in}?
the (longest|biggest) (function|class|symbol|definition) {in}
!find the (longest|biggest) (definition|symbol|function or class) {in}
(which|what) (definition|symbol) {in} spans the most lines?
{np}: (longest|biggest) definition?
what {in} should I split first, going by its length?
""") + wordings("outline_longest")
_KINDS_ASKED: Final = lines("""
(which|what) kinds of symbols are there {in}?
how many classes and how many functions are there {in}?
how many classes and functions does {np} (have|define)?
!(print|show|list) the kind of (each|every) symbol {in}
symbols {in} with their kinds
of what kind is each symbol {in}?
!group the symbols {in} by kind
how many symbols of each kind {in}?
""") + wordings("outline_kinds")
_CHILDREN: Final = lines("""
how many (children|members|methods) does each (class|symbol) {in} have?
!(show|print|list) (each|every) class {in} with its number of (methods|members|children)
number of (methods|members|children) per class {in}
(which|what) class {in} has how many methods?
!count the (methods|members|children) of each (class|symbol) {in}
!(list|show) the (nested symbols|children|members) of (each|every) (class|symbol) {in}
""") + wordings("outline_children")
_OUTLINE_SHOWN: Final = "{x.name} line {x.line}"


def _named(make: Callable[[Draw], str]) -> Extras:
    def extras(draw: Draw) -> Mapping[str, Value]:
        name = make(draw)
        return {"s": Value(quoted_symbol(draw, name), literal(name))}

    return extras


def _outline(
    name: str, templates: tuple[str, ...], body: str, extras: Extras | None = None, weight: float = 1
) -> Intent:
    make = (
        about_path("document_symbols", templates, body, python_target, extras)
        if extras
        else about_path("document_symbols", templates, body, python_target)
    )
    return intent(f"document_symbols_{name}", make, weight)


_OUTLINE: Final = (
    _outline("count", SYMBOL_COUNT, 'print(f"{result.symbol_count} symbols")', weight=1.5),
    _outline("classes", f.framed((*f.COUNT, *f.LIST, *f.ANY), *_CLASS_NOUNS),
        selected("symbols", "x.kind == 5", _OUTLINE_SHOWN), weight=1.8),
    _outline("functions", f.framed((*f.COUNT, *f.LIST, *f.ANY), *_FUNCTION_NOUNS),
        selected("symbols", "x.kind == 12", _OUTLINE_SHOWN), weight=1.8),
    _outline("names", _NAMES, each("symbols", _OUTLINE_SHOWN)),
    _outline("methods", _METHODS,
        "names = [c.name for x in result.symbols for c in x.children if x.name == $s]\n"
        "print(len(names), *names)", _named(class_name)),
    _outline("line", _SYMBOL_LINE,
        selected("symbols", "x.name == $s", "{x.name} lines {x.line} to {x.end_line}"), _named(symbol), 1.2),
    _outline("longest", _LONGEST, ranked("symbols", "end_line - x.line + 1", "name", "1"), weight=1),
    _outline("kinds", _KINDS_ASKED, each("symbols", "{x.name} kind {x.kind}"), weight=0.7),
    _outline("children", _CHILDREN,
        'for x in result.symbols:\n    print(f"{x.name}: {len(x.children)} members")\n'
        '    for c in x.children:\n        print(f"  {c.name}")', weight=0.8),
    _outline("more_than", f.framed(f.AT_LEAST, *_SYMBOL_NOUNS),
        'print("yes" if result.symbol_count > $n else "no", result.symbol_count)', limit, 0.6),
)  # fmt: skip
_MATCH_COUNT: Final = lines("""
how many symbols (match|are called|contain|are named) {s} (in the project|in the workspace|)?
how many (definitions|classes or functions) (named|called) {s} (are there|do we have|exist)?
how many times is {s} defined (in the project|in our code|)?
number of symbols (matching|named|called) {s}
!count the symbols (that match|named|called|matching) {s}
is {s} defined (twice|more than once|in several places) (in the project|)?
how many {s} do we have in the project?
""") + wordings("search_count")
_MATCH_FILES: Final = lines("""
which files (define|contain|declare|have) (a symbol named|something called|a symbol matching|symbols matching|) {s}? \
(only the files|file names only)
!(list|print|show) (only|just) the files (that define|with a symbol named|where we define) {s}
files (that define|with a definition of|with symbols matching) {s}
in which files do symbols (matching|named|called) {s} (live|stand)?
just the file (names|) for the symbol {s}
""") + wordings("search_files")
_MATCH_FIRST: Final = lines("""
what is the first (match|hit|result) for (the symbol|) {s} (in the project|in the symbol search|)?
!(show|give) me (only|just) the first (match|hit) for (the symbol|) {s}
first symbol (match|hit) for {s}
one place where {s} is defined, the first (hit|match)
""") + wordings("search_first")
_MATCH_CLASSES: Final = lines("""
which classes (match|are called|are named|contain) {s} (in the project|)?
!(find|list|show|search for) (only|just|) classes (named|matching|called) {s} (in the project|)
classes (named|matching) {s}
is there a class (named|called) {s}? only classes count
only classes whose name matches {s}
""") + wordings("search_classes")
_MATCH_CONTAINER: Final = lines("""
(in|to) which class does (the method|) {s} (live|belong)? search the project
what is the container of {s} (in the project|)?
which (class|container) (holds|has|contains) (the method|the symbol|) {s}?
!(show|print) the container of each symbol (named|matching) {s}
symbols (named|matching) {s} with their containers
""") + wordings("search_container")


def _by_name(draw: Draw) -> tuple[str, Mapping[str, str]]:
    name = symbol(draw)
    return call("workspace_symbols", name), {"s": quoted_symbol(draw, name)}


def _search(name: str, templates: tuple[str, ...], body: str, weight: float = 1.0) -> Intent:
    return intent(f"workspace_symbols_{name}", about_slots(templates, body, _by_name), weight)


_SEARCH: Final = (
    _search("count", _MATCH_COUNT, 'print(f"{result.symbol_count} symbols")', 1.2),
    _search("files", _MATCH_FILES, "for name in sorted({x.file for x in result.symbols}):\n    print(name)"),
    _search("file_and_line", wordings("search_file_and_line"), each("symbols", "{x.file}:{x.line}"), 0.8),
    _search("first", _MATCH_FIRST, each("symbols[:1]", "{x.name} {x.file}:{x.line}"), 0.8),
    _search("classes", _MATCH_CLASSES, selected("symbols", "x.kind == 5", "{x.name} {x.file}:{x.line}"), 0.8),
    _search("container", _MATCH_CONTAINER, each("symbols", "{x.name} in {x.container_name}"), 0.7),
)
INTENTS: Final = (*_POSITIONED, *_OUTLINE, *_SEARCH)
