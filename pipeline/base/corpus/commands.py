"""What developers ask of a shell, answered with run_command, and what is said of its output."""

from __future__ import annotations

from random import Random
from typing import Final

from pipeline.base.corpus import names
from pipeline.base.corpus.row import Row, chat, spoken
from punie.agent.tool_calls import emit_call

# Wordings, separated by "|", and the command. {p} path, {f} file, {d} folder, {s} symbol, {n} number, {w} word.
_INTENTS: Final = (
    (
        "list the files in {d}|show what is in {d}|what files are in {d}|which files does {d} hold|contents of {d}",
        "ls {d}",
    ),
    (
        "list every python file under {d}|find all python files in {d}|which .py files are below {d}",
        "find {d} -name *.py",
    ),
    (
        "find the file called {w}|where is the file named {w}|locate {w} on disk|search for a file named {w}",
        "find . -name {w}",
    ),
    ("how many lines has {f}|count the lines of {f}|line count for {f}|how long is {f}", "wc -l {f}"),
    ("show the first {n} lines of {f}|print the top {n} lines of {f}|beginning of {f}, {n} lines", "head -n {n} {f}"),
    ("show the last {n} lines of {f}|tail of {f}, {n} lines|print the end of {f}, {n} lines", "tail -n {n} {f}"),
    ("how big is {p}|size of {p} on disk|how much space does {p} take|disk usage of {p}", "du -sh {p}"),
    ("how much disk space is left|free disk space|is the disk full|how full is the disk", "df -h"),
    (
        "which python version do we use|what version of python is this|python version|check the interpreter version",
        "python --version",
    ),
    (
        "install {w}|add the package {w}|we need the dependency {w}, install it|put {w} into the environment",
        "pip install {w}",
    ),
    ("remove the package {w}|uninstall {w}|get rid of the dependency {w}", "pip uninstall -y {w}"),
    ("list the installed packages|what packages are installed|which dependencies are in the environment", "pip list"),
    ("which version of {w} is installed|show the details of the package {w}|is {w} installed", "pip show {w}"),
    ("are any packages outdated|which dependencies are out of date|list outdated packages", "pip list --outdated"),
    ("create a virtual environment in {w}|make a venv called {w}|set up a virtualenv {w}", "python -m venv {w}"),
    ("run the script {f}|execute {f}|start {f}|launch the program {f}", "python {f}"),
    ("build the package|make a wheel|build the distribution|create the wheel and sdist", "python -m build"),
    ("create the folder {d}|make a directory {d}|add an empty folder {d}", "mkdir -p {d}"),
    ("delete {f}|remove the file {f}|get rid of {f}|erase {f}", "rm {f}"),
    ("rename {f} to {w}|move {f} to {w}|change the name of {f} to {w}", "mv {f} {w}"),
    ("copy {f} to {w}|make a copy of {f} called {w}|duplicate {f} as {w}", "cp {f} {w}"),
    ("compare {f} with {w}|what differs between {f} and {w}|diff {f} against {w}", "diff {f} {w}"),
    ("make {f} executable|give {f} execute permission|chmod {f} so that it runs", "chmod +x {f}"),
    ("which branch am I on|what is the current branch|name of the branch we are on", "git branch --show-current"),
    ("list all branches|what branches exist|show the branches", "git branch -a"),
    ("create a branch {w}|start a new branch called {w}|make branch {w} and switch to it", "git checkout -b {w}"),
    ("switch to the branch {w}|check out {w}|go to branch {w}|change to {w}", "git checkout {w}"),
    ("stage {f}|add {f} to the index|put {f} into the next commit", "git add {f}"),
    ("unstage {f}|take {f} out of the index|remove {f} from the next commit", "git restore --staged {f}"),
    ("discard my changes in {f}|throw away the edits of {f}|restore {f} to the last commit", "git restore {f}"),
    ("push my branch|push to the remote|publish the commits|upload my work", "git push"),
    ("pull the latest version|update from the remote|get the newest commits from upstream", "git pull"),
    ("fetch from origin|download remote changes without merging|refresh the remote branches", "git fetch origin"),
    ("stash my work|put my changes aside|save the current edits for later", "git stash"),
    ("bring back the stash|apply the stashed changes|restore what I stashed", "git stash pop"),
    ("tag this version {w}|create the tag {w}|add a release tag {w}", "git tag {w}"),
    ("list the tags|which releases are tagged|show all tags", "git tag --list"),
    ("who last changed line {n} of {f}|blame line {n} of {f}|who wrote line {n} in {f}", "git blame -L {n},{n} {f}"),
    ("merge {w} into this branch|merge the branch {w}|bring {w} in", "git merge {w}"),
    ("which remotes are set|show the remote url|where do we push to", "git remote -v"),
    ("show the state of the working tree|any uncommitted changes|what did I change|is the tree clean", "git status"),
    ("show the changes in {p}|what changed in {p}|diff of {p}", "git diff -- {p}"),
    ("show the history of {p}|latest commits of {p}|who committed to {p} lately", "git log -- {p}"),
    (
        "run the tests in {p}|execute the test suite under {p}|do the tests of {p} pass|check that {p} is green",
        "pytest {p}",
    ),
    ("lint {p}|check the style of {p}|look for lint problems in {p}|does {p} follow the style rules", "ruff check {p}"),
    ("format {p}|tidy the formatting of {p}|reformat {p}", "ruff format {p}"),
    (
        "check the types in {p}|look for type errors in {p}|does {p} type check|are the annotations of {p} right",
        "mypy {p}",
    ),
    ("search for {s} in {d}|grep {s} in {d}|where does {s} occur in {d}|find {s} below {d}", "grep -rn {s} {d}"),
    ("where is {s} used|find every use of {s}|who calls {s}|list the callers of {s}", "grep -rn {s} ."),
    ("where is {s} defined|find the definition of {s}|which file declares {s}", "grep -rnE '(def|class) {s}' ."),
    ("list the functions of {f}|which functions does {f} define|outline of {f}", "grep -n 'def ' {f}"),
    ("list the classes in {f}|which classes are in {f}|what classes does {f} declare", "grep -n 'class ' {f}"),
    ("show the environment variable {w}|what is {w} set to|value of the variable {w}", "printenv {w}"),
    ("which processes use port {n}|what listens on port {n}|is port {n} taken", "lsof -i :{n}"),
    ("stop process {n}|kill the process {n}|end pid {n}", "kill {n}"),
    ("how busy is the machine|show the load|uptime of this machine", "uptime"),
    ("how much memory is free|show the memory use|is there enough ram", "free -h"),
    ("what is the date|what time is it|print today's date", "date"),
    ("count the words of {f}|how many words are in {f}", "wc -w {f}"),
    ("start the containers|bring the compose stack up|launch docker compose", "docker compose up -d"),
    ("list running containers|which containers run|show docker processes", "docker ps"),
    ("measure the coverage of {d}|run the tests of {d} with coverage", "coverage run -m pytest {d}"),
    ("profile {f}|where does {f} spend its time|profile the script {f}", "python -m cProfile {f}"),
    ("pack {d} into {w}.tar.gz|make an archive of {d} called {w}|compress {d} as {w}", "tar czf {w}.tar.gz {d}"),
)


def _slots(random: Random) -> dict[str, object]:
    return {
        "p": names.path(random),
        "f": names.file(random),
        "d": names.folder(random),
        "s": names.symbol(random),
        "n": names.number(random),
        "w": names.snake(random),
    }


def intent(random: Random) -> tuple[str, str]:
    """A request and the command that serves it."""
    wordings, command = random.choice(_INTENTS)
    slots = _slots(random)
    return spoken(random, random.choice(wordings.split("|")).format(**slots)), command.format(**slots)


def call(random: Random) -> Row:
    """A request answered by running the command and printing its output."""
    request, command = intent(random)
    return chat(request, emit_call(f'output = run_command("{command}")\nprint(output)'))


def in_words(random: Random) -> Row:
    """A question about the command itself: answered in words, nothing runs."""
    request, command = intent(random)
    frame = random.choice(
        (
            "which command would {0}",
            "don't run anything: how do I {0}",
            "what would I type to {0}",
            "just the command to {0}",
            "how could I {0} in a shell",
            "no need to run it, what command does this: {0}",
        )
    )
    request = request[:1].lower() + request[1:].rstrip("?.")
    return chat(
        frame.format(request),
        random.choice(("Use `{0}`.", "Run `{0}` in a shell.", "The command is `{0}`.")).format(command),
    )


def output(random: Random) -> Row:
    """A command's output summed up in words."""
    request, command = intent(random)
    files = [f"{names.file(random)}" for _ in range(random.randint(1, 4))]
    sizes = [names.number(random) for _ in files]
    text = "\n".join(f"{size} {file}" for size, file in zip(sizes, files, strict=True))
    entries = random.choice(("line", "entry")) if len(files) == 1 else random.choice(("lines", "entries"))
    biggest = max(zip(sizes, files, strict=True))
    answer = random.choice(
        (
            f"The output has {len(files)} {entries}; the largest number is {biggest[0]}, for {biggest[1]}.",
            f"{len(files)} {entries}: {', '.join(files)}.",
            f"{len(files)} {entries}: "
            + ", ".join(f"{file} with {size}" for size, file in zip(sizes, files, strict=True))
            + ".",
        )
    )
    return chat(request, emit_call(f'output = run_command("{command}")\nprint(output)'), text, answer, roles="uata")
