from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from punie.evaluation.models.journal import Journal, KeptReply, digest_of, key_of
from punie.evaluation.models.protocol import Fact

ABOUT = {"weights": "ab"}
words = st.text(st.characters(codec="utf-8"), max_size=12)
facts = st.dictionaries(words, words | st.integers() | st.floats(allow_nan=False) | st.none(), max_size=5)
texts = st.lists(words, min_size=1, max_size=3)


def written(folder: str, given: list[str]) -> tuple[Path, list[KeptReply]]:
    """A journal of these replies."""
    file = Path(folder, "some.jsonl")
    replies = [
        KeptReply(key=key_of("What?", number), text=text, finished=False, seconds=number / 3, took=0.1)
        for number, text in enumerate(given)
    ]
    for reply in replies:
        Journal(file, ABOUT).append(reply)
    return file, replies


@settings(max_examples=25)
@given(texts, st.data())
def test_a_journal_survives_being_cut_at_any_byte(given: list[str], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, replies = written(folder, given)
        whole = file.read_bytes()
        cut = data.draw(st.integers(0, len(whole)), label="cut")
        file.write_bytes(whole[:cut])
        found = Journal(file, ABOUT).read()
        kept = max(whole[:cut].count(b"\n") - 1, 0)

        assert list(found.replies.values()) == replies[:kept]
        assert found.damaged == 0

        Journal(file, ABOUT).append(replies[-1])
        assert list(Journal(file, ABOUT).read().replies.values())[:kept] == replies[:kept]
        assert replies[-1] in Journal(file, ABOUT).read().replies.values()


@settings(max_examples=25)
@given(texts, st.data())
def test_no_changed_byte_gives_a_reply_that_was_not_written(given: list[str], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, replies = written(folder, given)
        content = bytearray(file.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1), label="place")
        content[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]), label="byte")
        file.write_bytes(bytes(content))
        found = Journal(file, ABOUT).read()

        assert all(reply in replies for reply in found.replies.values())


@given(words, st.integers(0, 9), words, st.integers(0, 9))
def test_keys_differ_as_prompts_and_draws_do(prompt: str, draw: int, other: str, next_draw: int) -> None:
    assert (key_of(prompt, draw) == key_of(other, next_draw)) == ((prompt, draw) == (other, next_draw))


@given(facts, words, words)
def test_the_digest_changes_with_every_part(about: Mapping[str, Fact], name: str, value: str) -> None:
    changed = {**about, name: value}

    assert (digest_of(changed) == digest_of(about)) == (changed == dict(about))
