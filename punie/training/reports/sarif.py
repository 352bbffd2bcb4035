"""The findings as SARIF 2.1.0, which code hosts show beside the lines."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from punie.training.finding import Finding
from punie.training.reports.record import CheckReport
from punie.training.rules import RULES
from punie.whole_files import write_whole

SARIF: Final = "findings.sarif"
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "ROOT"
_BASE_TOLD: Final = "the repository's root; the folder of the dataset where that lies outside"
# Code hosts refuse a file with more results, or more places of one result.
_MOST_RESULTS: Final = 25_000
_MOST_PLACES: Final = 100
_PLACES: Final = {name: place for place, name in enumerate(RULES)}


def write_sarif(report: CheckReport, folder: Path, place: str = "") -> Path:
    """Write `findings.sarif` into `folder`, which is made if absent, and return the file; `place` as in `sarif_log`."""
    return write_whole(folder / SARIF, [json.dumps(sarif_log(report, place), indent=1), "\n"])


def sarif_log(report: CheckReport, place: str = "") -> dict[str, Any]:
    """
    Return the log of one check.

    A finding about the whole set stands at its first file. Beyond what code hosts take, warnings are left out first,
    and a note says how many findings are missing.

    Args:
        report: of the check.
        place: the dataset's folder as seen from the root of the repository, so that code hosts find the lines; empty
            where it lies outside.
    """
    set_file = posixpath.join(place, next(iter(report.digests), "train.jsonl"))
    errors_first = sorted(report.findings, key=lambda finding: finding.severity != "error")
    kept = [_from_root(finding, place) for finding in errors_first[:_MOST_RESULTS]]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "invocations": [_invocation(len(report.findings) - len(kept))],
                "originalUriBaseIds": {_BASE: {"description": {"text": _BASE_TOLD}}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, set_file) for finding in kept],
            }
        ],
    }


def _from_root(finding: Finding, place: str) -> Finding:
    """The finding with its files as seen from the root."""
    related = (posixpath.join(place, other) if ":" in other else other for other in finding.related)
    file = posixpath.join(place, finding.file) if finding.file else ""
    return finding.model_copy(update={"file": file, "related": tuple(related)})


def _driver() -> dict[str, Any]:
    rules = [_rule(name) for name in RULES]
    try:
        return {"name": "Punie", "version": metadata.version("punie"), "rules": rules}
    except metadata.PackageNotFoundError:
        return {"name": "Punie", "rules": rules}


def _rule(name: str) -> dict[str, Any]:
    severity, hint = RULES[name]
    title = f"{name.replace('_', ' ')} in training data"
    return {
        "id": name,
        "name": "".join(part[:1].upper() + part[1:] for part in name.split("_")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}: {hint}."},
        "help": {"text": f"What to do: {hint}.", "markdown": f"**What to do:** {hint}."},
        "defaultConfiguration": {"level": severity},
        "properties": {"tags": ["training-data"], "precision": "high", "problem.severity": severity},
    }


def _invocation(missing: int) -> dict[str, Any]:
    if not missing:
        return {"executionSuccessful": True}
    note = {"level": "note", "message": {"text": f"{missing} more findings stand in findings.json"}}
    return {"executionSuccessful": True, "toolExecutionNotifications": [note]}


def _result(finding: Finding, set_file: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": _PLACES[finding.rule],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [_location(finding.file or set_file, finding.line)],
    }
    if finding.related:
        result["relatedLocations"] = list(_related(finding.related))
    return result


def _related(places: Iterable[str]) -> Iterable[dict[str, Any]]:
    for number, place in enumerate(islice(places, _MOST_PLACES), 1):
        file, _, line = place.rpartition(":")
        at = _location(file, int(line)) if file and line.isdecimal() and line.isascii() else _location(place, 0)
        yield {"id": number, **at, "message": {"text": place}}


def _location(file: str, line: int) -> Mapping[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(file), "uriBaseId": _BASE}}
    if line >= 1:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}
