"""The record of one check: the findings, and what was checked."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from punie.training.checks.scan import Rules, scan
from punie.training.dataset_io import FILE_NAMES
from punie.training.finding import Finding
from punie.training.rules import RULES

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class CheckReport:
    """
    What a check found.

    Attributes:
        source: name of the folder or file.
        findings: in the order of the rows; what concerns the whole set comes last.
        rows: lines by split, those that are no rows included.
        digests: SHA-256 of each file, by its name.
        unasked: the rules that nothing was asked of, with the reason.
    """

    source: str
    findings: tuple[Finding, ...]
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    unasked: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_rule(self) -> Mapping[str, tuple[Finding, ...]]:
        """The findings of each rule that found something, in the order of the list of rules."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            found[finding.rule].append(finding)
        return {name: tuple(found[name]) for name in RULES if name in found}

    @property
    def counts(self) -> dict[str, int]:
        """How many findings each rule has that found something."""
        return {name: len(findings) for name, findings in self.by_rule.items()}

    @cached_property
    def errors(self) -> int:
        """How many findings forbid training."""
        return sum(finding.severity == "error" for finding in self.findings)


def check_dataset(source: Path, rules: Rules, unasked: Mapping[str, str] | None = None) -> CheckReport:
    """
    Check a folder or a file.

    Args:
        source: the folder of a set, or one file, whose rows count as train.
        rules: what to ask; they serve this one pass.
        unasked: the rules that are not among them, with the reason.

    Raises:
        FileNotFoundError: the folder holds no dataset.
    """
    findings = tuple(scan(source, rules))
    files = split_files(source)
    return CheckReport(
        source=source.resolve().name,
        findings=findings,
        rows={split: lines_of(file) for split, file in files.items()},
        digests={file.name: _digest(file) for file in files.values()},
        unasked=unasked or {},
    )


def split_files(source: Path) -> dict[str, Path]:
    """Return the files of a set that exist, by split; one file is train."""
    if source.is_file():
        return {"train": source}
    return {split: source / name for split, name in FILE_NAMES.items() if (source / name).is_file()}


def lines_of(file: Path) -> int:
    """Return how many lines a file has."""
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
