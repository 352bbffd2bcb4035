"""
Named sources: sets of a fixed number of rows, each row of one kind, that merges are made of.

A source is a list of parts. A part names how many rows of its kind there are, the intents that give them and what a row
must call; the rows come from the same families as those of `generate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from punie.training.dataset import TrainingDataset, TrainingExample
from punie.training.examples import catalog, field_access, subjects
from punie.training.examples.draft import Intent
from punie.training.examples.grammar import Draw, seeded
from punie.training.examples.rows import RowMaker
from punie.training.strata import called_tools

QUALITY: Final = ("typecheck", "ruff_check", "pytest_run")
NAVIGATION: Final = ("goto_definition", "find_references", "hover", "document_symbols", "workspace_symbols")
GIT: Final = ("git_status", "git_diff", "git_log")
_FILES: Final = ("read_file", "write_file", "run_command")
_SEVERAL: Final = 2
_ATTEMPTS: Final = 200

Accepts = Callable[[TrainingExample], bool]


class Part(NamedTuple):
    """
    Rows of one kind.

    Args:
        name: of the kind.
        rows: how many.
        intents: where they come from, with their weights.
        accepts: what a row must be.

    """

    name: str
    rows: int
    intents: tuple[Intent, ...]
    accepts: Accepts


def make_source(name: str, seed: int, system: str, *, avoid: Sequence[str] = ()) -> TrainingDataset:
    """
    Make a source; the same arguments give the same rows, all in its training split.

    Args:
        name: one of `SOURCES`.
        seed: of all choices.
        system: system prompt of every row.
        avoid: prompts that no row's prompt may come near.

    Raises:
        ValueError: there is no such source, or a part cannot give that many different rows.

    """
    return drawn_source(name, seed, RowMaker(system, avoid))


def drawn_source(name: str, seed: int, maker: RowMaker) -> TrainingDataset:
    """Make a source as `make_source` does, without the contexts that `maker` has seen."""
    if name not in SOURCES:
        message = f"unknown source {name!r}: choose one of {', '.join(sorted(SOURCES))}"
        raise ValueError(message)
    rows = [row for part in SOURCES[name] for row in _drawn(name, part, seed, maker)]
    seeded(f"{seed}:{name}:order").rng.shuffle(rows)
    return TrainingDataset(name=name, train=tuple(rows))


def part_rows(name: str, part: str, seed: int, system: str) -> tuple[TrainingExample, ...]:
    """Return the rows of one part of a source, to look at a kind alone."""
    chosen = next(each for each in SOURCES[name] if each.name == part)
    return tuple(_drawn(name, chosen, seed, RowMaker(system)))


def _drawn(source: str, part: Part, seed: int, maker: RowMaker) -> list[TrainingExample]:
    draw: Draw = seeded(f"{seed}:{source}:{part.name}")
    weights = [intent.weight for intent in part.intents]
    found: list[TrainingExample] = []
    for _ in range(_ATTEMPTS * part.rows):
        if len(found) >= part.rows:
            return found[: part.rows]
        intent: Intent = draw.rng.choices(part.intents, weights)[0]
        found += [row for row in maker.rows(intent.make(draw)) if part.accepts(row)]
    message = f"part {part.name!r} of {source!r} gave {len(found)} rows of {part.rows}: give it more intents"
    raise ValueError(message)


def assistant_turns(row: TrainingExample) -> int:
    """Return how many turns of the assistant a row has."""
    return sum(message.role == "assistant" for message in row.messages)


def _calls(first: str, *, only: bool = False, turns: int | None = None) -> Accepts:
    """A row that calls this tool first, or no other; with so many turns of the assistant."""

    def accepts(row: TrainingExample) -> bool:
        called = called_tools(row)
        fits = called == (first,) if only else called[:1] == (first,)
        return fits and (turns is None or assistant_turns(row) == turns)

    return accepts


def _among(tools: Sequence[str], *, several: bool = False) -> Accepts:
    """A row that calls tools, all of them among these; several when asked for."""

    def accepts(row: TrainingExample) -> bool:
        called = called_tools(row)
        return len(called) >= (_SEVERAL if several else 1) and set(called) <= set(tools)

    return accepts


def _wordy(row: TrainingExample) -> bool:
    return not called_tools(row)


def _about(word: str) -> Accepts:
    return lambda row: _wordy(row) and word in row.query.lower()


def _named(group: str, *starts: str) -> tuple[Intent, ...]:
    """The intents of a group whose names begin with one of `starts`."""
    return tuple(intent for intent in catalog.GROUPS[group] if intent.name.startswith(starts))


def _first(group: str, tool: str) -> tuple[Intent, ...]:
    """The intents of a group that call one tool, by the prefix of their names."""
    return _named(group, *_PREFIXES.get(tool, (tool,)))


_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "ruff_check": ("ruff",),
    "pytest_run": ("pytest",),
    "git_status": ("status",),
    "git_diff": ("diff", "staged_diff", "staged_lines"),
    "git_log": ("log",),
}


def _quality(tool: str, subject: str, word: str) -> tuple[Part, ...]:
    """Forty rows that call the tool and ten that answer questions about it in words."""
    plain = tuple(intent for intent in catalog.GROUPS["single"] if intent.name == tool)
    return (
        Part("call", 20, plain, _calls(tool, only=True)),
        Part("fields", 8, _first("fields", tool), _calls(tool, only=True)),
        Part("summary", 12, _named("conversations", f"summary_{tool}"), _calls(tool, only=True)),
        Part("about", 10, (subjects.asked_about(subject), *_named("words", "tool_", "rule_")), _about(word)),
    )


def _navigation(tool: str) -> tuple[Part, ...]:
    plain = tuple(intent for intent in catalog.GROUPS["single"] if intent.name == tool)
    fields = _first("fields", tool)
    return (
        Part(f"{tool}: single", 6, plain, _calls(tool, only=True, turns=1)),
        Part(f"{tool}: fields", 4, fields, _calls(tool, only=True, turns=1)),
        Part(f"{tool}: multi", 4, _named("conversations", f"summary_{tool}"), _calls(tool, only=True, turns=2)),
    )


def _git(tool: str) -> tuple[Part, ...]:
    plain = tuple(intent for intent in _first("single", tool) if intent.family == "git")
    return (
        Part(f"{tool}: single", 12, plain, _calls(tool, only=True, turns=1)),
        Part(f"{tool}: fields", 8, _first("fields", tool), _calls(tool, only=True, turns=1)),
        Part(f"{tool}: multi", 8, _named("conversations", f"summary_{tool}"), _calls(tool, only=True, turns=2)),
    )


def _symbol_chain(turns: int) -> Accepts:
    return lambda row: assistant_turns(row) == turns and _among(NAVIGATION, several=True)(row)


def _rarer(tool: str, rows: int, group: str = "single") -> Part:
    plain = tuple(intent for intent in catalog.GROUPS[group] if intent.name == tool)
    return Part(tool, rows, plain, _calls(tool, only=True))


_AT_ONCE: Final = catalog.GROUPS["workflows"]
_TALKS: Final = catalog.GROUPS["conversations"]
_OUTPUTS: Final = ("output_read", "output_write", "output_run")
_OTHERS: Final = (*_FILES, *NAVIGATION, *GIT)
SOURCES: Final[Mapping[str, tuple[Part, ...]]] = MappingProxyType(
    {
        # the quality tools have sources of their own, so that the merge does not drown the others in them
        "workflows": (
            Part("at once", 63, _AT_ONCE, _among(_OTHERS, several=True)),
            Part("turn by turn", 330, _TALKS, _among(_OTHERS)),
            Part("files, turn by turn", 60, _named("conversations", *_OUTPUTS), _among(_FILES)),
            Part(
                "files", 20, tuple(each for each in catalog.GROUPS["single"] if each.family == "files"), _among(_FILES)
            ),
            Part("in words", 210, catalog.GROUPS["words"], _wordy),
        ),
        "ty": _quality("typecheck", "typing", "typ"),
        "ruff": _quality("ruff_check", "linting_and_types", "ruff"),
        "pytest": _quality("pytest_run", "testing", "test"),
        "field-access": tuple(Part(*cell) for cell in field_access.CELLS),
        "lsp": (
            *(part for tool in NAVIGATION for part in _navigation(tool)),
            Part("chain: single", 10, _AT_ONCE, _symbol_chain(1)),
            Part("chain: multi", 4, _named("conversations", "chain_"), _symbol_chain(2)),
        ),
        "git": tuple(part for tool in GIT for part in _git(tool)),
        "rebalance": (
            *(_rarer(tool, 18) for tool in QUALITY),
            Part("cross", 12, _AT_ONCE, _among(QUALITY, several=True)),
            _rarer("write_file", 15),
            _rarer("document_symbols", 15),
        ),
        "direct-answers": (
            Part("git", 10, (subjects.asked_about("git"),), _wordy),
            Part("lsp", 10, (subjects.asked_about("language_server"),), _wordy),
            Part("practice", 10, (subjects.asked_about("good_practice"),), _wordy),
            Part("tool choice", 10, (subjects.asked_about("choosing_tools"),), _wordy),
        ),
        "summaries": (Part("restated", 60, _named("conversations", "summary_", "output_count"), lambda _: True),),
    }
)
