from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punie.agent.typed_tools import CATALOGUE
from punie.monitoring.log import LogError, read_log
from punie.monitoring.observation import BROKEN, WORDS, use_of
from punie.testing.strategies import replies, token_soup

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("id", "replies", "prompt", "seconds", "at", "recorded_pass")
ROWS = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), VALUES, max_size=6)
LINES = st.binary(max_size=60) | ROWS.map(lambda row: json.dumps(row).encode())


def read(data: bytes) -> int:
    """The number of rows of a log with these bytes; LogError when it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.jsonl")
        path.write_bytes(data)
        return len(read_log(path).rows)


def outcome(data: bytes) -> str:
    """How many rows there are, or why the log is refused."""
    try:
        return f"{read(data)} rows"
    except LogError as error:
        return str(error)


@given(st.lists(LINES, max_size=4))
def test_any_bytes_are_a_log_or_refused_in_one_printable_line(lines: list[bytes]) -> None:
    said = outcome(b"\n".join(lines))

    assert said.isprintable()
    assert said != "0 rows"


@given(st.text(max_size=20), st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=3))
def test_a_whole_row_is_read(name: str, texts: list[str]) -> None:
    row = {"id": name.encode("utf-8", "ignore").decode(), "replies": texts, "seconds": 1, "at": "2026-05-01T10:00:00"}

    assert read(json.dumps(row).encode()) == 1


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b" " * 4_000_001)

    with pytest.raises(LogError, match=r"log\.jsonl:1: bad row: it is longer than 4,000,000 bytes"):
        read_log(path)


@settings(max_examples=25)
@given(st.lists(replies().map(lambda reply: reply.text) | token_soup(), max_size=3))
def test_any_replies_use_known_tools_words_or_a_broken_call(texts: list[str]) -> None:
    found = use_of("What?", texts)

    assert found.tools
    assert set(found.tools) <= {*CATALOGUE, WORDS, BROKEN}
    assert found.tools == use_of("What?", texts).tools
