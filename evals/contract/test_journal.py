from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from punie.evaluation.models.journal import Found, Journal, KeptReply, digest_of, key_of
from punie.evaluation.models.protocol import Fact

ABOUT: dict[str, Fact] = {"weights": "ab", "temperature": 0.0}


def reply(number: int, text: str = "It is blue.") -> KeptReply:
    return KeptReply(key=key_of("What?", number), text=text, finished=True, seconds=0.5, took=0.25, memory=12)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "replies" / "some.jsonl"


@pytest.fixture
def journal(file: Path) -> Journal:
    """A journal of two replies."""
    journal = Journal(file, ABOUT)
    journal.append(reply(0))
    journal.append(reply(1, "Né à Genève \u2028 \0"))
    return journal


def test_replies_are_read_back(journal: Journal) -> None:
    assert journal.read() == Found({own.key: own for own in (reply(0), reply(1, "Né à Genève \u2028 \0"))})


def test_nothing_is_read_where_nothing_was_written(file: Path) -> None:
    assert Journal(file, ABOUT).read() == Found({})
    assert not file.parent.exists()


def test_a_reply_is_on_disk_as_soon_as_it_is_appended(journal: Journal, file: Path) -> None:
    assert [json.loads(line)["row"].get("text") for line in file.read_text().splitlines()][1:] == [
        "It is blue.",
        "Né à Genève \u2028 \0",
    ]
    assert len(journal.read().replies) == 2


def test_a_file_about_something_else_is_not_read(journal: Journal, file: Path) -> None:
    assert len(journal.read().replies) == 2
    other = Journal(file, ABOUT | {"weights": "cd"})

    assert other.read().replies == {}
    other.append(reply(2))
    assert list(other.read().replies) == [reply(2).key]


def test_a_changed_reply_is_left_out_and_told_once(journal: Journal, file: Path) -> None:
    file.write_text(file.read_text().replace("It is blue.", "It is grey."))

    assert (list(journal.read().replies), journal.read().damaged) == ([reply(1).key], 0)


def test_damage_is_counted(journal: Journal, file: Path) -> None:
    file.write_text(file.read_text().replace("It is blue.", "It is grey.") + "no JSON\n[]\n")

    assert journal.read().damaged == 3


def test_a_line_without_its_end_is_no_damage(journal: Journal, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])
    found = journal.read()

    assert (list(found.replies), found.damaged) == ([reply(0).key], 0)


def test_after_half_a_line_the_next_reply_stands_on_a_line_of_its_own(journal: Journal, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])
    journal.append(reply(2))

    assert list(journal.read().replies) == [reply(0).key, reply(2).key]


def test_a_cleared_journal_is_empty(journal: Journal) -> None:
    journal.clear()

    assert journal.read() == Found({})


def test_several_writers_lose_nothing(file: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: Journal(file, ABOUT).append(reply(number)), range(12)))

    assert Journal(file, ABOUT).read() == Found({own.key: own for own in Journal(file, ABOUT).read().replies.values()})
    assert len(Journal(file, ABOUT).read().replies) == 12


def test_the_order_of_what_it_is_about_does_not_matter() -> None:
    assert digest_of({"a": 1, "b": None}) == digest_of({"b": None, "a": 1})
