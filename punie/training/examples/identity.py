"""The typed tool is the right one although a shell command is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.files import READ_CLAUSES, read_code, text_target
from punie.training.examples.git import DIFF_CLAUSES, LOG_CLAUSES, STAGED_CLAUSES, STATUS_CLAUSES
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.navigation import OUTLINE_CLAUSES, python_target, quoted_symbol
from punie.training.examples.phrasing import clause, dress
from punie.training.examples.quality import PYTEST_CLAUSES, RUFF_CLAUSES, TYPECHECK_CLAUSES
from punie.training.examples.snippets import summary
from punie.training.examples.symbol_flows import code_for
from punie.training.examples.vocabulary import Target, code_target, git_target, symbol, test_target

Make = Callable[[Draw], tuple[Turn, ...]]

# `{cmd}` is a command without its path, `{full}` the same with it, `{a}` an order in plain words.
_INSTEAD: Final = lines("""
!{a} instead of (running|calling|using) {cmd}
!{a}, but (not with|without) {cmd}
!{a} (without the shell|without a shell command|without run_command)
!{a} with the (right|proper|typed|dedicated) tool, not with {cmd}
!{a}, (do not|don't) (shell out|use run_command|start a shell|call {cmd})
instead of (running|calling|using|typing) {cmd}, {a}
instead of {full}, {a}
rather than {cmd}, {a}
rather than shelling out to {cmd}, {a}
no shell (please|this time): {a}
(do not|don't) use (the shell|run_command|{cmd}), {a}
I usually (type|run|call|use) {full}, (do that|do the same) (here|for me|with your tools)
I (normally|usually) (use|run|take) {cmd} on {np}; what would it (say|report)?
normally I (use|run|take) {cmd} for {np}, (what would it say|do it for me|your turn)
(use|take) your own tool instead of {cmd}: {a}
I know {cmd} can do it, but {a} with your tool
what {cmd} would (say|report|find) (about|for|in) {np}?
I would (normally|usually) (run|type|call) {full}. (Do the same|Get me the same result|What does it say)?
what would {full} (say|report|print|show|tell me)?
what does {full} (say|report|print|show|tell us)?
(the equivalent|something like|the result|the output) of {full}
!do (the same as|what) {full} (does|)
!run {full}
!run {full} and (show me|tell me) (the result|what it says)
!(execute|call|start) {full}
{full}
!use {cmd} on {np}
!use {cmd} to check {np}
{cmd} {in}, please
{cmd} {on}
!(show|give|get) me the output of {full}
!(give|get|show) me the {cmd} (report|output|result|results) for {np}
can you {full}?
could you run {cmd} (on|for|over) {np}?
does {full} (pass|work|succeed|come back clean)?
is {full} (clean|fine|happy|ok)?
(before|after) my push CI runs {full}, what will it say?
our Makefile calls {full}, what is the result?
!(try|launch) {full}
in CI we (run|call|have) {full}: what is the (result|state) (here|now|)?
a teammate told me to run {full}, please do
the README says {full}, (do it|what comes out)?
""")
_GREP_USES: Final = lines("""
!(grep|rg|ripgrep) for {u} of {s}
!use (grep|rg|ripgrep|ag) to find {u} of {s}
!(run|use) grep (-rn|-r|) to see (who calls|who uses|where we use) {s}
!grep (the code|the project|everything) for (calls to|uses of|references to) {s}
grep -rn {s} . (to see who uses it|for its callers|for usages)
rg {s} (to find its callers|to see its usages)
instead of grepping for {s}, find its {u}
(do not|don't) grep, find {u} of {s} with the language server
rather than grep, use the right tool to list {u} of {s}
what would grep (find|show) as {u} of {s}?
I would grep for the callers of {s}, (do it better|do the same|find them)
!search the files for {u} of {s}, no grep
(without|no) grep: who (uses|calls) {s}?
(do not|don't) grep: (find|list|show) {u} of {s}
not with grep: (find|list|show) {u} of {s}
""")
_GREP_DEFINITION: Final = lines("""
!(grep|rg|ripgrep) for the definition of {s}
!use (grep|rg|ripgrep|ag|find) to (find|locate) (the definition of|the class|the function|where we define) {s}
grep -rn "(def|class) {bare}" .
grep -rn "(def|class) {bare}" (src|lib|app)
rg "(def|class) {bare}"
instead of grepping for (the class|the function|def|class) {s}, (search the symbol|look it up|find where it is defined)
(do not|don't) grep, find where {s} is defined
rather than grep, use the symbol search for {s}
I would grep for def {bare}, (do it better|find it)
what would grep (find|show) for the definition of {s}?
!use ctags to find {s}
(without|no) grep: where is {s} defined?
""")
_COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "typecheck": ("mypy", "mypy --strict", "pyright", "ty check", "ty", "python -m mypy", "pyre check", "pytype",
        "dmypy run", "basedpyright", "npx pyright"),
    "ruff_check": ("ruff check", "ruff", "flake8", "pylint", "pycodestyle", "python -m flake8", "python -m pylint",
        "pyflakes", "python -m ruff check", "flake8 --max-line-length 100", "ruff check --no-fix", "ruff check -q"),
    "pytest_run": ("pytest", "pytest -q", "python -m pytest", "pytest -x", "pytest -v", "py.test", "pytest --tb=short",
        "python -m unittest", "pytest -n auto", "uv run pytest", "poetry run pytest", "nosetests"),
    "git_status": ("git status", "git status --short", "git status -s", "git status --porcelain", "git st"),
    "git_diff": ("git diff", "git diff --stat", "git diff HEAD", "git diff --numstat", "git diff -U0"),
    "staged": ("git diff --staged", "git diff --cached", "git diff --cached --stat", "git diff --staged --numstat"),
    "git_log": ("git log", "git log --oneline", "git log --stat", "git log --format=%h", "git shortlog", "git log -p"),
    "read_file": ("cat", "less", "bat", "cat -n", "head", "tail"),
    "document_symbols": ("ctags", "grep -n def", "grep -n class", "grep '^def'", "ctags -x"),
}  # fmt: skip


def _typed(command: str, clauses: Sequence[str], target: Callable[[Draw], Target], code: Callable[[str], str]) -> Make:
    def make(draw: Draw) -> tuple[Turn, ...]:
        about = target(draw)
        name = draw.any(_COMMANDS[command])
        named = about.path != "." and about.path in about.np
        full = f"{name} {about.path}" if named else name
        mark = draw.any(("{}", "{}", "`{}`", "`{}`", "'{}'"))
        slots = {
            **about.slots,
            "of": about.inside,
            "lately": "lately",
            "cmd": mark.format(name),
            "full": mark.format(full),
        }
        slots["a"] = clause(draw, clauses, slots)
        prompt = dress(draw, expand(draw, draw.pick(_INSTEAD), slots), slots)
        path = about.named_in(prompt)
        return asked(prompt), called(code(path))

    return make


def _summary_of(tool: str) -> Callable[[str], str]:
    return lambda path: summary(tool, path)


def _short_log(draw: Draw) -> tuple[Turn, ...]:
    about, count = git_target(draw), draw.any((1, 2, 3, 5, 10, 15, 20, draw.number(2, 40)))
    flag = draw.any((f"-{count}", f"-n {count}", f"-n{count}", f"--max-count={count}"))
    path = f" -- {about.path}" if about.path in about.np and draw.chance(0.6) else ""
    command = f"git log {draw.any(('--oneline ', '', '--stat '))}{flag}{path}"
    mark = draw.any(("{}", "`{}`", "`{}`"))
    slots = {"full": mark.format(command), "cmd": mark.format("git log")}
    templates = [text for text in _INSTEAD if "{full}" in text and "{a}" not in text]
    prompt = dress(draw, expand(draw, draw.pick(templates), slots), slots)
    return asked(prompt), called(summary("git_log", about.path if path else ".", count=count))


def _grep_uses(draw: Draw) -> tuple[Turn, ...]:
    name = symbol(draw)
    slots = {"s": quoted_symbol(draw, name), "u": draw.any(("usages", "uses", "the callers", "references", "all uses"))}
    prompt = dress(draw, expand(draw, draw.pick(_GREP_USES), slots), slots)
    return asked(prompt), called(code_for("workspace_symbols", "find_references", (name,)))


def _grep_definition(draw: Draw) -> tuple[Turn, ...]:
    name = symbol(draw)
    slots = {"s": quoted_symbol(draw, name), "bare": name}
    prompt = dress(draw, expand(draw, draw.pick(_GREP_DEFINITION), slots), slots)
    return asked(prompt), called(summary("workspace_symbols", name))


INTENTS: Final = (
    Intent("identity", "typecheck", _typed("typecheck", TYPECHECK_CLAUSES, code_target, _summary_of("typecheck")), 1.6),
    Intent("identity", "ruff_check", _typed("ruff_check", RUFF_CLAUSES, code_target, _summary_of("ruff_check")), 1.6),
    Intent("identity", "pytest_run", _typed("pytest_run", PYTEST_CLAUSES, test_target, _summary_of("pytest_run")), 1.6),
    Intent("identity", "git_status", _typed("git_status", STATUS_CLAUSES, git_target, _summary_of("git_status")), 1),
    Intent("identity", "git_diff", _typed("git_diff", DIFF_CLAUSES, git_target, _summary_of("git_diff")), 0.8),
    Intent("identity", "staged",
        _typed("staged", STAGED_CLAUSES, git_target, lambda path: summary("git_diff", path, staged=True)), 0.6),
    Intent("identity", "git_log", _typed("git_log", LOG_CLAUSES, git_target, _summary_of("git_log")), 0.8),
    Intent("identity", "short_log", _short_log, 0.6),
    Intent("identity", "read_file", _typed("read_file", READ_CLAUSES, text_target, read_code), 0.8),
    Intent("identity", "document_symbols",
        _typed("document_symbols", OUTLINE_CLAUSES, python_target, _summary_of("document_symbols")), 0.6),
    Intent("identity", "grep_uses", _grep_uses, 1),
    Intent("identity", "grep_definition", _grep_definition, 1),
)  # fmt: skip
