"""Workflows with files and commands: results written to a file, texts searched, commands after a check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.files import quoted_text, shell_command, text_target
from punie.training.examples.grammar import Draw, expand, lines, wordings
from punie.training.examples.phrasing import ask, clause, dress
from punie.training.examples.snippets import call, literal
from punie.training.examples.steps import QUALITY, STEPS, code_of, named_slots, slots_of, verdict_slots
from punie.training.examples.vocabulary import (
    Target,
    code_target,
    folder,
    git_target,
    place,
    quoted,
    stem,
    syllables,
    symbol,
    test_target,
    text_file,
    whole_project,
)

Make = Callable[[Draw], tuple[Turn, ...]]

_SAVED: Final[dict[str, tuple[str, str, Callable[[Draw], Target]]]] = {
    "typecheck": ("{type_errors}", '[f"{x.file}:{x.line} {x.message}" for x in result.errors]', code_target),
    "ruff_check": ("{violations}", '[f"{x.file}:{x.line} {x.code}" for x in result.violations]', code_target),
    "pytest_run": ("test results", '[f"{x.name} {x.outcome}" for x in result.tests]', test_target),
    "git_log": ("{commits}", '[f"{x.hash} {x.message}" for x in result.commits]', git_target),
    "git_status": ("{uncommitted} files", '[f"{x.status} {x.file}" for x in result.files]', whole_project),
}
_SAVE: Final = (
    *lines("""
!(save|write|store|put) the {x} {in} (to|in|into) {f}
!(save|write|store) a (list|report) of the {x} {in} (to|in|into) {f}
!(collect|get|find) the {x} {in} and (save|write|store) them (to|in|into) {f}
!create {f} with the {x} {in}
!make a (report|file) {f} (of|with) the {x} {in}
!list the {x} {in} and write (the list|them) to {f}
I need the {x} {in} (in|as) a file {f}
the {x} {in} should (end up|be written|be stored) in {f}
!dump the {x} {in} into {f}
{f} should (list|contain|hold) the {x} {in}
!export the {x} {in} to {f}
"""),
    *wordings("save_list"),
)
_COPY: Final = lines("""
!copy {p} to {q}
!copy the (content|contents|text) of {p} (to|into) {q}
!duplicate {p} as {q}
!read {p} and write (it|its text|its contents) to {q}
!(make|create) a (copy|backup) of {p} (as|called|named|in) {q}
{q} should have the same (content|text) as {p}
!save a copy of {p} (as|under|in) {q}
!back up {p} to {q}
""")
_CONTAINS: Final = lines("""
does {p} (mention|contain|include) {w}?
is {w} (mentioned|named|contained|used) in {p}?
is there (anything|something) about {w} in {p}?
!check (if|whether) {p} (mentions|contains) {w}
!search {p} for {w}
!look for {w} in {p}
!find {w} in {p}
which lines of {p} (mention|contain) {w}?
!(show|print|list) the lines of {p} (that mention|with|that contain) {w}
how (often|many times) does {w} (occur|appear|stand) in {p}?
where in {p} (is|do we mention) {w}?
lines with {w} in {p}
""")
_LENGTH: Final = lines("""
how (long|many lines long|big) is {p}?
how many lines (has {p}|does {p} have|are in {p})?
number of lines in {p}
!count the lines (of|in) {p}
line count of {p}
{p}: how many lines?
what is the length of {p} in lines?
is {p} (long|empty)? (how many lines|count its lines)
""")
_HEAD: Final = lines("""
!(show|print|read|give me) the first {n} lines of {p}
what are the first {n} lines of {p}?
first {n} lines of {p}
how does {p} (begin|start)? (the first|only|just) {n} lines
only the (top|first) {n} lines of {p}
the (top|beginning) of {p}, {n} lines
""")
_FIX: Final = lines("""
!lint {np} and fix what can be fixed
!(check|lint) {np} and if there are fixable {violations}, fix them
!if ruff finds fixable {violations} {in}, run (ruff with --fix|the automatic fixes)
!fix the (auto-fixable|fixable) {violations} {in}, if there are any
if any {violations} {in} are fixable, (fix them|let ruff fix them|apply the fixes)
!run ruff {on} and apply its fixes if there are any
!repair the {violations} {in} that ruff can repair
""")
_THEN_RUN: Final = (
    *lines("""
!{a} and if {cond}, run {cmd}
!{a}. If {cond}, run {cmd}
if {cond} {in}, run {cmd}
if {cond} {in}, (execute|start) {cmd}
run {cmd} if {cond} {in}
run {cmd} only if {cond} {in}
!{a}, and when {cond}, run {cmd}
(when|in case|provided) {cond} {in}, run {cmd}
{cmd}, but only if {cond} {in}
"""),
    *wordings("then_run"),
)


_SAVE_NUMBER: Final = wordings("save_number")
_REPLACED: Final = wordings("replaced")
_APPENDED: Final = wordings("appended")
_AFTER_COMMAND: Final = wordings("command_and_state")
_BEFORE_COMMAND: Final = wordings("state_then_command")


def _save(tool: str) -> Make:
    nouns, listed, target = _SAVED[tool]

    def make(draw: Draw) -> tuple[Turn, ...]:
        name = draw.any(
            (f"{stem(draw)}.txt", f"docs/{stem(draw)}.md", f"{folder(draw)}.log", f"out/{syllables(draw)}.txt")
        )
        slots = {"x": expand(draw, nouns, {}), "f": quoted(draw, name)}
        prompt, path = ask(draw, _SAVE, target(draw), slots)
        written = call("write_file", name)[:-1] + ', "\\n".join(lines))'
        return asked(prompt), called(f"result = {call(tool, path)}\nlines = {listed}\nprint(len(lines), {written})")

    return make


def _save_number(draw: Draw) -> tuple[Turn, ...]:
    tool = draw.any(QUALITY)
    name = draw.any((f"{stem(draw)}.txt", f"out/{syllables(draw)}.txt", f"{folder(draw)}/{stem(draw)}.txt"))
    slots = {"x": expand(draw, STEPS[tool].nouns, {}), "f": quoted(draw, name)}
    prompt, path = ask(draw, _SAVE_NUMBER, (test_target if tool == "pytest_run" else code_target)(draw), slots)
    count = f"result.{STEPS[tool].count}"
    written = f"{call('write_file', name)[:-1]}, str({count}))"
    return asked(prompt), called(f"result = {call(tool, path)}\nprint({count}, {written})")


def _edited(draw: Draw) -> tuple[Turn, ...]:
    """A text of a file replaced, or a line added to it."""
    about, old, new = text_target(draw), _word(draw), _word(draw)
    slots = {"p": about.np, "w": quoted_text(draw, old), "v": quoted_text(draw, new)}
    append = draw.chance(0.4)
    prompt = dress(draw, expand(draw, draw.pick(_APPENDED if append else _REPLACED), slots), slots)
    text = (
        f'text.rstrip() + "\\n" + {literal(new)} + "\\n"' if append else f"text.replace({literal(old)}, {literal(new)})"
    )
    written = f"{call('write_file', about.path)[:-1]}, {text})"
    return asked(prompt), called(f"text = {call('read_file', about.path)}\nprint({written})")


def _command_and_step(draw: Draw) -> tuple[Turn, ...]:
    """A command and a look at the project, one after the other."""
    tool = draw.any(("git_status", "git_status", "git_diff", "git_diff", "pytest_run", "typecheck", "ruff_check"))
    after, command = draw.chance(0.7), shell_command(draw)
    about = code_target(draw) if draw.chance(0.4) else whole_project(draw)
    order = clause(draw, STEPS[tool].clauses, slots_of(about))
    slots = {**slots_of(about), **named_slots(draw, (tool,), about), "a": order, "b": order}
    slots["cmd"] = quoted_text(draw, command)
    slots["report"] += f" {about.inside}" if after else ""
    prompt = dress(draw, expand(draw, draw.pick(_AFTER_COMMAND if after else _BEFORE_COMMAND), slots), slots)
    step = code_of(tool, about.named_in(prompt))
    parts = (f"print({call('run_command', command)})", step)
    return asked(prompt), called("\n".join(parts if after else parts[::-1]))


def _copy(draw: Draw) -> tuple[Turn, ...]:
    one, two = text_file(draw), text_file(draw)
    slots = {"p": place(draw, one).np, "q": quoted(draw, two)}
    prompt = dress(draw, expand(draw, draw.pick(_COPY), slots), slots)
    return asked(prompt), called(f"text = {call('read_file', one)}\nprint({call('write_file', two)[:-1]}, text))")


def _word(draw: Draw) -> str:
    if draw.chance(0.25):
        return draw.any(
            (
                "TODO",
                "FIXME",
                "MIT",
                "Python 3.12",
                "deprecated",
                "version",
                f"{draw.number(0, 9)}.{draw.number(0, 20)}",
            )
        )
    return draw.any((symbol, syllables, folder))(draw)


def _contains(draw: Draw) -> tuple[Turn, ...]:
    about, word = text_target(draw), _word(draw)
    slots = {"p": about.np, "w": quoted_text(draw, word)}
    prompt = dress(draw, expand(draw, draw.pick(_CONTAINS), slots), slots)
    return asked(prompt), called(
        f"text = {call('read_file', about.path)}\n"
        f"hits = [line for line in text.splitlines() if {literal(word)} in line]\n"
        "print(len(hits))\nfor line in hits:\n    print(line)"
    )


def _length(draw: Draw) -> tuple[Turn, ...]:
    about = text_target(draw)
    prompt = dress(draw, expand(draw, draw.pick(_LENGTH), {"p": about.np}), {"p": about.np})
    source = call("read_file", about.path)
    return asked(prompt), called(f'text = {source}\nprint(f"{{len(text.splitlines())}} lines")')


def _head(draw: Draw) -> tuple[Turn, ...]:
    about, count = text_target(draw), draw.number(2, 40)
    slots = {"p": about.np, "n": str(count)}
    prompt = dress(draw, expand(draw, draw.pick(_HEAD), slots), slots)
    source = call("read_file", about.path)
    return asked(prompt), called(f"text = {source}\nfor line in text.splitlines()[:{count}]:\n    print(line)")


def _fix(draw: Draw) -> tuple[Turn, ...]:
    prompt, path = ask(draw, _FIX, code_target(draw))
    command = call("run_command", f"ruff check --fix {path}")
    return asked(prompt), called(f"{code_of('ruff_check', path)}\nif lint.fixable_count:\n    print({command})")


def _then_run(draw: Draw) -> tuple[Turn, ...]:
    tool = draw.any(("typecheck", "ruff_check", "pytest_run", "git_status"))
    step, clean = STEPS[tool], draw.chance(0.6)
    about = whole_project(draw) if tool == "git_status" else code_target(draw)
    command = shell_command(draw)
    slots = {
        **slots_of(about),
        "a": clause(draw, step.clauses, slots_of(about)),
        **verdict_slots(draw, tool, about, clean=clean),
        "anti": expand(draw, draw.pick(step.dirty if clean else step.clean), {}),
        "cond": expand(draw, draw.pick(step.clean if clean else step.dirty), {}),
        "cmd": quoted_text(draw, command),
    }
    prompt = dress(draw, expand(draw, draw.pick(_THEN_RUN), slots), slots)
    path = about.named_in(prompt)
    test = step.is_clean if clean else f"not {step.is_clean}"
    return asked(prompt), called(f"{code_of(tool, path)}\nif {test}:\n    print({call('run_command', command)})")


INTENTS: Final = (
    *(Intent("workflows", f"save_{tool}", _save(tool), 0.4) for tool in _SAVED),
    Intent("workflows", "save_number", _save_number, 0.8),
    Intent("workflows", "edited", _edited, 0.8),
    Intent("workflows", "command_and_step", _command_and_step, 1.2),
    Intent("workflows", "copy", _copy, 0.6),
    Intent("workflows", "fix", _fix, 0.6),
    Intent("workflows", "then_run", _then_run, 1),
)
FIELD_INTENTS: Final = (
    Intent("fields", "text_contains", _contains, 1.2),
    Intent("fields", "text_length", _length, 0.8),
    Intent("fields", "text_head", _head, 0.6),
)
