from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from punie.agent.tool_calls import emit_call
from punie.evaluation import Query
from punie.evaluation.models import Answer, ReplayError, read_replay
from punie.evaluation.run import ReplaySource

QUERY = {"category": "calls", "prompt": "Count.", "expect": {"tools": []}}


def replay_file(folder: Path, *lines: str) -> Path:
    path = folder / "replay.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_replies_keep_the_order_of_their_turns(tmp_path: Path) -> None:
    path = replay_file(
        tmp_path, '{"id": "a", "replies": ["one", "two"], "seconds": 3}', "", '{"id": "b", "replies": []}'
    )
    replay = read_replay(path, {"a", "b", "c"})

    assert replay.samples("a") == ((Answer("one", 1.5), Answer("two", 1.5)),)
    assert replay.samples("b") == ((),)
    assert replay.samples("c") == ()


def test_several_rows_of_one_id_are_samples(tmp_path: Path) -> None:
    path = replay_file(tmp_path, '{"id": "a", "replies": ["x"]}', '{"id": "a", "replies": ["y"]}')
    samples = read_replay(path, {"a"}).samples("a")

    assert [sample[0].text for sample in samples] == ["x", "y"]


def test_line_separators_inside_a_reply_do_not_end_the_row(tmp_path: Path) -> None:
    path = replay_file(tmp_path, '{"id": "a", "replies": ["one\u2028two\x85"]}')

    assert read_replay(path, {"a"}).samples("a")[0][0].text == "one\u2028two\x85"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a"}', "bad replay row: replies: Field required"),
        ('{"id": "a", "replies": "x"}', "bad replay row: replies: Input should be a valid"),
        ('{"id": "a", "replies": [1]}', "bad replay row: replies.0: Input should be a valid string"),
        ('{"id": "a", "replies": [], "score": 1}', "bad replay row: score: Extra inputs are not permitted"),
        ('{"id": "a", "replies": [], "seconds": -1}', "bad replay row: seconds: Input should be greater"),
        ('{"id": "a", "replies": ["x"', "bad replay row: Invalid JSON"),
        ('{"id": "zz", "replies": []}', "unknown query id 'zz': name its suite with --suite"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = replay_file(tmp_path, '{"id": "a", "replies": []}', line)

    with pytest.raises(ReplayError, match=f"^{re.escape(f'{path}:2: {message}')}"):
        read_replay(path, {"a"})


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"", "holds no rows"), (b"\n\n", "holds no rows: record one line per query")],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "replay.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ReplayError, match=rf"the replay file '.*replay\.jsonl'.*{message}"):
        read_replay(path, {"a"})


def test_bytes_that_are_no_text_are_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "replay.jsonl"
    path.write_bytes(b'{"id": "a", "replies": []}\n{"id": "a", "replies": ["\xff"]}\n')

    with pytest.raises(ReplayError, match=f"^{re.escape(f'{path}:2: bad replay row: it is not UTF-8 (byte 0xff)')}$"):
        read_replay(path, {"a"})


def test_a_log_of_ten_thousand_replies_is_read_and_asked_in_a_minute(tmp_path: Path) -> None:
    rows = [
        json.dumps({"id": f"q{number % 25}", "replies": [emit_call(f"print({number})")], "seconds": 2.5})
        for number in range(10_000)
    ]
    path = replay_file(tmp_path, *rows)
    queries = [Query.model_validate(QUERY | {"id": f"q{number}"}) for number in range(25)]

    began = time.perf_counter()
    source = ReplaySource(read_replay(path, {query.id for query in queries}))
    samples = source.samples(queries, lambda: None)

    assert sum(map(len, samples.values())) == 10_000
    assert time.perf_counter() - began < 60


def test_the_identity_is_that_of_the_files_bytes(tmp_path: Path) -> None:
    first = read_replay(replay_file(tmp_path, '{"id": "a", "replies": ["x"]}'), {"a"}).identity
    second = read_replay(replay_file(tmp_path, '{"id": "a", "replies": ["y"]}'), {"a"}).identity

    assert first != second
