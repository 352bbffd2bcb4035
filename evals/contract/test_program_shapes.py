"""Programs that need not run because one of their shape ran well, and those that must."""

from __future__ import annotations

import pytest

from punie.agent.monty_runner import Execution
from punie.testing import sandboxed
from punie.training.checks import execution
from punie.training.checks.program_shapes import SoundShapes, shape_of

ABOUT = "What changed?"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('print(git_status("src"))', 'print(git_status("lib"))'),
        ('print(hover("src/a.py", 3, 4, "load"))', 'print(hover("lib/b.py", 12, 1, "save"))'),
        ("r = git_log('a.py', count=3)\nprint(r.commits)", "r = git_log('b.py', count=15)\nprint(r.commits)"),
        (
            "for t in pytest_run('tests').tests:\n    if t.outcome == 'failed':\n        print(t.name)",
            "for t in pytest_run('checks').tests:\n    if t.outcome == 'failed':\n        print(t.name)",
        ),
    ],
)
def test_what_is_only_asked_for_makes_no_difference(first: str, second: str) -> None:
    assert shape_of(first, ABOUT) == shape_of(second, ABOUT)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('print(git_status("src"))', 'print(git_diff("src"))'),
        ('print(git_status("src"))', "print(git_status(3))"),
        ('print(git_status("src"))', 'print(git_status("."))'),
        ('print(git_status("src"))', 'print(git_status("src/a.py"))'),
        ('print(git_status("src"))', 'print(git_status(path="src"))'),
        ("print(read_file('a.py')[3])", "print(read_file('a.py')[300])"),
        ("print(open('a.py'))", "print(open('b.py'))"),
        (
            "[f] = [f for f in git_diff('src/a.py').files if f.file == 'src/a.py']",
            "[f] = [f for f in git_diff('src/b.py').files if f.file == 'src/a.py']",
        ),
        (
            "print([f for f in git_diff('src').files if f.file.startswith(f'src/{1}')][0])",
            "print([f for f in git_diff('lib').files if f.file.startswith(f'src/{1}')][0])",
        ),
    ],
)
def test_what_may_change_the_run_makes_another_shape(first: str, second: str) -> None:
    assert shape_of(first, ABOUT) != shape_of(second, ABOUT)


def test_the_request_counts_where_the_program_looks_for_its_words() -> None:
    code = "print([v for v in ruff_check('src').violations if v.code == 'E501'][0])"

    assert shape_of(code, "Where does E501 occur?") != shape_of(code, "What is wrong?")


def test_a_program_of_a_sound_shape_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def executed(code: str, *rest: object) -> Execution:
        ran.append(code)
        return sandboxed.executed(code, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(execution, "executed", executed)
    sound = SoundShapes()
    codes = [f"print(git_status('{name}').file_count)" for name in ("src", "lib")]

    assert [execution.faults_of(code, ABOUT, sound) for code in codes] == [(), ()]
    assert set(ran) == {codes[0]}


def test_programs_of_a_faulty_shape_all_run() -> None:
    sound = SoundShapes()
    codes = [f"print(read_file('{name}')[0:1], git_log('.').commits[90])" for name in ("a.py", "b.py")]

    assert [len(execution.faults_of(code, ABOUT, sound)) for code in codes] == [1, 1]
