"""Plain requests for the language server: definitions, references, hover, outlines and symbols by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.phrasing import say
from punie.training.examples.snippets import summary
from punie.training.examples.vocabulary import Target, place, position, python_file, quoted, symbol, test_file

# `{at}` is a position with its file ("src/app.py line 3, column 7"), `{s}` the symbol.
DEFINITION_CLAUSES: Final = lines("""
!(go|jump|take me|bring me|lead me) to the definition of {s} at {at}
!{find} the definition of {s} (at|used at|seen at) {at}
!{show} where {s} (at|from|used at) {at} is (defined|declared|implemented)
!(find|see|work out|tell me) where {s} at {at} comes from
!(open|go to|resolve) the (declaration|definition|implementation) of {s}, (used|which is used|it stands) at {at}
""")
REFERENCE_CLAUSES: Final = lines("""
!{find} (all|the|every|) {usages} of {s} (at|defined at|from) {at}
!{show} (all|the|) {usages} of {s} (at|defined at|declared at) {at}
!list (all the|the|every place with|) {usages} of {s} (at|declared at) {at}
!(find|see|work out|tell me) who (calls|uses) {s} (at|defined at) {at}
!(find|see|work out|tell me) where {s} (at|defined at|from) {at} is (used|called|referenced)
!search for {usages} of {s}, (it is defined|it stands|defined) at {at}
""")
HOVER_CLAUSES: Final = lines("""
!hover (over|on|) {s} at {at}
!{show} the (signature|type|docs|documentation|docstring|hover text|inferred type) of {s} at {at}
!(find out|see|work out|tell me) what type {s} at {at} has
!(show|get|give me) (hover|type) info (for|about|on) {s} at {at}
!(tell me|find out|explain) what {s} at {at} is
!look up the (docs|documentation|signature|type) (of|for) {s} at {at}
""")
DEFINITION: Final = (
    *DEFINITION_CLAUSES,
    *wordings("goto_definition"),
    *lines("""
where is {s} (defined|declared|implemented)? (it|it is used|I see it|it stands|it is called) at {at}
where is {s} at {at} (defined|declared|implemented)?
where does {s} at {at} come from?
where does the {symbol_kind} {s} at {at} come from?
(in|at) {at} there is {s}, where is it (defined|declared|implemented)?
at {at} (I see|there is|someone calls|the code uses) {s}: where is (its definition|it defined|it declared)?
{s} is used at {at}. Where (is its definition|is it defined|was it declared|does it live)?
what is the definition of {s} (used|) at {at}?
which file defines {s} (used|called|seen) at {at}?
which (module|file|line) (defines|declares|implements) {s} at {at}?
definition of {s} at {at}
goto definition {s} {at}
go to definition: {s}, {at}
I need the (definition|declaration|source|origin) of {s} at {at}
I want to (jump to|see) the definition of {s} at {at}
I am at {at} on {s}, (take me to its definition|where is it defined|where does it come from)
I'm looking at {s} (in|at) {at} and want its definition
my cursor is on {s} at {at}, where is it (defined|declared|implemented)?
the name {s} at {at}: where does it come from?
who defines {s} that {at} uses?
what does {s} at {at} (resolve|refer|point) to?
!resolve {s} at {at}
!jump from {s} at {at} to (its definition|where it is declared|its declaration)
!take me from {at} to the (definition|declaration) of {s}
from {s} at {at}, jump to (where it is declared|the declaration|its source)
!follow {s} at {at} to its (source|definition)
in which file is {s} from {at} (implemented|defined|declared)?
{at}: where is {s} defined?
{at}, {s}, definition?
the code at {at} calls {s}, show me where that is (written|defined|declared)
on which line is {s} (used|called) at {at} (defined|declared)?
"""),
)
REFERENCES: Final = (
    *REFERENCE_CLAUSES,
    *wordings("find_references"),
    *lines("""
where is {s} (at|defined at|from) {at} (used|called|referenced)?
where else is {s} (at|from) {at} (used|called|referenced)?
who (calls|uses|references|imports|depends on) {s} (at|defined at|from|declared at) {at}?
what (calls|uses|references|depends on) {s} (at|defined at|from) {at}?
which (files|modules|places|functions) (use|call|reference) {s} (at|defined at|from) {at}?
is {s} at {at} (used|called|referenced) anywhere?
is {s} (at|defined at) {at} still (used|needed|called)?
{s} is (defined|declared) at {at}. (Who uses it|Where is it used|Who calls it|Show its usages)?
I (want to|am going to|plan to) (rename|remove|delete|change|move) {s} at {at}: (who uses it|where is it used|what \
would break|list the usages)
before I (rename|remove|delete|change|move) {s} at {at} I need (all its usages|every reference|the callers)
can I (safely|) (delete|remove|rename) {s} at {at}? show (its usages|its references|who uses it)
{usages} of {s} at {at}
references {s} {at}
find references: {s}, {at}
I need (all|the) {usages} of {s} at {at}
I am at {at} on {s}, (who uses it|who calls it|where is it used|list its references)
my cursor is on {s} at {at}, (list|show|find) (all|its) (usages|references|uses)
{at}: who uses {s}?
{at} defines {s}: (where is it used|who calls it|list its callers)
in which places does the code base use {s} from {at}?
what would break if I changed {s} at {at}? (find|list) its {usages}
give me every (line|place|spot) that (uses|calls|mentions) {s} from {at}
impact of changing {s} at {at}: list the {usages}
"""),
)
HOVER: Final = (
    *HOVER_CLAUSES,
    *wordings("hover"),
    *lines("""
what (type|signature|docstring|documentation) does {s} (at|in) {at} have?
what is the (type|signature|inferred type|documentation|docstring|return type) of {s} (at|in) {at}?
what is {s} at {at}?
what does the editor (show|say) (for|about|when hovering over) {s} at {at}?
what (parameters|arguments) does {s} at {at} take?
what does {s} at {at} (return|take|expect|do)?
which (arguments|parameters) does {s} (called|) at {at} (take|expect|accept)?
which type (is inferred for|does the checker infer for|has) {s} at {at}?
how is {s} at {at} typed?
how do I call {s} (used|) at {at}? show its signature
hover {s} {at}
hover: {s}, {at}
(signature|type|docs|documentation|hover text|type info) of {s} at {at}
I need the (signature|type|docs|documentation|docstring) of {s} at {at}
I want to (see|know|read) the (signature|type|docs|documentation|docstring) of {s} at {at}
I am at {at} on {s}, (what is its type|show its signature|what does it take|show its docs)
my cursor is on {s} at {at}, (what is its type|show its signature|what are its docs)
is there (documentation|a docstring|any doc text) for {s} at {at}?
does {s} at {at} have a docstring? show it
{at}: what is the type of {s}?
{at}: hover over {s}
{s} at {at}: (type|signature|docs)?
at {at} there is {s}, what (type|signature) does it have?
I forgot the signature of {s}, it is called at {at}
!explain the type of {s} at {at}
!describe {s} at {at}: type and docs
what type does the (variable|parameter|argument|name|function) {s} (at|in) {at} have?
what is the type of the (variable|parameter|expression|name) {s} at {at}?
!tell me the (type|signature) of the (variable|function|method) {s} at {at}
docstring and signature (of|for) {s} at {at}?
"""),
)
OUTLINE_CLAUSES: Final = lines("""
!{show} the (outline|structure|symbols) (of|in) {np}
!{show} (all|the|) (classes and functions|functions and classes|symbols|definitions) {in}
!list (the|all|) (symbols|definitions|functions and classes) {in}
!outline {np}
!(list|show|see|find out) what {np} (defines|contains)
!get (an outline|the document symbols|the symbol tree) of {np}
""")
OUTLINE: Final = (
    *OUTLINE_CLAUSES,
    *wordings("document_symbols"),
    *lines("""
what (is|stands|lives) (defined|declared|) in {np}?
what (classes|functions|symbols|names|definitions) (are|are there|do we have) {in}?
what (classes|functions|symbols|classes and functions|functions and classes|methods) does {np} (have|define|contain|\
declare)?
which (classes|functions|symbols|names|classes and functions|functions and methods) (are defined|are there|are \
declared|live|stand) {in}?
which (symbols|definitions|names) does {np} (define|declare|export|have)?
how is {np} (structured|organised|organized|laid out|built)?
what does {np} (define|contain|declare|consist of|offer|hold)?
(outline|structure|symbols|definitions|symbol tree|document symbols) of {np}
{np}: (outline|symbols|structure|classes and functions)
{np}: (what does it define|what is in it|list its symbols|show its structure)
I need (an|the) (outline|overview|structure) of {np}
I want (an outline|an overview of the symbols|the list of definitions) of {np}
I (have never seen|do not know|am new to) {np}, (what does it define|show its outline|what is its structure)?
(give me|show me|I need) a (table of contents|map|summary of the symbols) (of|for) {np}
an overview of the (classes|functions|symbols|classes and methods) in {np}
is there (any class|a class|any function|anything) defined in {np}?
which (methods|members) do the classes {in} have?
what are the (classes|functions|symbols|top-level names) (of|in) {np}?
!walk me through the (structure|symbols) of {np}
!(summarise|summarize) the (structure|symbols) of {np}
!(name|enumerate) the (functions|classes|symbols) {in}
without opening the whole file, what is defined in {np}?
symbols in {np}?
document_symbols{args}
(call|use) document_symbols (with|on|for) {np}
"""),
)
SEARCH_CLAUSES: Final = lines("""
!{find} (the symbol|a symbol called|a symbol named|symbol|the name|anything called|) {s} (in the project|anywhere in \
the project|in the workspace|in the code base|)
!(search|scan) (the workspace|the project|the code base|the whole repo|all files) for (the symbol|symbols named|a \
symbol called|the name|) {s}
!(find|see|find out) where {s} (lives|is|is defined) (in the project|in the code base|)
!{find} (the|any) (class|function|definition|symbol) (named|called) {s}
""")
SEARCH: Final = (
    *SEARCH_CLAUSES,
    *wordings("workspace_symbols"),
    *lines("""
where (in the project|in this repo|in our code|) is {s} (defined|declared|implemented)?
where do we (define|declare|implement|keep|have) {s}?
where (does|can I find) {s} (live|) (in the project|in the code base|in the repo)?
where can I find (the class|the function|the symbol|) {s}?
in which (file|module) is {s} (defined|declared|implemented)?
which (file|module) (defines|contains|declares|implements|holds) {s}?
is there (a|any) (class|function|symbol|method) (called|named) {s} (anywhere|in the project|in the repo|)?
do we have (a|any) (class|function|symbol|method|helper) (called|named) {s} (anywhere|somewhere|in the project|)?
does (the project|this repo|our code|the code base) (have|define|contain) (a symbol named|something called|) {s}?
does {s} exist (anywhere|) in (the project|this repo|the code base)?
what symbols (match|are called|are named|contain) {s} (in the project|)?
which symbols (match|are called|are named|look like|contain) {s}?
symbol search: {s}
workspace symbols {s}
symbols matching {s}
{s}: where is it?
{s}: where in the project?
I (cannot|can't) find {s}, where is it (defined|hidden|)?
I am looking for (a class|a function|a symbol|something) (called|named) {s}
I need (to find|the location of|the file of) {s}
I forgot where {s} (lives|is defined|is), (find it|search for it|look it up)
somewhere we have (a class|a function|a symbol) (called|named) {s}, (find it|where is it)?
someone mentioned {s}, where (is that|is it) (in the project|in our code|)?
the symbol {s}: which file (is it in|has it)?
!look {s} up (in the project|in the symbol index|by name)
!locate {s} by name
any symbol (called|named|matching) {s}?
is there (a|any) (class|function|symbol) (called|named) {s} somewhere?
where (in this project|in the code) is (class|function|method) {s}?
which file has (class|function|the definition of) {s}?
find symbol {s}
"""),
)
_AT: Final = (
    *wordings("positions"),
    *lines("""
line {line}, column {col} of {f}
line {line}, column {col} in {f}
line {line} column {col} of {f}
line {line} col {col} in {f}
{f} line {line}, column {col}
{f}, line {line}, column {col}
{f} line {line} column {col}
{f}, line {line} col {col}
{f} (line {line}, column {col})
{f}:{line}:{col}
{f}:{line}:{col}
{f} at line {line}, column {col}
row {line}, column {col} of {f}
{f} {line}:{col}
column {col} of line {line} in {f}
column {col} on line {line} of {f}
{f}, {line}:{col}
"""),
)


_AT_LINE: Final = lines("""
line {line} of {f}
line {line} in {f}
{f} line {line}
{f}, line {line}
{f}:{line}
{f} (line {line})
L{line} of {f}
{f}#L{line}
{f}, row {line}
file {f}, line {line}
""")
_SPOT: Final = lines("""
line {line}, column {col}
line {line}, column {col}
line {line} column {col}
line {line}, col {col}
line {line} (column {col})
column {col} of line {line}
row {line}, column {col}
{line}:{col}
""")


def spot(draw: Draw) -> tuple[tuple[str, int, int, str], dict[str, str]]:
    """A position with its symbol: the arguments of a call, and the slots that name them."""
    path = draw.any((python_file, python_file, python_file, test_file))(draw)
    name = symbol(draw)
    line, column = position(draw)
    # without a column the line is asked from its start
    places, column = (_AT_LINE, 1) if draw.chance(0.1) else (_AT, column)
    # the parentheses of "(line 3, column 7)" are text, not a choice of the grammar
    file = draw.any(("{}", "{}", "`{}`")).format(path)
    at = draw.any(places).format(line=line, col=column, f=file)
    where = f"line {line}" if places is _AT_LINE else draw.any(_SPOT).format(line=line, col=column)
    return (path, line, column, name), {"at": at, "file": file, "spot": where, "s": quoted_symbol(draw, name)}


def quoted_symbol(draw: Draw, name: str) -> str:
    """A symbol as developers write it: bare, quoted, or with empty parentheses."""
    if name.islower() and draw.chance(0.1):
        return f"{name}()"
    # an ordinary word is only recognised as a name when it stands in quotes
    return draw.any(("`{}`", "'{}'", '"{}"')).format(name) if name.isalpha() and name.islower() else quoted(draw, name)


def python_target(draw: Draw) -> Target:
    """One Python module."""
    return place(draw, draw.any((python_file, python_file, python_file, test_file))(draw))


def _positioned(tool: str, templates: Sequence[str]) -> Callable[[Draw], tuple[Turn, ...]]:
    def make(draw: Draw) -> tuple[Turn, ...]:
        arguments, slots = spot(draw)
        return asked(say(draw, templates, slots)), called(summary(tool, *arguments))

    return make


def _outline(draw: Draw) -> tuple[Turn, ...]:
    about = python_target(draw)
    return asked(say(draw, OUTLINE, about.slots)), called(summary("document_symbols", about.path))


def _search(draw: Draw) -> tuple[Turn, ...]:
    name = symbol(draw)
    return asked(say(draw, SEARCH, {"s": quoted_symbol(draw, name)})), called(summary("workspace_symbols", name))


INTENTS: Final = (
    Intent("navigation", "goto_definition", _positioned("goto_definition", DEFINITION), 2.5),
    Intent("navigation", "find_references", _positioned("find_references", REFERENCES), 2.5),
    Intent("navigation", "hover", _positioned("hover", HOVER), 2.5),
    Intent("navigation", "document_symbols", _outline, 2.5),
    Intent("navigation", "workspace_symbols", _search, 2.5),
)
