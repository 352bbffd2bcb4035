"""Suites of queries: what to ask and what to expect, as data in YAML or JSON Lines files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

import punie
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.documents import SUFFIXES, Document, SuiteError, read_documents
from punie.evaluation.recorded import read_recorded

__all__ = [
    "Expect",
    "Query",
    "Suite",
    "SuiteError",
    "ToolResponse",
    "Turn",
    "known_suites",
    "load_suite",
    "load_suites",
]

_HERE: Final = Path(__file__).parent
# In the wheel the suites lie inside the package, in a checkout (editable installation) in `evals/suites`.
_FOLDERS: Final = (_HERE / "suites", Path(punie.__file__).parents[1] / "evals" / "suites")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _accepted(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _one_line(value: str) -> str:
    if not value or value != value.strip() or not value.isprintable():
        message = "a name of printable characters without blanks at its ends is wanted"
        raise ValueError(message)
    return value


def _alternatives(value: str) -> str:
    if not all(part.strip() for part in value.split("|")):
        message = f"an empty alternative in {value!r} would accept anything"
        raise ValueError(message)
    return value


def _tool_name(value: str) -> str:
    if value not in CATALOGUE:
        message = f"unknown tool {value!r}: one of {', '.join(CATALOGUE)}"
        raise ValueError(message)
    return value


Name = Annotated[str, AfterValidator(_one_line)]
Alternatives = Annotated[str, AfterValidator(_alternatives)]
ToolName = Annotated[str, AfterValidator(_tool_name)]
AcceptedValues = Annotated[tuple[Any, ...], BeforeValidator(_accepted)]


class Expect(_Record):
    """
    What a reply must do.

    Attributes:
        tools: each must be called when the reply's code runs; none means that an answer in words is due.
        fields: each must be read from a result of those tools; "a|b" means either.
        arguments: by tool and parameter the accepted values; what is left out may be anything.
        mentions: for an answer in words, the facts that it must state; "a|b" means either.
        ordered: whether the tools must be called in the order given.

    """

    tools: tuple[ToolName, ...]
    fields: tuple[Alternatives, ...] = ()
    arguments: Mapping[ToolName, Mapping[str, AcceptedValues]] = Field(default_factory=dict)
    mentions: tuple[Alternatives, ...] = ()
    ordered: bool = False

    @field_validator("arguments")
    @classmethod
    def _parameters_are_known(cls, arguments: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
        for tool, values in arguments.items():
            known = [parameter.name for parameter in CATALOGUE[tool].parameters]
            for name in values:
                if name not in known:
                    message = f"{tool} has no parameter {name!r}: one of {', '.join(known)}"
                    raise ValueError(message)
        return arguments


class ToolResponse(_Record):
    """What the run of a turn printed, as text without tags."""

    text: str


class Turn(_Record):
    """
    One later turn.

    Attributes:
        tool_response: the text given back to the model, or the name of a recorded result; a loaded suite holds texts.
        expect: what the next reply must do.

    """

    tool_response: ToolResponse | Name
    expect: Expect

    @property
    def response_text(self) -> str | None:
        """What the model is shown; None for a name that was not looked up."""
        return self.tool_response.text if isinstance(self.tool_response, ToolResponse) else None


class Query(_Record):
    """One query of a suite, with the turns that follow it."""

    id: Name
    category: Name
    prompt: str = Field(min_length=1)
    expect: Expect
    then: tuple[Turn, ...] = ()

    @property
    def expectations(self) -> tuple[Expect, ...]:
        """What each turn expects, the first one included."""
        return (self.expect, *(turn.expect for turn in self.then))


@dataclass(frozen=True, slots=True)
class Suite:
    """
    Queries with unique ids.

    Attributes:
        name: the file's name without its suffix.
        queries: in the file's order, tool responses looked up.
        digest: SHA-256 of what is asked and expected, whatever the file's layout.
        results: the texts of the recorded results by name.

    """

    name: str
    queries: tuple[Query, ...]
    digest: str
    results: Mapping[str, str] = field(default_factory=dict)


def load_suite(path_or_name: str | Path) -> Suite:
    """
    Read a suite.

    Args:
        path_or_name: a YAML or JSON Lines file, or the name of a suite that comes with the project, such as "57".

    Raises:
        SuiteError: there is no such suite, or its file is broken; one line with file, line and key.

    """
    path = _find(path_or_name)
    results = read_recorded(path.parent / "results" / f"{path.stem}.yaml")
    queries: dict[str, Query] = {}
    for document in read_documents(path):
        query = _query(document, results)
        if query.id in queries:
            raise document.error(("id",), f"{query.id!r} is the id of an earlier query")
        queries[query.id] = query
    if not queries:
        message = f"{path}: holds no query"
        raise SuiteError(message)
    return Suite(path.stem, tuple(queries.values()), _digest(queries.values()), results)


def load_suites(names: Iterable[str | Path]) -> tuple[Suite, ...]:
    """Several suites whose ids are unique across all of them; SuiteError as `load_suite`."""
    suites = tuple(load_suite(name) for name in names)
    owner: dict[str, str] = {}
    for suite in suites:
        for query in suite.queries:
            if query.id in owner:
                message = f"query id {query.id!r} stands in suite {owner[query.id]!r} and in suite {suite.name!r}"
                raise SuiteError(message)
        owner.update((query.id, suite.name) for query in suite.queries)
    return suites


def known_suites() -> tuple[str, ...]:
    """The names of the suites that come with the project."""
    return tuple(sorted({file.stem for folder in _FOLDERS for file in folder.glob("*.yaml")}))


def _find(path_or_name: str | Path) -> Path:
    path, name = Path(path_or_name), str(path_or_name)
    if path.suffix in SUFFIXES or isinstance(path_or_name, Path) or len(path.parts) > 1:
        return path
    named = [folder / f"{name}.yaml" for folder in _FOLDERS] if re.fullmatch(r"[\w-]+", name) else []
    for candidate in named:
        if candidate.is_file():
            return candidate
    known = ", ".join(known_suites())
    message = f"no suite {name!r}: name one of {known}, or give the path of a {' or '.join(SUFFIXES)} file"
    raise SuiteError(message)


def _query(document: Document, results: Mapping[str, str]) -> Query:
    try:
        query = Query.model_validate(document.data)
    except ValidationError as error:
        raise document.invalid(error) from None
    turns = tuple(_looked_up(turn, number, document, results) for number, turn in enumerate(query.then))
    return query.model_copy(update={"then": turns})


def _looked_up(turn: Turn, number: int, document: Document, results: Mapping[str, str]) -> Turn:
    name = turn.tool_response
    if isinstance(name, ToolResponse):
        return turn
    if name not in results:
        known = ", ".join(results) or "none"
        raise document.error(("then", number, "tool_response"), f"no recorded result {name!r} (there are: {known})")
    return turn.model_copy(update={"tool_response": ToolResponse(text=results[name])})


def _digest(queries: Iterable[Query]) -> str:
    canonical = json.dumps([query.model_dump(mode="json") for query in queries], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
