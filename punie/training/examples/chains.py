"""Second turns that are calls: what the first tool printed holds the arguments of the next call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from punie.agent.prompt_utils import render_response
from punie.agent.typed_tools import DocumentSymbolsResult, GotoDefinitionResult, Result, WorkspaceSymbolsResult
from punie.training.examples import flows, records, symbol_flows, workflows
from punie.training.examples.draft import Intent, Turn, answered, asked, called, printed
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.navigation import python_target, quoted_symbol
from punie.training.examples.phrasing import dress
from punie.training.examples.snippets import answer, call, summary
from punie.training.examples.summaries import shown, summarize
from punie.training.examples.vocabulary import code_target, symbol, whole_project

Make = Callable[[Draw], tuple[Turn, ...]]

RECORDS: Final[dict[str, Callable[[Draw, str, int], Result]]] = {
    "typecheck": records.type_check,
    "ruff_check": records.ruff,
    "pytest_run": records.tests,
    "goto_definition": records.definition,
    "find_references": records.references,
    "hover": records.hover,
    "document_symbols": records.outline,
    "workspace_symbols": records.matches,
    "git_status": records.status,
    "git_diff": records.diff,
    "git_log": lambda draw, _, size: records.log(draw, size),
}


def first_turn(draw: Draw, code: str, tool: str, arguments: Sequence[object], result: Result) -> tuple[Turn, Turn]:
    """The first call of a chain and its output: the whole workflow's code, or only its first tool."""
    standard, text = summary(tool, *arguments), shown(result)
    roll = draw.number(1, 10)
    if roll <= 3 and text:  # noqa: PLR2004 - three in ten
        return called(standard, train=False), printed(text)
    # the record as a suite gives it, after code of any of these forms
    code = draw.any((code, code, standard, answer(call(tool, *arguments), "print(result)")))
    return called(code, train=False), printed(render_response(result))


def location_of(result: Result) -> tuple[str, int, int] | None:
    """File, line and column of the first hit; column 1 where the result names none."""
    if isinstance(result, GotoDefinitionResult) and result.locations:
        place = result.locations[0]
        return place.file, place.line, place.column
    if isinstance(result, WorkspaceSymbolsResult) and result.symbols:
        return result.symbols[0].file, result.symbols[0].line, 1
    return None


def next_call(tool: str, place: tuple[str, int, int], name: str) -> str:
    """The standard answer for a tool at a place."""
    if tool in {"find_references", "hover", "goto_definition"}:
        return summary(tool, *place, name)
    if tool == "read_file":
        return f"print({call('read_file', place[0])})"
    return summary(tool, place[0])


def _symbol_chain(start: str, act: str) -> Make:
    def make(draw: Draw) -> tuple[Turn, ...]:
        arguments, slots = symbol_flows.started(draw, start)
        name = str(arguments[-1])
        result = RECORDS[start](draw, name, records.few(draw, empty=0.12))
        place = location_of(result)
        prompt = symbol_flows.prompt_for(draw, start, act, slots)
        last = called(next_call(act, place, name)) if place else answered(f"{summarize(result)} There is no next step.")
        return (
            asked(prompt),
            *first_turn(draw, symbol_flows.code_for(start, act, arguments), start, arguments, result),
            last,
        )

    return make


def _files_of(selection: str, result: Result) -> list[str]:
    match selection:
        case "changed" | "diff":
            names = [item.file for item in getattr(result, "files", [])]
        case "staged":
            names = [item.file for item in getattr(result, "files", []) if item.staged]
        case "type_errors":
            names = sorted({item.file for item in getattr(result, "errors", [])})
        case "references":
            names = sorted({item.file for item in getattr(result, "references", [])})
        case "matches":
            names = sorted({item.file for item in getattr(result, "symbols", [])})
        case "violations":
            names = sorted({item.file for item in getattr(result, "violations", [])})
        case _:
            broken = [item for item in getattr(result, "tests", []) if item.outcome != "passed"]
            names = sorted({item.name.split("::")[0] for item in broken})
    return list(dict.fromkeys(names))


def _each_chain(selection: str, action: str) -> Make:
    def make(draw: Draw) -> tuple[Turn, ...]:
        request = flows.each_request(draw, selection, action, first=draw.chance(0.4))
        tool = flows.SELECTIONS[selection].tool
        named = request.arguments[-1] if tool == "find_references" else request.arguments[0]
        result = RECORDS[tool](draw, str(named), records.few(draw, empty=0.12))
        names = _files_of(selection, result)
        if flows.needs_python(selection, action):
            names = [name for name in names if name.endswith(".py")]
        names = names[: 1 if request.first else 3]
        return (
            asked(request.prompt),
            *first_turn(draw, request.code, tool, request.arguments, result),
            _next_for(names, action, result),
        )

    return make


def _next_for(names: list[str], action: str, result: Result) -> Turn:
    if not names:
        return answered(f"{summarize(result)} There is no file to look at.")
    if len(names) == 1:
        if action == "git_log":
            return called(summary("git_log", names[0], count=1))
        return called(next_call(action, (names[0], 1, 1), ""))
    listed = ", ".join(call("", name)[1:-1] for name in names)
    return called(f"for name in [{listed}]:\n    {flows.ACTIONS[action].code}")


def _conditional(draw: Draw) -> tuple[Turn, ...]:
    request = workflows.conditional_request(draw)
    result = RECORDS[request.first](draw, request.path, records.few(draw, empty=0.5))
    is_clean = bool(getattr(result, "clean" if request.first == "git_status" else "success", False))
    holds = is_clean == request.clean
    stop = answered(f"{summarize(result)} So the next step is not needed.")
    last = called(summary(request.second, request.path)) if holds else stop
    return asked(request.prompt), *first_turn(draw, request.code, request.first, (request.path,), result), last


def _together(draw: Draw) -> tuple[Turn, ...]:
    request = workflows.together_request(draw)
    first, second = request.tools
    result = RECORDS[first](draw, request.path, records.few(draw))
    code = called(summary(second, request.path))
    return asked(request.prompt), *first_turn(draw, request.code, first, (request.path,), result), code


_SHOW_COMMIT: Final = lines("""
!(find|get|look up) the (latest|last|newest) commit {in} and (show|print) (its|the full) (diff|changes)
!(show|print) the (changes|diff|full text) of the (latest|last|newest) commit {in}
what did the (latest|last|newest) commit {in} change? (show it|look it up and show its diff|git show it)
who made the (latest|last) commit {in}, and what did it change? (show the commit|git show)
!(find|get) the hash of the (latest|last) commit {in} and run git show on it
!(open|inspect) the (latest|last|newest) commit {in}, (with its diff|in full)
""")
_SHOW_EACH: Final = 'for c in result.commits:\n    print(run_command(f"git show {c.hash}"))'


def _show_commit(draw: Draw) -> tuple[Turn, ...]:
    about = whole_project(draw) if draw.chance(0.5) else code_target(draw)
    prompt = dress(draw, expand(draw, draw.pick(_SHOW_COMMIT), about.slots), about.slots)
    path = about.named_in(prompt)
    result = records.log(draw, draw.number(1, 2))
    code = answer(call("git_log", path, count=1), _SHOW_EACH)
    last = called(f"print({call('run_command', f'git show {result.commits[0].hash}')})")
    return asked(prompt), *first_turn(draw, code, "git_log", (path,), result), last


def _show_commit_at_once(draw: Draw) -> tuple[Turn, ...]:
    about = whole_project(draw) if draw.chance(0.5) else code_target(draw)
    prompt = dress(draw, expand(draw, draw.pick(_SHOW_COMMIT), about.slots), about.slots)
    path = about.named_in(prompt)
    return asked(prompt), called(answer(call("git_log", path, count=1), _SHOW_EACH))


_OF_SYMBOL: Final = lines("""
!(outline|list the symbols of) {np} and (find|list|show) the {usages} of the first (one|symbol)
!list the symbols {in} and show who uses the first (one|symbol)
what is the first symbol {in}, and who uses it?
!(take|find) the first (function|symbol|definition) {in} and list its {usages}
!(find|get) the first symbol {in} and show its {usages}
""")


def _of_symbol(draw: Draw) -> tuple[Turn, ...]:
    about = python_target(draw)
    prompt = dress(draw, expand(draw, draw.pick(_OF_SYMBOL), about.slots), about.slots)
    result = records.outline(draw, about.path, records.few(draw, empty=0.1))
    path = call("", about.path)[1:-1]
    code = (
        f"outline = {call('document_symbols', about.path)}\nfor s in outline.symbols[:1]:\n"
        f"    refs = find_references({path}, s.line, 1, s.name)\n"
        '    print(f"{s.name}: {refs.reference_count} references")'
    )
    return (
        asked(prompt),
        *first_turn(draw, code, "document_symbols", (about.path,), result),
        _references_of_first(about.path, result),
    )


# What is asked for the file of a finding, and the code for it.
_DO: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "read_file": (
        ("(open|read|show|print) the file", "(print|show) the (text|source) of the file", "show me the file"),
        "print(read_file(x.file))",
    ),
    "git_log": (
        ("show the (log|history) of the file", "tell me who changed the file", "look up the commits of the file"),
        'log = git_log(x.file)\n    for c in log.commits:\n        print(f"{c.hash} {c.author}: {c.message}")',
    ),
    "git_diff": (
        ("(show|print) the diff of the file", "see how many lines changed in the file"),
        'diff = git_diff(x.file)\n    print(f"+{diff.additions} -{diff.deletions}")',
    ),
    "document_symbols": (
        ("outline the file", "list the symbols of the file"),
        'outline = document_symbols(x.file)\n    for s in outline.symbols:\n        print(f"{s.name} line {s.line}")',
    ),
}
_FINDINGS: Final = {"typecheck": ("{type_error}", "errors"), "ruff_check": ("{violation}", "violations")}
_FIRST_FINDING: Final = wordings("first_finding")


def _finding(draw: Draw) -> tuple[str, str, str, str, str]:
    """A request for the file of the first finding: its words, the path, the tool, what follows, and the code."""
    tool, act = draw.any(tuple(_FINDINGS)), draw.any(("read_file", "read_file", *_DO))
    about, (noun, elements) = code_target(draw), _FINDINGS[tool]
    orders, code = _DO[act]
    first = expand(draw, f"the first {noun} {{in}}", about.slots)
    slots = {**about.slots, "one": first, "do": expand(draw, draw.any(orders), {})}
    prompt = dress(draw, expand(draw, draw.pick(_FIRST_FINDING), slots), slots)
    path = about.named_in(prompt)
    shown_first = f'for x in result.{elements}[:1]:\n    print(f"{{x.file}}:{{x.line}} {{x.code}} {{x.message}}")'
    return prompt, path, tool, act, answer(call(tool, path), f"{shown_first}\n    {code}")


def _finding_at_once(draw: Draw) -> tuple[Turn, ...]:
    prompt, _, _, _, code = _finding(draw)
    return asked(prompt), called(code)


def _finding_chain(draw: Draw) -> tuple[Turn, ...]:
    prompt, path, tool, act, code = _finding(draw)
    result = RECORDS[tool](draw, path, records.few(draw, empty=0.12))
    found = getattr(result, _FINDINGS[tool][1])
    last = called(next_call(act, (found[0].file, 1, 1), "")) if found else _next_for([], act, result)
    return asked(prompt), *first_turn(draw, code, tool, (path,), result), last


_IN_OUTLINE: Final = wordings("named_in_outline")
_OUTLINE_ACTS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "find_references": (
        ("list its {usages}", "count its {usages}", "find (who|what) (uses|calls) it", "show where it is used"),
        (
            'print(f"{found.reference_count} references")\n        for r in found.references:\n'
            '            print(f"{r.file}:{r.line}")'
        ),
    ),
    "hover": (("hover over it", "show its (signature|type|docs)", "tell me its type"), "print(found.content)"),
    "goto_definition": (
        ("go to its definition", "jump to its definition", "show where it is defined"),
        'for d in found.locations:\n            print(f"{d.file}:{d.line}")',
    ),
}


def _named_in_outline(draw: Draw) -> tuple[Turn, ...]:
    """The position of a symbol that is only named comes from the outline of its file."""
    about, name, tool = python_target(draw), symbol(draw), draw.any(tuple(_OUTLINE_ACTS))
    orders, shown_lines = _OUTLINE_ACTS[tool]
    slots = {**about.slots, "s": quoted_symbol(draw, name), "act": expand(draw, draw.any(orders), {})}
    prompt = dress(draw, expand(draw, draw.pick(_IN_OUTLINE), slots), slots)
    path, quoted = call("", about.path)[1:-1], call("", name)[1:-1]
    return asked(prompt), called(
        f"outline = document_symbols({path})\nfor s in outline.symbols:\n    if s.name == {quoted}:\n"
        f"        found = {tool}({path}, s.line, 1, s.name)\n        {shown_lines}"
    )


def _references_of_first(path: str, result: DocumentSymbolsResult) -> Turn:
    if not result.symbols:
        return answered(f"{summarize(result)} There is no next step.")
    first = result.symbols[0]
    return called(summary("find_references", path, first.line, 1, first.name))


INTENTS: Final = (
    *(
        Intent("conversations", f"chain_{start}_{act}", _symbol_chain(start, act), 0.3 * weight)
        for start in symbol_flows.STARTS
        for act, weight in symbol_flows.WEIGHTS.items()
    ),
    *(
        Intent("conversations", f"chain_{one}_{act}", _each_chain(one, act), 0.1 * weight)
        for one, act, weight in flows.USED
    ),
    Intent("conversations", "chain_condition", _conditional, 1.5),
    Intent("conversations", "chain_together", _together, 1.5),
    Intent("conversations", "chain_commit", _show_commit, 0.8),
    Intent("conversations", "chain_finding", _finding_chain, 1),
    Intent("conversations", "chain_first_symbol", _of_symbol, 0.8),
)
AT_ONCE: Final = (
    Intent("workflows", "show_commit", _show_commit_at_once, 0.8),
    Intent("workflows", "first_finding", _finding_at_once, 1.2),
    Intent("workflows", "named_in_outline", _named_in_outline, 1),
)
