from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.workspace_repository import Repository
from punie.agent.programs import Limits
from punie.agent.typed_tools.runners.command import split_command
from punie.agent.typed_tools.runners.surroundings import ToolLimits

SHELL_COMMANDS = [
    "echo a; touch pwned",
    "echo a && touch pwned",
    "echo a || touch pwned",
    "echo a | tee pwned",
    "echo a > pwned",
    "echo a >> pwned",
    "cat < /etc/passwd",
    "(touch pwned)",
    "touch pwned &",
    "echo a;touch pwned",
]


@pytest.fixture
def place(tmp_path: Path) -> Repository:
    """A folder with a few files."""
    found = Repository(tmp_path / "place")
    for name in ("README.md", "docs/kinds of apple.txt", "docs/übersicht.txt", "src/market/prices.py"):
        found.write(name, "")
    return found


def short(seconds: float = 60, output: int = 100_000) -> ToolLimits:
    return ToolLimits(command=Limits(seconds=seconds, output=output))


def test_one_string_is_split_into_words(place: Repository) -> None:
    assert place.call("run_command", "ls src docs") == "docs:\nkinds of apple.txt\nübersicht.txt\n\nsrc:\nmarket\n"


def test_program_and_arguments_may_come_apart(place: Repository) -> None:
    assert place.call("run_command", "ls", ["docs/kinds of apple.txt"]) == "docs/kinds of apple.txt\n"


@pytest.mark.parametrize(
    ("command", "args", "words"),
    [
        ("ls", None, ["ls"]),
        ("grep -n 'a b' x.py", None, ["grep", "-n", "a b", "x.py"]),
        ("grep -n", ["a b", "*"], ["grep", "-n", "a b", "*"]),
        ('grep "a|b" x.py', None, ["grep", "a|b", "x.py"]),
        ("echo it\\'s", None, ["echo", "it's"]),
        ("echo '#1' # 2", None, ["echo", "#1", "#", "2"]),
        ("ls", ["; rm x"], ["ls", "; rm x"]),
    ],
)
def test_a_command_is_split_like_a_shell_would(command: str, args: list[str] | None, words: list[str]) -> None:
    assert split_command(command, args) == words


@pytest.mark.parametrize("command", SHELL_COMMANDS)
def test_there_is_no_shell(place: Repository, command: str) -> None:
    with pytest.raises(ValueError, match=r"needs a shell for .* and there is none: run one program at a time"):
        place.call("run_command", command)

    assert not (place.root / "pwned").exists()


@pytest.mark.parametrize("text", ["$HOME", "`touch pwned`", "*.md", "~", "$(touch pwned)"])
def test_nothing_is_expanded(place: Repository, text: str) -> None:
    assert place.call("run_command", "echo", [text]) == f"{text}\n"


def test_output_comes_before_errors(place: Repository) -> None:
    assert place.call("run_command", "sh -c 'echo bad >&2; echo good'") == "good\nbad\n"


def test_a_status_other_than_zero_is_told(place: Repository) -> None:
    assert place.call("run_command", "sh -c 'printf out; exit 3'") == "out\n[exit status 3]"
    assert place.call("run_command", "false") == "[exit status 1]"
    assert place.call("run_command", "true") == ""


def test_it_runs_in_the_folder_named(place: Repository) -> None:
    assert place.call("run_command", "pwd", cwd="src/market") == f"{place.root / 'src/market'}\n"
    assert place.call("run_command", "pwd") == f"{place.root}\n"


def test_a_program_of_the_folder_can_be_run(place: Repository) -> None:
    place.write("src/run.sh", "#!/bin/sh\necho here\n").chmod(0o755)

    assert place.call("run_command", "./run.sh", cwd="src") == "here\n"


def test_much_output_is_cut(place: Repository) -> None:
    result = place.call("run_command", "head -c 5000 /dev/zero", limits=short(output=10))

    assert result == "\0" * 10 + "\n[head wrote more than 10 bytes, the rest was cut]"


def test_output_of_exactly_the_limit_is_whole(place: Repository) -> None:
    assert place.call("run_command", "printf 1234567890", limits=short(output=10)) == "1234567890"


def test_a_long_run_is_stopped_with_what_it_wrote(place: Repository) -> None:
    with pytest.raises(TimeoutError, match=r"^sh was stopped after 1\.5 seconds\nbegun$"):
        place.call("run_command", "sh -c 'echo begun; sleep 30'", limits=short(seconds=1.5))


def test_what_it_started_in_the_background_is_stopped(place: Repository) -> None:
    result = place.call("run_command", "sh -c 'sleep 2 && touch late & echo done'")

    assert result == "done\n"
    assert place.call("run_command", "sleep 2.5") == ""
    assert not (place.root / "late").exists()


def test_it_has_no_input_to_wait_for(place: Repository) -> None:
    assert place.call("run_command", "cat") == ""


def test_secrets_of_the_caller_stay_behind(place: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "open sesame")

    assert "sesame" not in place.call("run_command", "env")


def test_bytes_that_are_no_text_are_shown_as_escapes(place: Repository) -> None:
    assert place.call("run_command", r"printf 'a\377b'") == "a\\xffb"


def test_a_missing_program_is_an_error(place: Repository) -> None:
    with pytest.raises(FileNotFoundError, match=r"^the program 'no-such-program' was not found: install it"):
        place.call("run_command", "no-such-program -v")


def test_a_file_that_is_no_program_is_an_error(place: Repository) -> None:
    with pytest.raises(OSError, match=r"^the program './README\.md' could not be started: "):
        place.call("run_command", "./README.md")


@pytest.mark.parametrize("command", ["", "  "])
def test_an_empty_command_is_an_error(place: Repository, command: str) -> None:
    with pytest.raises(ValueError, match=r"^the command is empty: name a program$"):
        place.call("run_command", command)


def test_quotes_that_do_not_match_are_an_error(place: Repository) -> None:
    with pytest.raises(ValueError, match=r"cannot be split: No closing quotation$"):
        place.call("run_command", "echo 'a")


def test_a_folder_that_is_missing_or_a_file_is_an_error(place: Repository) -> None:
    with pytest.raises(FileNotFoundError, match=r"^no such file or folder: 'nowhere'$"):
        place.call("run_command", "ls", cwd="nowhere")
    with pytest.raises(NotADirectoryError, match=r"^cwd is 'README\.md', which is a file: name a folder$"):
        place.call("run_command", "ls", cwd="README.md")
