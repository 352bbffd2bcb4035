"""What lies under `artifacts/`, read from manifests and from the records of eval runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pipeline.house.records import FLOAT16, MODEL, Entry, Verdict
from pipeline.manifest import MANIFEST, Manifest, read_manifest
from punie.evaluation import ResultsError, read_acceptance
from punie.evaluation.models.loading import identity_of

RUNS: Final = "runs"
_RECORD: Final = "acceptance.json"


def artifact_folders(artifacts: Path) -> Iterator[Path]:
    """Yield the folders that may be artifacts: `RECIPE/STAGE-DIGEST`, no links and nothing hidden."""
    for recipe in sorted(artifacts.glob("[!.]*")):
        if recipe.name != RUNS and recipe.is_dir() and not recipe.is_symlink():
            yield from (each for each in sorted(recipe.glob("[!.]*-*")) if each.is_dir() and not each.is_symlink())


def scan(artifacts: Path, known: Mapping[str, Entry]) -> dict[str, Entry]:
    """Return the complete artifacts by name; digests of models that `known` has for the same files are taken over."""
    found = {}
    for folder in artifact_folders(artifacts):
        manifest = read_manifest(folder)
        if manifest is not None and f"{manifest.stage}-" == folder.name[: len(manifest.stage) + 1]:
            entry = _entry(folder, manifest, known.get(f"{folder.parent.name}/{folder.name}"))
            found[entry.name] = entry
    return found


def verdicts(artifacts: Path) -> Iterator[tuple[Mapping[str, object], Verdict]]:
    """Yield what each readable eval run says, with the facts about its model, oldest first."""
    files = sorted((artifacts / RUNS).glob(f"*/{_RECORD}"), key=lambda file: (file.stat().st_mtime, file))
    for file in files:
        try:
            record = read_acceptance(file)
        except ResultsError:
            continue
        yield (
            record.model,
            Verdict(
                run=f"{RUNS}/{file.parent.name}",
                at=file.stat().st_mtime,
                decision=record.decision,
                passed=record.overall.passed,
                asked=record.overall.asked,
                suites=tuple(record.suites),
            ),
        )


def _entry(folder: Path, manifest: Manifest, known: Entry | None) -> Entry:
    base = manifest.inputs.get("base")
    same = known is not None and known.digest == manifest.digest and known.content == manifest.content
    return Entry(
        name=f"{folder.parent.name}/{folder.name}",
        recipe=folder.parent.name,
        stage=manifest.stage,
        digest=manifest.digest,
        content=manifest.content,
        parents=dict(manifest.parents),
        base=str(base.get("weights", "")) if isinstance(base, Mapping) else "",
        made=(folder / MANIFEST).stat().st_mtime,
        size_bytes=manifest.size_bytes,
        identity=known.identity if same and known is not None and known.identity else _identity(folder, manifest),
    )


def _identity(folder: Path, manifest: Manifest) -> dict[str, str]:
    if manifest.stage not in {MODEL, FLOAT16}:
        return {}
    try:
        return identity_of(folder)
    except (OSError, ValueError):
        return {}
