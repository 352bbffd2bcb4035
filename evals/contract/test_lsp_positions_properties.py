from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from punie.agent.lsp_positions import Encoding, path_of_uri, split_lines, to_character, to_column

LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=30)
ENCODINGS: st.SearchStrategy[Encoding] = st.sampled_from(("utf-8", "utf-16", "utf-32"))
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=20)


@given(LINES, ENCODINGS, st.data())
def test_a_column_survives_the_way_there_and_back(line: str, encoding: Encoding, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(line) + 1))

    assert to_column(line, to_character(line, column, encoding), encoding) == column


@given(LINES, ENCODINGS, st.integers(1, 100))
def test_columns_stay_inside_the_line(line: str, encoding: Encoding, column: int) -> None:
    assert 1 <= to_column(line, to_character(line, column, encoding), encoding) <= len(line) + 1


@given(LINES, ENCODINGS, st.integers(0, 200))
def test_any_offset_is_some_column(line: str, encoding: Encoding, character: int) -> None:
    assert 1 <= to_column(line, character, encoding) <= len(line) + 1


@given(st.lists(LINES, min_size=1), st.sampled_from(["\n", "\r\n", "\r"]))
def test_lines_end_only_at_line_ends(lines: list[str], end: str) -> None:
    assert split_lines(end.join(lines)) == lines


@given(st.lists(NAMES.filter(lambda name: name not in {".", ".."}), min_size=1, max_size=4))
def test_a_path_survives_its_uri(names: list[str]) -> None:
    path = PurePosixPath("/", *names)

    assert str(path_of_uri(path.as_uri())) == str(path)
