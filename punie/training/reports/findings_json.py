"""The findings as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from punie.training.reports.record import CheckReport
from punie.whole_files import write_whole

FINDINGS: Final = "findings.json"
_SCHEMA: Final = 1


def write_findings(report: CheckReport, folder: Path) -> Path:
    """Write `findings.json` into `folder`, which is made if absent, and return the file."""
    return write_whole(folder / FINDINGS, _parts(report))


def _parts(report: CheckReport) -> Iterator[str]:
    """Yield the file finding by finding: a set may have a million of them."""
    facts = {
        "schema": _SCHEMA,
        "data": report.source,
        "rows": dict(report.rows),
        "digests": dict(report.digests),
        "counts": report.counts,
        "errors": report.errors,
        "warnings": len(report.findings) - report.errors,
        "unasked": dict(report.unasked),
    }
    yield json.dumps(facts, indent=2).removesuffix("\n}") + ',\n  "findings": ['
    for number, finding in enumerate(report.findings):
        yield f"{',' if number else ''}\n    {json.dumps(finding.model_dump(mode='json'))}"
    yield "\n  ]\n}\n" if report.findings else "]\n}\n"
