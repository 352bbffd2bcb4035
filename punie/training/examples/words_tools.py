"""Questions about the tools and their results that are answered in words: the tool is named but not wanted."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Final

from punie.agent.typed_tools import CATALOGUE, Result, Tool
from punie.training.examples.draft import Intent, Turn, answered, asked
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.phrasing import dress, say
from punie.training.examples.records_pool import RULE_MEANINGS
from punie.training.examples.vocabulary import directory, place, python_file, quoted, test_directory

# What each tool is for, when to take it, and how one would go about it by hand.
_PURPOSE: Final[dict[str, tuple[str, str]]] = {
    "read_file": ("reads the text of one file", "you want to see what a file says"),
    "write_file": ("writes a text to a file and makes missing folders", "a file should get a new content"),
    "run_command": ("runs a shell command and returns its output", "no typed tool fits, for example for make or pip"),
    "typecheck": (
        "runs the type checker on a path and reports type errors and warnings",
        "you want to know whether the annotations hold",
    ),
    "ruff_check": (
        "lints a path with ruff and reports style violations and how many are fixable",
        "you want to find style problems and unused imports",
    ),
    "pytest_run": (
        "runs the tests under a path with pytest and counts passed, failed and skipped tests",
        "you want to know whether the tests pass",
    ),
    "goto_definition": (
        "finds the file and line where the symbol at a position is defined",
        "you see a name and want its source",
    ),
    "find_references": ("finds every use of the symbol at a position", "you plan to rename or remove something"),
    "hover": ("shows type and documentation of the symbol at a position", "you want the signature of a function"),
    "document_symbols": ("lists the classes and functions of one file", "you want an outline of a file"),
    "workspace_symbols": ("searches symbols by name in the whole project", "you know a name but not its file"),
    "git_status": (
        "lists changed, staged and untracked files of the working tree",
        "you want to know what is not committed",
    ),
    "git_diff": ("counts added and removed lines, per file and in all", "you want to see how much changed"),
    "git_log": ("lists the latest commits with author, date and message", "you want to know who changed what and when"),
}
_RETURNS: Final = wordings("tool_returns") + lines("""
what does {t} return?
what does {t} give (back|me)?
what is in the result of {t}?
which fields does the result of {t} have?
which fields (can I read|are there) (from|on|in) the result of {t}?
what (fields|attributes) does {t} return?
what (type|kind of object) does {t} return?
how is the result of {t} (structured|built|shaped)?
!describe the result of {t}
!explain (what {t} returns|the result of {t}|the fields of {t})
!(list|name) the fields of (the|a) {t} result
what do I get (back|) from {t}?
the return value of {t}, (what is in it|what does it hold)?
without (running|calling) it: what does {t} return?
I (do not|don't) want to run {t}, just tell me what it returns
(do not|don't) run {t}, (only|just) (explain|describe|tell me) its result
what would {t} return (if I called it|in general|)?
which information does {t} (hold|return|contain|deliver)?
fields of {t}?
documentation of the {t} result?
how do I read the result of {t}?
after calling {t}, which fields can I print?
what is the structure of the object returned by {t}?
""")
_MODEL: Final = wordings("result_model") + lines("""
which fields does {m} have?
what (fields|attributes) (are in|does|belong to) (a|the|) {m} (have|)?
what is (a|an|the) {m}?
what does {m} (hold|contain|store)?
!describe {m}
!explain the fields of {m}
!(list|name) the fields of {m}
how is {m} (structured|built)?
fields of {m}?
I (forgot|do not remember) the fields of {m}
in words: what is in (a|the) {m}?
(do not|don't) call anything, what is in (a|the) {m}?
what can I read from (a|the) {m}?
""")
_DOES: Final = wordings("tool_does") + lines("""
what does {t} do?
what is {t} (for|good for|used for)?
!explain {t}
!explain (briefly|in a sentence|in one sentence|to me) what {t} does
when (should|would|do) I (use|call|reach for|need) {t}?
when is {t} (useful|the right tool|a good choice)?
!(describe|tell me about) {t}
!(describe|tell me about) the tool {t}, (do not|don't) (run|call|use) it
why would I (use|call) {t}?
(do not|don't) run {t}, (just|only) (explain|tell me) what it does
what is the purpose of {t}?
what happens when (I|you) call {t}?
how does {t} help me?
in words, what does {t} do?
I (do not|don't) want you to run {t}, (just|only) explain it
I keep reading {t}, what is it?
what exactly is {t}?
is {t} a tool? what does it do?
""")
_TAKES: Final = wordings("tool_takes") + lines("""
which (arguments|parameters) does {t} (take|have|need|expect)?
what (arguments|parameters|inputs) does {t} (take|have|need|expect)?
how (do|would) (I|you) call {t}? (in words|just explain|do not run it)
what is the signature of (the tool|) {t}?
!explain the (arguments|parameters) of {t}
what must I (give|pass) to {t}?
which (arguments|parameters) of {t} are (required|optional)?
does {t} have (optional|default) (arguments|parameters)?
(arguments|parameters) of {t}?
(do not|don't) run {t}, (just|only) tell me its (arguments|parameters)
""")
_DIFFERENCE: Final = wordings("tool_difference") + lines("""
what is the difference between {t} and {u}?
how (does|do) {t} differ from {u}?
how do {t} and {u} differ?
!explain the difference between {t} and {u}
!explain the difference between {t} and {u}, (do not|don't) (run|call) (them|anything|either)
{t} or {u}: (what is the difference|which is which|when do I use which)?
{t} (vs|versus) {u}?
when do I use {t} and when {u}?
should I use {t} or {u}?
!compare {t} (and|with) {u} (in words|briefly|)
is {t} the same as {u}?
why are there both {t} and {u}?
in words: {t} compared to {u}?
I mix up {t} and {u}, what is the difference?
which one do I want, {t} or {u}?
(do not|don't) call anything: how does {t} differ from {u}?
""")
_PLAN: Final = wordings("tool_plan") + lines("""
(do not|don't) (run|call|start) {t} (on {np}|), (just|only) (say|tell me) what it would (do|show|report)
without running (anything|it|the tool), what would {t} (do|report|show) (on {np}|for {np})?
what would {t} (do|report|show) (on|for) {np}? (do not|don't) run it
if I ran {t} on {np}, what would it tell me? (only|just) explain
before you run {t} on {np}, explain what it does
(do not|don't) (run|check|touch) anything yet: what does {t} tell us about a path like {np}?
hypothetically, what could {t} report (about|for) {np}?
I will run {t} on {np} myself, what will it show?
no call please: what is {t} good for with {np}?
never mind running {t} on {np}, (just|only) tell me what it reports
please (do not|don't) (run|call) {t}; what does it (report|return|tell us)?
(do not|don't) (run|execute|call) anything: what does {t} (report|return|show)?
no tool call, just words: what does {t} (report|return|do)?
""")
_RULE: Final = wordings("rule_meaning") + lines("""
what does {r} mean?
what is {r}?
!explain {r}
!explain the rule {r}
what does the (rule|code|error code|finding) {r} (mean|say|stand for)?
what is (wrong|the problem) when (I get|the tool reports) {r}?
how do I fix {r}?
how (can|do) I get rid of {r}?
why do I get {r}?
({maker}|the tool|CI) (says|reports|complains about) {r}, what does (that|it) mean?
I (get|see|have) {r}, (in general|) what does (that|it) mean?
meaning of {r}?
{r}, what is that?
in words, what does {r} mean?
(do not|don't) run anything, just explain {r}
""")
_RULE_PAIR: Final = wordings("rule_pair")
_RULES: Final = RULE_MEANINGS | {
    "ANN001": "that an argument has no type annotation: add one",
    "ARG001": "an unused function argument: remove it or use it",
    "ASYNC210": "a blocking HTTP call in an async function: use an async client",
    "C416": "a comprehension that only copies: call list, set or dict",
    "D100": "that a public module has no docstring: write one at the top",
    "DTZ005": "datetime.now() without a time zone: pass tz",
    "E402": "an import that is not at the top of the file: move it up",
    "E731": "a lambda assigned to a name: write a def instead",
    "F403": "a star import, which hides the names that come in: import them by name",
    "F405": "a name that may come from a star import: import it by name",
    "G004": "an f-string in a logging call: pass the values as arguments",
    "N802": "a function name that is not lower case: rename it in snake_case",
    "N806": "a local variable that is not lower case: rename it in snake_case",
    "PERF401": "a loop with append that a list comprehension can replace",
    "PTH123": "the built-in open() on a path: use Path.open of pathlib",
    "RET505": "an unnecessary else after return: drop the else",
    "RUF012": "a mutable class attribute, which all instances share: annotate it with ClassVar",
    "S608": "SQL built from strings, a risk of SQL injection: use query parameters",
    "SIM117": "nested with statements that can be one: join the context managers",
    "TRY003": "a long message in raise: move it into the exception class",
    "UP032": "a call of str.format that can be an f-string: rewrite it",
    "W605": "an invalid escape sequence in a string: use a raw string",
    "index-out-of-bounds": "an index beyond the end of a tuple: use a smaller index",
    "possibly-unbound-attribute": "an attribute that may be missing: define it in every case",
}
# The linter behind the letters of a rule; longer letters first.
_FAMILIES: Final = (
    ("ASYNC", "flake8-async"), ("PERF", "perflint"), ("ANN", "flake8-annotations"), ("ARG", "unused arguments"),
    ("DTZ", "time zones"), ("ERA", "eradicate"), ("PLR", "pylint refactoring"), ("PTH", "use pathlib"),
    ("RET", "return statements"), ("RUF", "ruff's own"), ("SIM", "simplify"), ("TRY", "tryceratops"),
    ("UP", "pyupgrade"), ("T2", "flake8-print"), ("C4", "comprehensions"), ("C9", "mccabe complexity"),
    ("B", "bugbear"), ("D", "pydocstyle"), ("E", "pycodestyle errors"), ("F", "pyflakes"), ("G", "logging format"),
    ("I", "isort"), ("N", "pep8-naming"), ("S", "bandit security"), ("W", "pycodestyle warnings"),
)  # fmt: skip
_FIELD: Final = wordings("field_meaning") + lines("""
what does {field} (mean|hold|say|contain|tell me)?
what is {field} in (the result of {t}|a {t} result)?
what does {field} of (the result of {t}|a {t} result) (mean|hold|say)?
!explain {field} in the result of {t}
what does the field {field} of {t} (mean|hold|tell me)?
what is the meaning of {field} in {t}?
in words: what is {field} (in|of) {t}?
how do I interpret {field} (in|of) {t}?
""")
_FIELD_MEANING: Final[dict[tuple[str, str], str]] = {
    ("typecheck", "error_count"): "error_count is the number of diagnostics with severity error.",
    ("typecheck", "warning_count"): "warning_count is the number of diagnostics with severity warning.",
    ("typecheck", "success"): "success is true when the type checker found no error and no warning.",
    (
        "typecheck",
        "errors",
    ): "errors is the list of diagnostics, each with file, line, column, severity, code and message.",
    ("ruff_check", "violation_count"): "violation_count is the number of lint violations that ruff found.",
    ("ruff_check", "fixable_count"): "fixable_count is the number of violations that ruff can fix automatically.",
    ("ruff_check", "success"): "success is true when ruff found no violation.",
    (
        "ruff_check",
        "violations",
    ): "violations is the list of findings with file, line, column, code, message and fixable.",
    ("pytest_run", "passed"): "passed is the number of tests that passed.",
    ("pytest_run", "failed"): "failed is the number of tests whose assertions failed.",
    (
        "pytest_run",
        "errors",
    ): "errors is the number of tests that broke in setup or teardown or could not be collected.",
    ("pytest_run", "skipped"): "skipped is the number of tests that were skipped.",
    ("pytest_run", "duration"): "duration is the time of the whole test run in seconds.",
    ("pytest_run", "tests"): "tests is the list of test cases, each with name, outcome, duration and message.",
    ("pytest_run", "outcome"): "outcome of a test is passed, failed, error or skipped.",
    (
        "goto_definition",
        "locations",
    ): "locations lists the definitions: file, line, column, end_line, end_column, preview.",
    ("goto_definition", "preview"): "preview is the source line of the definition, or None.",
    ("find_references", "reference_count"): "reference_count is the number of references that were found.",
    ("find_references", "references"): "references lists the uses with file, line, column and preview.",
    ("hover", "content"): "content is the hover text, the type and the documentation, or None when nothing was found.",
    ("hover", "language"): "language is the format of the hover text, for example markdown or plaintext.",
    ("document_symbols", "symbols"): "symbols is the outline: name, kind, line, end_line and children of each symbol.",
    ("document_symbols", "children"): "children holds the symbols inside a symbol, such as the methods of a class.",
    ("document_symbols", "kind"): "kind is the number of the symbol's kind: 5 is a class, 6 a method, 12 a function.",
    ("workspace_symbols", "symbols"): "symbols is the list of matches with name, kind, file, line and container_name.",
    ("workspace_symbols", "container_name"): "container_name is the class or module that holds the symbol, or None.",
    ("git_status", "clean"): "clean is true when the working tree has no changes.",
    ("git_status", "files"): "files lists the changed files with file, status and staged.",
    ("git_status", "staged"): "staged is true when the change of the file is in the index for the next commit.",
    ("git_status", "file_count"): "file_count is the number of changed files.",
    ("git_diff", "additions"): "additions is the number of added lines, in all or of one file.",
    ("git_diff", "deletions"): "deletions is the number of removed lines, in all or of one file.",
    ("git_diff", "hunks"): "hunks holds the @@ lines of a file's diff: where each block of changes starts.",
    ("git_log", "commits"): "commits is the list of commits, newest first, each with hash, message, author and date.",
    ("git_log", "commit_count"): "commit_count is the number of commits in the answer.",
    ("git_log", "date"): "date is the time of the commit as an ISO 8601 text.",
}
_KIN: Final = (
    ("git_status", "git_diff"), ("git_status", "git_log"), ("git_diff", "git_log"), ("typecheck", "ruff_check"),
    ("typecheck", "pytest_run"), ("ruff_check", "pytest_run"), ("goto_definition", "find_references"),
    ("goto_definition", "hover"), ("goto_definition", "workspace_symbols"), ("find_references", "workspace_symbols"),
    ("document_symbols", "workspace_symbols"), ("document_symbols", "read_file"), ("read_file", "write_file"),
    ("read_file", "run_command"), ("run_command", "pytest_run"), ("hover", "document_symbols"),
    ("hover", "find_references"), ("write_file", "run_command"), ("run_command", "ruff_check"),
    ("run_command", "git_status"), ("workspace_symbols", "read_file"), ("run_command", "typecheck"),
)  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def fields_in_words(model: type[Result]) -> str:
    """One or two sentences that name the fields of a result and of its elements."""
    names = [name for name in model.model_fields if name != "parse_error"]
    text = f"{model.__name__} has the fields {_listed(names)}"
    for name, field in model.model_fields.items():
        element = next(iter(typing.get_args(field.annotation)), None)
        if isinstance(element, type) and issubclass(element, Result) and element is not model:
            text += f"; each entry of {name} has {_listed(list(element.model_fields))}"
    return f"{text}."


def _elements(tool: Tool) -> list[type[Result]]:
    found = []
    for field in getattr(tool.result, "model_fields", {}).values():
        element = next(iter(typing.get_args(field.annotation)), None)
        if isinstance(element, type) and issubclass(element, Result):
            found.append(element)
    return found


def _returned(tool: Tool) -> str:
    if not issubclass(tool.result, Result):
        what = {"read_file": "the text of the file", "write_file": "the word success", "run_command": "the output"}
        return f"{tool.name} returns a string: {what[tool.name]}."
    return f"{tool.name} returns a {tool.result.__name__}. {fields_in_words(tool.result)}"


def _tool(draw: Draw) -> Tool:
    return CATALOGUE[draw.any(tuple(CATALOGUE))]


def _shown(draw: Draw, name: str) -> str:
    return draw.any(("{}", "{}", "`{}`", "the {} tool", "{}()")).format(name)


def _returns(draw: Draw) -> tuple[Turn, ...]:
    tool = _tool(draw)
    return asked(say(draw, _RETURNS, {"t": _shown(draw, tool.name)})), answered(_returned(tool))


def _model(draw: Draw) -> tuple[Turn, ...]:
    tool = draw.any(tuple(tool for tool in CATALOGUE.values() if issubclass(tool.result, Result)))
    model = draw.any((tool.result, *_elements(tool)))
    prompt = say(draw, _MODEL, {"m": quoted(draw, model.__name__)})
    return asked(prompt), answered(fields_in_words(typing.cast("type[Result]", model)))


def _does(draw: Draw) -> tuple[Turn, ...]:
    tool = _tool(draw)
    does, when = _PURPOSE[tool.name]
    return asked(say(draw, _DOES, {"t": _shown(draw, tool.name)})), answered(f"{tool.name} {does}. Use it when {when}.")


def _takes(draw: Draw) -> tuple[Turn, ...]:
    tool = _tool(draw)
    needed = [p.name for p in tool.parameters if p.required]
    optional = [f"{p.name} (default {p.default!r})" for p in tool.parameters if not p.required]
    text = f"{tool.name} takes {_listed(needed)}" + (f" and optionally {_listed(optional)}." if optional else ".")
    return asked(say(draw, _TAKES, {"t": _shown(draw, tool.name)})), answered(text)


def _difference(draw: Draw) -> tuple[Turn, ...]:
    pair = draw.any(_KIN)
    first, second = pair if draw.chance(0.5) else (pair[1], pair[0])
    prompt = say(draw, _DIFFERENCE, {"t": _shown(draw, first), "u": _shown(draw, second)})
    return asked(prompt), answered(f"{first} {_PURPOSE[first][0]}, while {second} {_PURPOSE[second][0]}.")


def _plan(draw: Draw) -> tuple[Turn, ...]:
    name = draw.any(("typecheck", "ruff_check", "pytest_run", "git_status", "git_diff", "git_log", "document_symbols"))
    about = place(draw, draw.any((python_file, directory, test_directory))(draw))
    prompt = say(draw, _PLAN, {"t": _shown(draw, name), **about.slots})
    fields = [
        field for field in typing.cast("type[Result]", CATALOGUE[name].result).model_fields if field != "parse_error"
    ]
    return asked(prompt), answered(f"{name} {_PURPOSE[name][0]}. It would report {_listed(fields)}.")


def _said(rule: str) -> str:
    """What a rule means and whose rule it is."""
    family = next((name for start, name in _FAMILIES if rule.startswith(start) and rule[-1].isdigit()), None)
    whose = f"{rule} is a rule of ruff ({family})" if family else f"{rule} is a rule of the type checker"
    return f"{whose}. It means {_RULES[rule]}."


def _rule(draw: Draw) -> tuple[Turn, ...]:
    rule = draw.any(tuple(_RULES))
    maker = "ruff" if rule[-1].isdigit() else "the type checker"
    prompt = say(draw, _RULE, {"r": quoted(draw, rule), "maker": maker})
    return asked(prompt), answered(_said(rule) if draw.chance(0.5) else f"{rule} means {_RULES[rule]}.")


def _rule_pair(draw: Draw) -> tuple[Turn, ...]:
    of_ruff = draw.chance(0.7)
    first, second = draw.some(tuple(rule for rule in _RULES if rule[-1].isdigit() is of_ruff), 2, 2)
    prompt = say(draw, _RULE_PAIR, {"r": quoted(draw, first), "s": quoted(draw, second)})
    return asked(prompt), answered(f"{first} means {_RULES[first]}; {second} means {_RULES[second]}.")


def _field(draw: Draw) -> tuple[Turn, ...]:
    tool, field = draw.any(tuple(_FIELD_MEANING))
    prompt = say(draw, _FIELD, {"t": _shown(draw, tool), "field": quoted(draw, field)})
    ambiguous = sum(name == field for _, name in _FIELD_MEANING) > 1 and tool not in prompt
    if ambiguous:
        prompt = dress(draw, expand(draw, "what does {field} mean in {t}?", {"t": tool, "field": field}), {})
    return asked(prompt), answered(_FIELD_MEANING[tool, field])


INTENTS: Final = (
    Intent("words", "tool_returns", _returns, 1.2),
    Intent("words", "result_model", _model, 0.7),
    Intent("words", "tool_does", _does, 1),
    Intent("words", "tool_takes", _takes, 0.6),
    Intent("words", "tool_difference", _difference, 1.2),
    Intent("words", "tool_plan", _plan, 1.2),
    Intent("words", "rule_meaning", _rule, 1),
    Intent("words", "rule_pair", _rule_pair, 0.4),
    Intent("words", "field_meaning", _field, 0.7),
)
