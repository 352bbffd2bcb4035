"""
Populated records made to fit a call and what it is about, so that code that filters by them finds something.

Files lie where the call looks, symbols are called what it asks for, and the names of the request occur.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from punie.agent.typed_tools import GitCommit, SymbolInfo, TestResult, WorkspaceSymbol, results
from punie.testing.made_record import Record
from punie.testing.subject import Subject

# The record, the arguments, what it is about.
Fit = Callable[[Any, Mapping[str, Any], Subject], Record]
Element = TypeVar("Element", bound=BaseModel)

# The symbol of the records as they are.
_NAME: Final = "User"


def fitted(tool: str, record: Record, arguments: Mapping[str, Any], subject: Subject) -> Record:
    """
    The record as an answer to a call.

    Args:
        tool: its name; the record of a tool that is not Punie's own stays as it is.
        record: a populated one.
        arguments: of the call; those of a wrong type are passed over.
        subject: what the request is about.

    """
    fit = _FITS.get(tool)
    return record if fit is None else fit(record, arguments, subject)


def _typecheck(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    errors = _noted(_placed(record.errors, arguments, subject), "message", subject.text)
    return results.type_check([*errors, *_copies(errors[0], "code", subject.diagnostics)])


def _ruff(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    violations = _noted(_placed(record.violations, arguments, subject), "message", subject.text)
    return results.ruff([*violations, *_copies(violations[0], "code", subject.rules)])


def _pytest(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    tests = [test.model_copy(update={"name": _test_in(arguments.get("path"), test.name)}) for test in record.tests]
    failing = next(test for test in tests if test.outcome == "failed")
    names = [f"{failing.name.partition('::')[0]}::{name}" for name in subject.tests]
    failed = record.failed + len(names)
    made: TestResult = record.model_copy(update={"tests": [*tests, *_copies(failing, "name", names)], "failed": failed})
    return made


def _symbol(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    """For the tools that are asked about a position: places, uses and documentation of the symbol."""
    del subject
    name, field = _text(arguments.get("symbol")) or _NAME, {"symbol": _text(arguments.get("symbol"))}
    if hasattr(record, "content"):
        return record.model_copy(update={**field, "content": record.content.replace(_NAME, name)})  # type: ignore[no-any-return]
    listed = "references" if hasattr(record, "references") else "locations"
    places = [
        place.model_copy(update={"preview": place.preview.replace(_NAME, name)}) for place in getattr(record, listed)
    ]
    if listed == "references":
        places[0] = places[0].model_copy(update=_position(arguments))
    return record.model_copy(update={**field, listed: places})  # type: ignore[no-any-return]


def _outline(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    inner = [_made(name, inside=True) for name in subject.symbols]
    first = record.symbols[0].model_copy(update={"children": [*record.symbols[0].children, *inner]})
    named = [_made(name, inside=False) for name in subject.symbols]
    path = _text(arguments.get("file_path"))
    return results.outline(posixpath.normpath(path) if path else "", [first, *record.symbols[1:], *named])


def _matches(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    query = _text(arguments.get("query"))
    found = _renamed(record.symbols, query or _NAME)
    more = [name for name in subject.symbols if query.lower() in name.lower() and name != query]
    return results.matches(query, [*found, *_copies(found[0], "name", more)])


def _status(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    return results.status(_placed(record.files, arguments, subject))


def _diff(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    return results.diff(_placed(record.files, arguments, subject))


def _log(record: Any, arguments: Mapping[str, Any], subject: Subject) -> Record:  # noqa: ANN401
    del arguments
    commits: list[GitCommit] = _noted(record.commits, "message", subject.text)
    return results.log([*commits, *_copies(commits[0], "author", subject.people)])


def _file(record: str, arguments: Mapping[str, Any], subject: Subject) -> Record:
    del arguments
    return f"{record}\n# {subject.text}\n"


def _placed(elements: Iterable[Element], arguments: Mapping[str, Any], subject: Subject) -> list[Element]:
    """The elements in files below the path that is asked for, and one in each other path of the request."""
    path = _text(arguments.get("path"))
    moved = [element.model_copy(update={"file": _below(path, vars(element)["file"])}) for element in elements]
    here = posixpath.normpath(path) if path else "."
    others = [_below(other, "models.py") for other in subject.files if here == "." or other.startswith(f"{here}/")]
    return [*moved, *_copies(moved[0], "file", others)]


def _below(path: str, file: str) -> str:
    """The path itself if it is a file, else a file in that folder; in the whole workspace the file stays."""
    folder = posixpath.normpath(path) if path else "."
    if folder in {".", "/"}:
        return file
    return folder if posixpath.splitext(folder)[1] else posixpath.join(folder, posixpath.basename(file))


def _test_in(path: object, name: str) -> str:
    file, _, test = name.partition("::")
    place, _, _ = _text(path).partition("::")
    return f"{_below(place, file)}::{test}"


def _noted(elements: list[Element], field: str, text: str) -> list[Element]:
    """The elements, the last one with the request's words in one of its texts."""
    last = elements[-1]
    return [*elements[:-1], last.model_copy(update={field: f"{vars(last)[field]} ({text})"})]


def _copies(element: Element, field: str, values: Iterable[str]) -> list[Element]:
    return [element.model_copy(update={field: value}) for value in values]


def _renamed(symbols: Iterable[WorkspaceSymbol], name: str) -> list[WorkspaceSymbol]:
    return [
        symbol.model_copy(update={"name": symbol.name.replace(_NAME, name).replace(_NAME.lower(), name.lower())})
        for symbol in symbols
    ]


def _made(name: str, *, inside: bool) -> SymbolInfo:
    """A symbol of this name: in a class a method, else a class or a function as its first letter says."""
    kind = results.METHOD if inside else results.CLASS if name[0].isupper() else results.FUNCTION
    line = 14 if inside else 31
    return SymbolInfo(name=name, kind=kind, line=line, end_line=line + 3, children=[])


def _position(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The place that is asked about, which is a use of the symbol itself."""
    path, given = _text(arguments.get("file_path")), {name: arguments.get(name) for name in ("line", "column")}
    place = {name: value for name, value in given.items() if type(value) is int}
    return {**place, "file": posixpath.normpath(path)} if path else place


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


_FITS: Final[Mapping[str, Fit]] = {
    "read_file": _file,
    "typecheck": _typecheck,
    "ruff_check": _ruff,
    "pytest_run": _pytest,
    "goto_definition": _symbol,
    "find_references": _symbol,
    "hover": _symbol,
    "document_symbols": _outline,
    "workspace_symbols": _matches,
    "git_status": _status,
    "git_diff": _diff,
    "git_log": _log,
}
