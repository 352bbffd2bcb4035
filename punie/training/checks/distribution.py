"""What a set consists of: shares of calls, tools and first words, and tools that train never shows."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from punie.agent.typed_tools import CATALOGUE, git, navigation, quality, workspace
from punie.training.checks.row import AssistantTurn, CheckedRow, found
from punie.training.finding import Finding
from punie.training.programs import parsed

LOWEST_CALLS: Final = 0.10  # with fewer calls a model answers in words what it should look up
HIGHEST_CALLS: Final = 0.80  # with more it calls where words are due
DOMINANT: Final = 0.50  # beyond half, one kind outweighs all the others together
RARE: Final = 0.05  # of an even share: a twentieth of what each tool would have
FEWEST: Final = 50  # below, one row moves a share by more than two points
FEWEST_A_TOOL: Final = 20  # calls that an even share gives each tool, so that none at all is no chance
_RELATED: Final = 20
# Programs kept with their tools: two rules ask about each row.
_KEPT: Final = 64
_WORD: Final = re.compile(r"<?[^\W_]+(?:_\w+)?>?")
_FENCED: Final = re.compile(r'```\w*\s*\[?\s*\{\s*"(?:name|tool|function)"\s*:\s*"(?P<name>\w+)"')
_CATEGORIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        tool.name: name
        for name, tools in (
            ("workspace", workspace.TOOLS),
            ("quality", quality.TOOLS),
            ("navigation", navigation.TOOLS),
            ("git", git.TOOLS),
        )
        for tool in tools
    }
)


def used_tools(row: CheckedRow) -> frozenset[str]:
    """
    Return the catalogue's tools that the assistant uses in `row`, in code or by a call of its own.

    A tool that is handed on (`map(read_file, paths)`) is used; one whose name the code gives to a function of its
    own, or that only words and fenced examples mention, is not.
    """
    calls = [call for turn in row.turns for call in turn.reply.calls if call.dialect != "python_fence"]
    codes = (call.arguments.get("code") for call in calls if call.name == "execute_code")
    named = {call.name for call in calls}
    return frozenset(named.union(*(_used(code) for code in codes if isinstance(code, str))) & CATALOGUE.keys())


def call_forms(turn: AssistantTurn) -> tuple[str, ...]:
    """
    Return how each call in `turn` is written, such as `format_a`.

    Python in a fence is an example, no call. A JSON fence that names one of our tools is a call whatever follows it.
    """
    forms = tuple(call.dialect for call in turn.reply.calls if call.dialect != "python_fence")
    named = (found["name"] for found in _FENCED.finditer(turn.text))
    return forms or tuple("json_fence" for name in named if name in CATALOGUE or name == "execute_code")


class Counts:
    """
    Rows by what they are; one row counts once under each of its tools.

    Args:
        family: names the generator of a row, where that is known.

    Attributes:
        rows: all of them.
        calling: those with a call.
        tools: by tool of the catalogue.
        categories: by kind of tool; `direct` without one, `several` with more than one kind.
        families: by `family`; empty when that is not known.
        openings: first word of the answer, of rows without a call.
        questions: first word of the query.
    """

    def __init__(self, family: Callable[[CheckedRow], str] | None = None) -> None:
        self.rows = 0
        self.calling = 0
        self.tools: Counter[str] = Counter()
        self.categories: Counter[str] = Counter()
        self.families: Counter[str] = Counter()
        self.openings: Counter[str] = Counter()
        self.questions: Counter[str] = Counter()
        self._family = family

    @property
    def share(self) -> float:
        """The part of the rows that holds a call, from 0 to 1; 0 without rows."""
        return self.calling / self.rows if self.rows else 0.0

    @property
    def too_few(self) -> str | None:
        """Why nothing can be said about shares, None when it can."""
        if self.rows >= FEWEST:
            return None
        return f"{self.rows} rows are too few to judge shares: give at least {FEWEST}"

    def add(self, row: CheckedRow) -> None:
        """Count `row`."""
        tools, calls = used_tools(row), any(map(call_forms, row.turns))
        kinds = {_CATEGORIES[name] for name in tools}
        self.rows += 1
        self.calling += calls
        self.tools.update(tools)
        self.categories[("several" if len(kinds) > 1 else min(kinds, default="direct"))] += 1
        self.questions[_first_word(row.example.query)] += 1
        if not calls and row.turns:
            self.openings[_first_word(row.turns[-1].text)] += 1
        if self._family is not None:
            self.families[self._family(row)] += 1

    def faults(self, lowest: float = LOWEST_CALLS, highest: float = HIGHEST_CALLS) -> Iterator[str]:
        """Yield what is out of balance; nothing when the rows are too few to say."""
        if self.too_few:
            return
        if not lowest <= self.share <= highest:
            limits = f"{lowest:.0%} to {highest:.0%}"
            yield f"{self.calling} of {self.rows} rows ({self.share:.1%}) hold a call, outside {limits}"
        yield from self._dominant("calls use", self.tools, self.calling)
        yield from self._dominant("answers in words begin with", self.openings, self.rows - self.calling)
        yield from self._dominant("queries begin with", self.questions, self.rows)
        yield from self._dominant("rows are of the family", self.families, self.rows)
        if self.calling >= FEWEST_A_TOOL * len(CATALOGUE):
            rare = {
                name: count for name in CATALOGUE if (count := self.tools[name]) * len(CATALOGUE) < RARE * self.calling
            }
            if rare:
                listed = ", ".join(f"{name} {count}" for name, count in rare.items())
                yield f"called nearly never in {self.calling} rows with a call: {listed}"

    @staticmethod
    def _dominant(what: str, counts: Counter[str], total: int) -> Iterator[str]:
        """Yield the kind that more than half of `total` are of."""
        for name, count in counts.most_common(1):
            if total >= FEWEST and count > DOMINANT * total:
                yield f"{count} of {total} {what} {name!r} ({count / total:.1%}, more than {DOMINANT:.0%})"


class ToolOnlyOutsideTrain:
    """A tool that valid or test call and train never does cannot have been learned."""

    def __init__(self) -> None:
        self._rows = 0
        self._trained: set[str] = set()
        self._places: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def see(self, row: CheckedRow) -> Iterable[Finding]:
        """Take note of the tools of `row`."""
        if row.split == "train":
            self._rows += 1
            self._trained |= used_tools(row)
            return ()
        for name in used_tools(row) - self._trained:
            self._counts[name] += 1
            places = self._places.setdefault(name, [])
            if len(places) < _RELATED:
                places.append(row.place)
        return ()

    def end(self) -> Iterable[Finding]:
        """Yield one finding a tool; a set without train rows has another fault."""
        if not self._rows:
            return
        for name in sorted(self._places):
            message = f"{name!r} is called in {self._counts[name]} rows outside train, and never in train"
            yield found("tool_only_outside_train", None, message, related=self._places[name])


class Distribution:
    """
    Shares that are out of balance, all of them in one finding for the set.

    A set of fewer rows than `FEWEST` has no finding: `counts.too_few` says why.

    Args:
        family: names the generator of a row, where that is known.
    """

    def __init__(self, family: Callable[[CheckedRow], str] | None = None) -> None:
        self.counts = Counts(family)

    def see(self, row: CheckedRow) -> Iterable[Finding]:
        """Count `row`."""
        self.counts.add(row)
        return ()

    def end(self) -> Iterable[Finding]:
        """Yield the finding, if there is one."""
        faults = tuple(self.counts.faults())
        if faults:
            yield found("distribution", None, "; ".join(faults))


def _first_word(text: str) -> str:
    first = _WORD.search(text)
    return first.group().lower() if first else ""


@lru_cache(maxsize=_KEPT)
def _used(code: str) -> frozenset[str]:
    tree = parsed(code)
    if tree is None:
        return frozenset()
    nodes = list(ast.walk(tree))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound = stored | {node.arg for node in nodes if isinstance(node, ast.arg)}
    return frozenset((called | ({node.id for node in names} - bound)) - own)
