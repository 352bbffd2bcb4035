from __future__ import annotations

from punie.evaluation.report.highlighting import KINDS, highlighted


def parts(code: str) -> list[tuple[str, str]]:
    """The parts of plain ASCII code with the names of their kinds."""
    text, marks = highlighted(code)
    found, start = [], 0
    for length, kind in zip(marks[::2], marks[1::2], strict=True):
        found.append((text[start : start + length], KINDS[kind]))
        start += length
    return found


def test_words_of_python_have_their_kinds() -> None:
    found = parts("if x:\n    print('a', 10)  # why")

    assert [pair for pair in found if pair[1]] == [
        ("if", "keyword"),
        ("print", "name"),
        ("'a'", "string"),
        ("10", "number"),
        ("# why", "comment"),
    ]


def test_lengths_are_those_that_javascript_counts() -> None:
    text, marks = highlighted("x = '\U0001f600'")

    assert sum(marks[::2]) == len(text) + 1


def test_long_code_has_no_marks() -> None:
    assert highlighted("x = 1\n" * 10_000)[1] == []
