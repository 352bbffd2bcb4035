from __future__ import annotations

import time

import pytest

from punie.training.contamination import masked, plain, similarity, too_near

PROMPT = "Which lines of src/app/models.py does ruff complain about?"


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("Run  the TESTS, please!", "run the tests please"),
        ("", ""),
        ("?!", ""),
        ("Where's `do_it`?", "wheres doit"),
        ("Größe\tund\nMaß", "größe und maß"),
    ],
)
def test_plain_text_has_no_case_no_punctuation_and_single_blanks(prompt: str, text: str) -> None:
    assert plain(prompt) == text


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("Lint src/app/models.py now", "lint path now"),
        ("Lint src/app/ now", "lint path now"),
        ("Open README.md", "open path"),
        ("Who calls parse_reply?", "who calls symbol"),
        ("Who calls `parse`?", "who calls symbol"),
        ("Where is OrderBook defined?", "where is symbol defined"),
        ("Where is HTTPServer defined?", "where is symbol defined"),
        ("Where is total() defined?", "where is symbol defined"),
        ("Explain shop.cart.total", "explain symbol"),
        ("Show the last 12 commits", "show the last number commits"),
        ("The 3rd one", "the number one"),
        ("Show line 10, column 4.", "show line number column number"),
        ("Is it done?", "is it done"),
    ],
)
def test_paths_symbols_and_numbers_are_masked(prompt: str, text: str) -> None:
    assert masked(prompt) == text


@pytest.mark.parametrize(
    "other",
    [
        PROMPT,
        PROMPT.upper(),
        "Which lines of src/app/models.py does ruff complain about",
        "Which lines of tests/test_billing_rules.py does ruff complain about?",
        "Which lines in src/app/models.py does ruff complain about?",
    ],
)
def test_the_same_question_in_nearly_the_same_words_is_near(other: str) -> None:
    assert similarity(PROMPT, other) >= 0.85
    assert too_near(other, ["What is a fixture?", PROMPT]) == PROMPT


@pytest.mark.parametrize("other", ["", "Commit my work.", "How many lint findings are there in src/app/models.py?"])
def test_another_question_is_not_near(other: str) -> None:
    assert similarity(PROMPT, other) < 0.85
    assert too_near(other, [PROMPT]) is None


def test_the_first_near_prompt_is_named() -> None:
    others = ["What is a fixture?", f"{PROMPT} ", PROMPT]

    assert too_near(PROMPT, others) == f"{PROMPT} "


def test_nothing_is_near_to_nothing() -> None:
    assert too_near(PROMPT, []) is None


def test_ten_thousand_rows_against_a_suite_take_seconds() -> None:
    nouns = ["test", "type", "error", "call", "file", "symbol", "commit", "line", "branch", "field"]
    suite = [f"{verb} the {noun} of package {noun}s now" for verb in ("find", "show", "run") for noun in nouns]
    words = " ".join(suite).split()
    rows = [" ".join(words[(place * step + step) % len(words)] for step in range(3, 11)) for place in range(10_000)]
    start = time.process_time()
    near = sum(too_near(row, suite) is not None for row in rows)

    assert near < len(rows)
    assert time.process_time() - start < 30
