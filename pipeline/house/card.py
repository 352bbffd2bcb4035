"""Model card and deployment checklist, written from what was measured; what was not says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.errors import InputError
from pipeline.house.promotion import Promoted, check_files
from pipeline.house.records import Entry, Registry
from pipeline.manifest import Manifest, read_manifest
from pipeline.memory import gigabytes
from punie.evaluation import Acceptance, ResultsError, read_acceptance
from punie.whole_files import write_whole

CARD: Final = "MODEL_CARD.md"
CHECKLIST: Final = "DEPLOYMENT.md"
ADAPTER: Final = "adapter"
_OF_TRAINING: Final = ("rows", "tokens", "trainable_parameters", "trainable_share")


def write_card(artifacts: Path, registry: Registry, promoted: Promoted, entry: Entry) -> tuple[Path, Path]:
    """
    Write both files into the model's folder, and return them.

    Raises:
        InputError: the model has no manifest that can be read.
    """
    manifest = read_manifest(artifacts / entry.name)
    if manifest is None:
        message = f"{entry.name!r} has no manifest that can be read: build the model again"
        raise InputError(message)
    folder = artifacts / entry.name
    card = "\n".join([*_card(artifacts, registry, entry, manifest), ""])
    checklist = "\n".join([*_checklist(artifacts, promoted, entry), ""])
    return write_whole(folder / CARD, [card]), write_whole(folder / CHECKLIST, [checklist])


def _card(artifacts: Path, registry: Registry, entry: Entry, manifest: Manifest) -> Iterator[str]:
    yield from (f"# {entry.name}", "", "| fact | value |", "|---|---|")
    facts: dict[str, object] = {
        "recipe": entry.recipe,
        "decision": entry.decision,
        "size": f"{entry.size_bytes / 1e6:.1f} MB",
        "system prompt": f"{manifest.system_prompt.get('name')} ({str(manifest.system_prompt.get('digest'))[:12]})",
        **{name.replace("_", " "): value for name, value in manifest.facts.items()},
        **{name.replace("_", " "): f"{value:g}" for name, value in manifest.losses.items()},
        **_training(artifacts, registry, entry),
        **{f"{name} digest": digest for name, digest in entry.identity.items()},
        **{f"version of {name}": version for name, version in manifest.versions.items()},
    }
    yield from (f"| {name} | {value} |" for name, value in facts.items())
    yield from ("", "## Made from", "")
    for parent in registry.ancestors(entry):
        yield f"- {parent.stage}: {parent.name} ({parent.content[:12]}){'' if parent.present else ', removed'}"
        found = read_manifest(artifacts / parent.name)
        yield from [f"  `{found.command}`"] if found is not None and found.command else []
    bases = dict.fromkeys(parent.base for parent in registry.ancestors(entry) if parent.base)
    yield from (f"- base weights: {base[:12]}" for base in bases)
    yield from ("", "## Graded", "")
    yield from [
        f"- {each.decision}: {each.passed} of {each.asked} strict on {', '.join(each.suites)} ({each.run})"
        for each in entry.verdicts
    ] or ["- not graded"]


def _training(artifacts: Path, registry: Registry, entry: Entry) -> dict[str, object]:
    """What the adapter's manifest says of the training; nothing when the adapter is gone."""
    found = (read_manifest(artifacts / parent.name) for parent in registry.ancestors(entry) if parent.stage == ADAPTER)
    trained = next((manifest for manifest in found if manifest is not None), None)
    if trained is None:
        return {}
    measured = {name: trained.facts[name] for name in _OF_TRAINING if name in trained.facts}
    peak = {} if trained.peak_memory is None else {"peak memory of training": gigabytes(trained.peak_memory)}
    return {
        **{name.replace("_", " "): value for name, value in measured.items()},
        **peak,
        "seconds of training": f"{trained.seconds:.0f}",
    }


def _checklist(artifacts: Path, promoted: Promoted, entry: Entry) -> Iterator[str]:
    yield from (f"# Deployment of {entry.name}", "")
    yield _item("accepted by the gate", met=entry.accepted, said=entry.decision)
    yield _item("files are those of the manifest", *_files(artifacts, entry))
    former = [name for name in (*promoted.former, promoted.current) if name and name != entry.name]
    yield _item("a former model to roll back to", met=bool(former), said=former[-1] if former else "none")
    yield _item("promoted", met=promoted.current == entry.name, said=promoted.current or "none is")
    record = _record(artifacts, entry)
    if record is None:
        yield _item("lines of the gate", met=None, said="the record of the newest run is gone or was never written")
        return
    for line in record.criteria:
        yield _item(line.name, met=line.met, said=f"{line.observed}, wanted {line.required}: {line.reason}")


def _files(artifacts: Path, entry: Entry) -> tuple[bool, str]:
    try:
        check_files(artifacts, entry)
    except InputError as error:
        return False, str(error)
    return True, "sizes and digests agree"


def _record(artifacts: Path, entry: Entry) -> Acceptance | None:
    try:
        return read_acceptance(artifacts / entry.judged[-1].run) if entry.judged else None
    except ResultsError:
        return None


def _item(name: str, met: bool | None, said: str) -> str:  # noqa: FBT001 - read as a line of the list
    state = "not measured" if met is None else "met" if met else "not met"
    return f"- [{'x' if met else ' '}] {name}: {state} ({said})"
