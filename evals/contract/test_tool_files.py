from __future__ import annotations

import os
from pathlib import Path

import pytest

from fixtures.workspace_repository import Repository
from punie.agent.typed_tools.runners.surroundings import ToolLimits


@pytest.fixture
def place(tmp_path: Path) -> Repository:
    """A folder with a file."""
    found = Repository(tmp_path / "place")
    found.write("src/market/prices.py", "")
    return found


def test_a_text_is_read_as_it_is(place: Repository) -> None:
    place.write("odd ä.txt", "é😀\r\nlast\x0cline".encode())

    assert place.call("read_file", "odd ä.txt") == "é😀\r\nlast\x0cline"


def test_an_empty_file_is_an_empty_text(place: Repository) -> None:
    place.write("empty.txt", "")

    assert place.call("read_file", "empty.txt") == ""


def test_what_is_written_can_be_read(place: Repository) -> None:
    text = "first\r\nsecond\n\nÄ 😀\ttab\x00"

    assert place.call("write_file", "new.txt", text) == "success"
    assert place.call("read_file", "new.txt") == text


def test_folders_are_made(place: Repository) -> None:
    assert place.call("write_file", "a/b/c.txt", "deep") == "success"
    assert (place.root / "a" / "b" / "c.txt").read_text(encoding="utf-8") == "deep"


def test_a_file_is_replaced_and_keeps_its_mode(place: Repository) -> None:
    place.write("run.sh", "old and longer").chmod(0o755)

    place.call("write_file", "run.sh", "new")

    assert (place.root / "run.sh").read_text(encoding="utf-8") == "new"
    assert (place.root / "run.sh").stat().st_mode & 0o777 == 0o755


def test_a_missing_file_is_an_error(place: Repository) -> None:
    with pytest.raises(FileNotFoundError, match=r"^no such file or folder: 'nothing\.txt'$"):
        place.call("read_file", "nothing.txt")


@pytest.mark.parametrize(("tool", "more"), [("read_file", ()), ("write_file", ("x",))])
def test_a_folder_is_no_file(place: Repository, tool: str, more: tuple[str, ...]) -> None:
    with pytest.raises(IsADirectoryError, match=r"^'src' is a folder: name a file$"):
        place.call(tool, "src", *more)


@pytest.mark.parametrize(("tool", "more"), [("read_file", ()), ("write_file", ("x",))])
def test_a_pipe_does_not_block(place: Repository, tool: str, more: tuple[str, ...]) -> None:
    os.mkfifo(place.root / "pipe")

    with pytest.raises(OSError, match=r"^'pipe' is not a regular file$"):
        place.call(tool, "pipe", *more)


def test_bytes_that_are_no_text_are_an_error(place: Repository) -> None:
    place.write("b.bin", b"ok\xff")

    with pytest.raises(ValueError, match=r"^'b\.bin' is not UTF-8 text: byte 2 is 0xff$"):
        place.call("read_file", "b.bin")


@pytest.mark.parametrize(("tool", "more"), [("read_file", ()), ("write_file", ("x" * 11,))])
def test_a_large_file_is_refused(place: Repository, tool: str, more: tuple[str, ...]) -> None:
    place.write("large.txt", "x" * 11)

    with pytest.raises(ValueError, match=r"^'large\.txt' has 11 bytes, more than the 10 allowed$"):
        place.call(tool, "large.txt", *more, limits=ToolLimits(file_bytes=10))


def test_half_a_character_is_refused(place: Repository) -> None:
    with pytest.raises(
        ValueError, match=r"^the text for 'a\.txt' holds a lone surrogate at 1: write whole characters$"
    ):
        place.call("write_file", "a.txt", "x\ud800")

    assert not (place.root / "a.txt").exists()


@pytest.mark.parametrize("path", ["", "  "])
def test_an_empty_path_is_refused(place: Repository, path: str) -> None:
    with pytest.raises(ValueError, match=r"^the path is empty"):
        place.call("read_file", path)


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_a_path_that_cannot_be_one_is_refused(place: Repository, path: str) -> None:
    with pytest.raises((ValueError, OSError)):
        place.call("write_file", path, "x")


@pytest.mark.parametrize("value", [1, None, b"README.md", ["README.md"]])
def test_a_path_of_another_type_is_a_wrong_call(place: Repository, value: object) -> None:
    with pytest.raises(TypeError, match=r"^read_file\(\) argument 'path' must be str, not "):
        place.call("read_file", value)
