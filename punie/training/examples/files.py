"""Plain requests to read a file, to write one and to run a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, chosen, expand, lines, wordings
from punie.training.examples.phrasing import say
from punie.training.examples.snippets import call
from punie.training.examples.vocabulary import (
    Target,
    directory,
    folder,
    place,
    quoted,
    stem,
    syllables,
    text_file,
)

READ_CLAUSES: Final = lines("""
!(read|open|cat) {np}
!(read|open|load) {np} and (show|print) (it|its text|its contents)
!{show} the {contents} of {np}
!{show} (what is|what stands) in {np}
!(have a look|look) (at|into) {np}
!(print|dump|display) {np}
""")
READ: Final = (
    *READ_CLAUSES,
    *wordings("read_file"),
    *lines("""
what is in {np}?
what does {np} (say|contain|look like|hold)?
what (stands|is written) in {np}?
what are the contents of {np}?
what does the file {p} look like?
how does {np} look {now}?
can I (see|read) {np}?
can you (read|open) {np}?
(contents|text|source|content) of {np}
cat {p}
less {p}
I need (to see|to read|the contents of|the text of|a look at) {np}
I want to (see|read|look at) {np}
I (forgot|do not remember) what (is|stands) in {np}, (show it|open it|read it)
let me (see|read) {np}
{np}: what does it say?
{np}: show it
{np}: (contents|content|text)
!read the (file|whole file) {p}
!(pull up|bring up) {np}
!(fetch|get) me the (text|contents) of {np}
what have we written in {np}?
what did (somebody|we|I) put (in|into) {np}?
is there anything in {np}? (show it|print it|read it)
the whole (text|content) of {np}
!quote {np} in full
!open {np} so that I can (read|check|review) it
how is {np} written?
before I edit {np}, show me what it (says|contains|looks like)
read {p} (to me|out|aloud)
what is inside {np}?
what is inside of {np}?
what do we have in {np}?
(call|use) read_file (with|on|for) {p}
what (exactly|) does {np} contain?
!let me look (at|into|inside) {np}
I'd like to (see|read) {np}
!give me everything (in|that is in) {np}
"""),
)
WRITE_CLAUSES: Final = lines("""
!write {c} (to|into) {np}
!(save|store|put) {c} (in|into) {np}
!create {np} with (the text|the content|the line|) {c}
!(make|create) a file {p} (that says|containing|with the content|with the text) {c}
""")
WRITE: Final = (
    *WRITE_CLAUSES,
    *wordings("write_file"),
    *lines("""
!write (the text|the line|the words|the content) {c} (to|into) {np}
!(create|add|make) (a new|the) file {p} with {c} (in it|inside|as its content)
!(set|replace) the (content|contents|text) of {np} (to|with|by) {c}
!(overwrite|replace) {np} with {c}
!(fill|populate) {np} with {c}
!let {np} (contain|say|hold) {c}
!(drop|dump) {c} into {np}
{np} should (contain|say|hold|consist of) {c}
{np} must (contain|say|hold) (exactly|only|just) {c}
I need a file {p} (with|containing|that says) {c}
I want {np} to (contain|say|hold) {c}
there should be a file {p} (with|containing) {c}
{p}: write {c}
{p} with the content {c}
new file {p}: {c}
can you create {p} containing {c}?
could the file {p} contain {c}? write it
(add|create) {p}, content {c}
!(note|write down|jot down) {c} in {np}
!make {np} say {c}
!(generate|produce) {np} with the text {c}
the file {p} is missing, create it with {c}
as the content of {p} use {c}
!put (the text|the line|the words|the string|) {c} (in|into|inside) {p}
!store (the text|the string|) {c} (in|as|under) {p}
!make (a|the) (new|) file {p} (and write|with) {c} (in it|to it|)
!save (the text|the line|the words|) {c} (as|to|in|under) {p}
(call|use) write_file to (put|store) {c} in {p}
"""),
)
RUN_CLAUSES: Final = lines("""
!{run} (the command|) {cmd}
!{run} {cmd} (in the shell|in a shell|in the terminal|on the command line|)
!{run} {cmd} and (show|print|give) me (the|its) output
!(see|show me|tell me) what {cmd} (says|prints|outputs|reports)
""")
RUN: Final = (
    *RUN_CLAUSES,
    *wordings("run_command"),
    *lines("""
what does {cmd} (print|say|output|return|report)?
what is the output of {cmd}?
what (happens|comes out) (when|if) (you|I|we) run {cmd}?
{cmd}
(shell|terminal|command): {cmd}
I need (the output of|you to run|to run) {cmd}
I want to (run|see the output of|execute) {cmd}
output of {cmd}
result of {cmd}
(try|do) {cmd} (and show me the result|please|)
does {cmd} (work|succeed|run)?
will {cmd} (work|succeed|run)? try it
run (the shell command|this command|this|shell): {cmd}
the command {cmd}, (run it|execute it|what does it print?)
!call {cmd} (in|from) the shell
!use the shell to run {cmd}
!execute the following command: {cmd}
!(launch|start) {cmd} for me
let me see what {cmd} (prints|says)
does {cmd} still (work|run|pass)?
please {run} {cmd} (once|again|now|)
use run_command (for|to run) {cmd}
try {cmd} and tell me (the output|what happens|what it says)
what do we get (from|when running) {cmd}?
I wonder what {cmd} (says|prints|gives)
"""),
)
_RUN_IN: Final = lines("""
!{run} {cmd} in {np}
!{run} {cmd} (inside|from|from within) {np}
!(go to|change to|cd to|switch to) {np} and run {cmd}
in {np}, {run} {cmd}
what does {cmd} (print|say|output|report) in {np}?
what is the output of {cmd} (in|inside) {np}?
{cmd} in {np}
I need the output of {cmd} (in|from) {np}
!{run} (the command|) {cmd} with {np} as (the|) working directory
!execute {cmd}, (working directory|cwd) {np}
(from|inside) {np}: {cmd}
the working directory is {np}: run {cmd}
does {cmd} work (in|inside) {np}?
""")
# Shell commands for which no typed tool exists.
_COMMANDS: Final = lines("""
make (build|docs|clean|install|dist|release|all|help|coverage|{w})
npm (install|test|ci|audit|outdated|run build|run {w})
yarn (install|build|{w})
pip (list|freeze|check|list --outdated|show {w}|install {w}|install -e .|install -r requirements.txt|--version)
uv (sync|lock|build|tree|pip list|add {w}|run {w})
python (--version|-m build|-m venv .venv|-m http.server|-m pip list|-m {w}|setup.py sdist|-V|-m compileall {d})
python scripts/{w}.py
python {d}/{w}.py (--verbose|--dry-run|--help|)
python manage.py (migrate|check|showmigrations|collectstatic|{w})
docker (ps|images|ps -a|version|build .|compose up -d|compose ps|logs {w}|pull {w})
docker-compose (up|down|ps|logs {w})
kubectl get (pods|nodes|services|deployments)
ls
ls (-l|-la|-a|-lh|{d}|-l {d}|-R {d})
pwd
date
whoami
uname -a
env
df -h
du -sh {d}
tree {d}
tree -L (1|2|3)
wc -l {f}
stat {f}
mkdir (-p|) {d}/{w}
touch {f}
rm {f}
cp {f} {d}/
mv {f} {d}/
chmod +x {f}
git (branch|branch -a|fetch|pull|push|stash|stash list|remote -v|tag|checkout {w}|switch {w}|merge {w}|rebase main|\
rev-parse HEAD)
git (add .|commit -m {w}|show HEAD|blame {f}|clean -n|tag {w}|reset HEAD {f})
cargo (build|test|run|check)
go (build|test|vet) ./...
node (--version|{w}.js)
echo {w}
curl -I https://example.com/{w}
ping -c {n} localhost
tox (-l|-e docs|-e {w})
nox (-l|-s {w})
pre-commit run --all-files
pre-commit install
hatch build
poetry (install|build|show|lock)
ruff format {d}
ruff check --fix {d}
ruff check {d} --fix
black {d}
isort {d}
coverage (report|html|xml)
sphinx-build docs docs/_build
mkdocs (build|serve)
alembic (upgrade head|history|current)
terraform (plan|validate|init)
ps aux
which (python|{w}|pip)
find {d} -name (*.txt|*.log|*.pyc)
sleep {n}
./run.sh
./scripts/{w}.sh
bash {w}.sh
sh scripts/{w}.sh
""")
_PHRASES: Final = lines("""
hello
hello world
hello from {w}
done
todo: {w}
fix the {w} (loader|tests|docs|build)
version = {n}
debug = (true|false)
{w} = {n}
{w}={n}
{w}: {n}
name: {w}
{w}, {w}, {w}
(the|our) {w} is (ready|done|late|broken|green)
import {w}
x = {n}
# {w}
# TODO {w}
release {n}
build {n} (passed|failed)
(buy|fix|ship|test|review) {w}
port = {n}
all {n} tests pass
*.{w}
ok
draft
""")


def read_code(path: str) -> str:
    """Show a file's text."""
    return f"print({call('read_file', path)})"


def write_code(path: str, content: str) -> str:
    """Write a text and show what the tool says."""
    return f"print({call('write_file', path, content)})"


def run_code(command: str, cwd: str | None = None) -> str:
    """Run a command and show its output."""
    source = call("run_command", command) if cwd is None else call("run_command", command, cwd=cwd)
    return f"print({source})"


def text_target(draw: Draw) -> Target:
    """One file of text."""
    return place(draw, text_file(draw))


def shell_command(draw: Draw) -> str:
    """One shell command for which there is no typed tool."""
    slots = {
        "w": syllables(draw) if draw.chance(0.2) else stem(draw),
        "d": directory(draw).rstrip("/"),
        "f": text_file(draw),
        "n": str(draw.number(1, 60)),
    }
    return chosen(draw, draw.any(_COMMANDS)).format(**slots)  # a lone dot or colon is an argument here, no punctuation


def short_text(draw: Draw) -> str:
    """A short content for a file."""
    slots = {"w": syllables(draw) if draw.chance(0.3) else folder(draw), "n": str(draw.number(0, 999))}
    return expand(draw, draw.any(_PHRASES), slots)


def quoted_text(draw: Draw, text: str) -> str:
    """A text in quotes or backticks, so that its ends are plain."""
    return draw.any(("'{}'", "'{}'", '"{}"', "`{}`")).format(text)


def _read(draw: Draw) -> tuple[Turn, ...]:
    about = text_target(draw)
    return asked(say(draw, READ, {**about.slots, "p": about.path})), called(read_code(about.path))


def _write(draw: Draw) -> tuple[Turn, ...]:
    about, text = text_target(draw), short_text(draw)
    slots = {**about.slots, "p": quoted(draw, about.path), "c": quoted_text(draw, text)}
    return asked(say(draw, WRITE, slots)), called(write_code(about.path, text))


def _run(draw: Draw) -> tuple[Turn, ...]:
    command = shell_command(draw)
    return asked(say(draw, RUN, {"cmd": draw.any(("`{}`", "`{}`", "{}", "'{}'")).format(command)})), called(
        run_code(command)
    )


def _run_in(draw: Draw) -> tuple[Turn, ...]:
    command, path = shell_command(draw), directory(draw)
    slots = {"cmd": quoted_text(draw, command), **place(draw, path).slots}
    return asked(say(draw, _RUN_IN, slots)), called(run_code(command, path))


Maker = Callable[[Draw], tuple[Turn, ...]]

INTENTS: Final = (
    Intent("files", "read_file", _read, 2),
    Intent("files", "write_file", _write, 2),
    Intent("files", "run_command", _run, 1.4),
    Intent("files", "run_command_in", _run_in, 0.6),
)
