from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.training.checks.grounding import ungrounded_position
from punie.training.checks.path_arguments import path_argument_mismatch
from punie.training.checks.row import CheckedRow
from punie.training.checks.scan import Rules, scan
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.examples import generate

SETS = Path(__file__).parents[3] / "shared" / "datasets"
HERE = 'print(hover("src/app.py", 42, 5, "run"))'
SYMBOL = "WorkspaceSymbol(name='run', kind=12, file='src/app.py', line=42, container_name=None)"
FOUND = f"<tool_response>\n{SYMBOL}\n</tool_response>"


def row(*said: str) -> CheckedRow:
    """A row of turns in which user and assistant speak in turn."""
    messages = tuple(
        ChatMessage.model_validate({"role": ("user", "assistant")[at % 2], "content": text})
        for at, text in enumerate(said)
    )
    return CheckedRow("train", "train.jsonl", 3, TrainingExample(messages=messages))


def asked(query: str, code: str) -> CheckedRow:
    return row(query, emit_call(code))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("What is run?", HERE),
        ("What is run in src/app.py?", HERE),
        ("What is run at src/app.py:41?", HERE),
        ("What is run at src/main.py:42?", HERE),
        ("What is run at tests/test_app.py:42?", HERE),
        ("What is run at lib/app.py:42?", HERE),
        ("What is run at src/app.py:42:9?", HERE),
        ("In Python 3.42, what is run of src/app.py?", HERE),
        ("Where is run?", 'r = goto_definition("src/app.py", 1, 1, "run")'),
        ("Who calls run?", 'r = find_references(file_path="src/app.py", line=3, column=1, symbol="run")'),
        ("Who calls run?", 'path = "src/app.py"\nr = find_references(path, 3, 1, "run")'),
        ("Who calls run?", 'for p in ["a.py", "b.py"]:\n    print(find_references(p, 3, 1, "run"))'),
        ("Who calls run?", 'folder = "src"\nr = find_references(f"{folder}/a.py", 3, 1, "run")'),
        (
            "Who calls run at line 3?",
            'for s in document_symbols("a.py").symbols:\n    hover("a.py", s.line, 1, s.name)',
        ),
    ],
)
def test_an_invented_position_is_found(query: str, code: str) -> None:
    assert [finding.rule for finding in ungrounded_position(asked(query, code))] == ["ungrounded_position"]


@pytest.mark.parametrize(
    "query",
    [
        "What is run at src/app.py:42?",
        "What is run at ./src/app.py:42:5?",
        "What is `run` in `src/app.py` at line 42",
        "hover src/app.py#L42C5 run",
        "hover src/app.py L42:C5 run",
        "hover src/app.py l.42 col.5 run",
        "hover src/app.py(42:5) run",
        "hover src/app.py@42:5 run",
        "hover file=src/app.py line=42 col=5",
        "What is run, on the 42nd line of app.py?",
        "What is run on line 42 of /home/me/project/src/app.py?",
        "What is run in src.app, line 42?",
        "What is run at line 42 of the app module?",
        r"What is run at src\app.py:42?",
        "What do lines 40-42 of src/app.py run?",
    ],
)
def test_a_position_that_the_user_names_passes(query: str) -> None:
    assert list(ungrounded_position(asked(query, HERE))) == []


@pytest.mark.parametrize(
    "code",
    [
        'for s in workspace_symbols("run").symbols:\n    print(hover(s.file, s.line, 1, "run"))',
        's = workspace_symbols("run").symbols[0]\nfile, line = s.file, s.line\nprint(hover(file, line, 1, "run"))',
        "def show(p, n):\n    print(hover(p, n, 1, 'run'))",
        'print(typecheck("src/app.py"))',
        "def broken(:",
    ],
)
def test_what_the_code_computes_is_grounded(code: str) -> None:
    assert list(ungrounded_position(asked("What is run?", code))) == []


def test_an_earlier_response_names_the_position() -> None:
    search = emit_call('print(workspace_symbols("run"))')

    assert list(ungrounded_position(row("What is run?", search, FOUND, emit_call(HERE)))) == []


def test_a_position_that_a_later_response_confirms_passes() -> None:
    other = FOUND.replace("app.py", "other.py")

    assert not list(ungrounded_position(row("What is run?", emit_call(HERE), FOUND, "A function.")))
    assert len(list(ungrounded_position(row("What is run?", emit_call(HERE), other, "A function.")))) == 1


def test_a_file_that_was_read_shows_the_line() -> None:
    shown = "<tool_response>\nimport os\n\n\ndef run():\n</tool_response>"
    said = ("Show src/app.py", emit_call('print(read_file("src/app.py"))'), shown, "Here it is.", "Who calls run?")

    assert list(ungrounded_position(row(*said, emit_call('find_references("src/app.py", 4, 5, "run")')))) == []


def test_each_call_has_a_finding_that_names_it() -> None:
    findings = list(ungrounded_position(asked("run?", f'{HERE}\ngoto_definition("b.py", 1, 1, "run")')))

    assert [finding.message.partition(":")[2].partition(":")[0] for finding in findings] == [
        " hover('src/app.py', 42, 5, 'run')",
        " goto_definition('b.py', 1, 1, 'run')",
    ]
    assert {(finding.file, finding.line) for finding in findings} == {("train.jsonl", 3)}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Lint src/app/", 'ruff_check("src/")'),
        ("Lint src/app/", 'ruff_check(".")'),
        ("Lint src/", 'ruff_check("tests/")'),
        ("lint src", 'ruff_check("lib")'),
        ("Lint src/", 'ruff_check("src/app")'),
        ("Run tests/test_app.py", 'pytest_run("tests/")'),
        ("Run tests/test_app.py", 'pytest_run("tests/test_cli.py")'),
        ("Read `config.py`", 'print(read_file("src/settings.py"))'),
        ("Read pyproject.toml, please", 'p = "setup.cfg"\nprint(read_file(p))'),
        ("Compare src/a.py and src/b.py", 'print(read_file("src/a.py") == read_file("src/c.py"))'),
        ("typecheck the services folder", 'typecheck("src/models")'),
        ("Show the log of docs/", 'git_log("src/", count=5)'),
        ("Outline src/app.py", 'document_symbols("src/main.py")'),
        ("Hover src/app.py:3 run", 'hover("src/main.py", 3, 1, "run")'),
        ("Lint src/app/", 'r = ruff_check("src/")\nprint("src/app/: done")'),
        ("Lint src/app.py", 'ruff_check("lib/app.py")'),
        ("Check types in src/app.py and tell me the count", 'typecheck("src/")'),
        ("Lint the `handlers` package", 'ruff_check("src/models")'),
        ("Lint src/app/", 'for p in ["src", "lib"]:\n    ruff_check(p)'),
        ("Search src/app.py for TODO", 'run_command("grep", ["TODO", "src/main.py"])'),
        ("Search src/app.py for TODO", 'run_command("grep TODO src/main.py")'),
    ],
)
def test_another_path_than_the_named_one_is_found(query: str, code: str) -> None:
    assert [finding.rule for finding in path_argument_mismatch(asked(query, code))] == ["path_argument_mismatch"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Lint src/app/", 'ruff_check("./src/app")'),
        ("Lint src", 'ruff_check("src/")'),
        ("Check config.py", 'typecheck("src/app/config.py")'),
        ("Check /home/me/src/a.py", 'typecheck("src/a.py")'),
        ("Type-check the agent folder", 'typecheck("src/app/agent")'),
        ("Fix comparison to True/False", 'ruff_check("src/")'),
        ("CI/CD check: lint + tests", 'ruff_check("src/")\npytest_run("tests/")'),
        ("Is Node.js code checked and/or tested?", 'pytest_run("tests/")'),
        ("What changed in the working directory?", 'git_status(".")'),
        ("Find https://example.com/a/b.html in it", 'ruff_check("src/")'),
        ("Lint everything except tests/", 'ruff_check("src/")'),
        ("See whether the `lib/` directory is lint-clean, the src/api/ package does not matter", 'ruff_check("lib/")'),
        ("Lint 'proxy/old copy'; validators/tests/ is later", 'ruff_check("proxy/old copy")'),
        ("Leave the `tests/` folder alone and lint the rest", 'ruff_check("src/")'),
        ("Don't look at the folder tests/, lint the rest", 'ruff_check("src/")'),
        ("Lint the whole project, docs/ included", 'ruff_check(".")'),
        ("Lint lib/ instead of src/", 'ruff_check("lib")'),
        ("I said src/ but I meant lib/", 'ruff_check("lib/")'),
        ("Has src/app.py changed?", 'print([f for f in git_status(".").files if f.file == "src/app.py"])'),
        ("Which errors of src/ are in src/app/a.py?", 'r = typecheck("src/")\nprint("src/app/a.py" in str(r))'),
        ("Lint src/ and run the tests", 'ruff_check("src/")\npytest_run("tests/")'),
        ("Run the tests, then read README.md", 'pytest_run("tests/")'),
        ("Run the tests of src/app.py", 'pytest_run("tests/test_app.py")'),
        ("Read each file in src/", 'for n in ["a.py"]:\n    print(read_file(f"src/{n}"))'),
        ("Check the errors of src/", 'for e in typecheck("src/").errors:\n    print(read_file(e.file))'),
        ("Does datetime.now() need a zone?", 'ruff_check("src/")'),
        ("Is EmailNotifier in the models directory?", 'goto_definition("src/app.py", 1, 1, "EmailNotifier")'),
        ("Lint src/", "def broken(:"),
    ],
)
def test_the_named_path_and_what_is_no_path_pass(query: str, code: str) -> None:
    assert list(path_argument_mismatch(asked(query, code))) == []


def test_a_path_of_an_earlier_response_passes() -> None:
    shown = "<tool_response>\nsrc/models/user.py:3 invalid\n</tool_response>"
    said = ("Fix the errors of src/", emit_call('for e in typecheck("src/").errors:\n    print(e.file)'), shown)

    assert list(path_argument_mismatch(row(*said, emit_call('typecheck("src/models/user.py")')))) == []


def test_agreement_is_no_new_request() -> None:
    said = ("Lint src/app/", "I will lint it.", "Go ahead.", emit_call('ruff_check("tests/")'))

    assert [finding.message for finding in path_argument_mismatch(row(*said))] == [
        "the query names 'src/app', the code uses 'tests/'"
    ]


def test_a_later_request_is_judged_by_its_own_words() -> None:
    said = (
        "Lint src/app/",
        emit_call('ruff_check("src/app/")'),
        "Now run the tests",
        emit_call('pytest_run("tests/")'),
    )

    assert list(path_argument_mismatch(row(*said))) == []


def test_generated_rows_take_their_values_from_the_conversation() -> None:
    rules = Rules(rows=[ungrounded_position, path_argument_mismatch])

    assert list(scan(generate("nano", 5, "be brief", size=300), rules)) == []


@pytest.mark.parametrize(
    ("name", "positions", "paths"),
    [("phase26_merged", 0, 9), ("phase27_merged", 214, 3), ("phase27_cleaned", 223, 3)],
)
def test_the_real_sets_have_the_known_counts(name: str, positions: int, paths: int) -> None:
    if not SETS.is_dir():
        pytest.skip("the shared data sets are not here")
    found = Counter(each.rule for each in scan(SETS / name, Rules(rows=[ungrounded_position, path_argument_mismatch])))

    # The sets' own count of positions, 209 and 218, looks at files alone: five lines are named by nobody.
    # Their count of paths, 11, 5 and 5, has two false alarms each: True/False and CI/CD.
    assert found == Counter({"ungrounded_position": positions, "path_argument_mismatch": paths})
