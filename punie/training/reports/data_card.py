"""The card of a dataset as files: `card.json` for programs, `card.md` for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from punie.training.card import DataCard, SplitCard
from punie.whole_files import write_whole

CARD_JSON: Final = "card.json"
CARD_MD: Final = "card.md"
_SHARES: Final = {
    "call": "rows whose last turn calls",
    "several_turns": "rows of several turns",
    "field_read_of_calls": "of those that call, rows whose code reads a field",
}
_LENGTHS: Final = {"shortest": "shortest", "median": "median", "percentile_95": "95 of 100", "longest": "longest"}


def write_card(card: DataCard, folder: Path) -> None:
    """Write `card.json` and `card.md` into `folder`, which is made if absent."""
    write_whole(folder / CARD_JSON, [card.model_dump_json(by_alias=True, indent=2), "\n"])
    write_whole(folder / CARD_MD, [card_markdown(card)])


def card_markdown(card: DataCard) -> str:
    """Return the card as Markdown."""
    return "\n".join(_lines(card))


def _lines(card: DataCard) -> Iterator[str]:
    splits = tuple(card.splits.values())
    yield f"# Data card of {card.name}\n"
    made = [(name, "-" if value is None else str(value)) for name, value in card.generator.items()]
    yield from _table(("generator", ""), made)
    yield from _table(("rows", *card.splits), [("all", *(str(split.rows) for split in splits)), *_lengths(splits)])
    yield from _table(("shares", *card.splits), _shares(splits))
    yield from _table(("last turn", *card.splits), _counts([split.categories for split in splits]))
    yield from _table(("tool called", *card.splits), _counts([split.tools for split in splits]))
    yield from _table(("system prompt (SHA-256)", "rows"), _counts([card.system_prompts]))
    yield from _table(("file", "SHA-256"), card.files.items())


def _lengths(splits: Sequence[SplitCard]) -> Iterator[tuple[str, ...]]:
    for name, title in _LENGTHS.items():
        lengths = ["-" if split.lengths is None else str(getattr(split.lengths, name)) for split in splits]
        yield (f"characters, {title}", *lengths)


def _shares(splits: Sequence[SplitCard]) -> Iterator[tuple[str, ...]]:
    for name, title in _SHARES.items():
        yield (title, *(f"{100 * split.shares[name]:.1f} %" if split.rows else "-" for split in splits))


def _counts(columns: Sequence[Mapping[str, int]]) -> Iterator[tuple[str, ...]]:
    for name in sorted({name for column in columns for name in column}):
        yield (name, *(str(column.get(name, 0)) for column in columns))


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(heading)
    yield _row(["---", *("--:" for _ in heading[1:])])
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
