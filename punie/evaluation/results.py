"""The record of a run, `acceptance.json`: written atomically, read back, judged again without a model."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from punie.evaluation.built import NAMES
from punie.evaluation.counts import Measures, counts_of
from punie.evaluation.decision import Circumstances, Decision, decide
from punie.evaluation.documents import SuiteError, json_document, located
from punie.evaluation.gate import Gate, load_gate
from punie.evaluation.records import Acceptance
from punie.whole_files import write_json

FILE_NAME: Final = "acceptance.json"


class ResultsError(ValueError):
    """A results file is missing or damaged; the message is one line and names file, line and key."""


def write_acceptance(acceptance: Acceptance, results_dir: Path) -> Path:
    """Write `acceptance.json` into a folder, made if absent, in one step; the path written."""
    return write_json(results_dir / FILE_NAME, acceptance.model_dump(mode="json", by_alias=True))


def place_of(path: Path) -> Path:
    """The results file that a path names: itself, or the one in that folder."""
    return path / FILE_NAME if path.is_dir() else path


def read_acceptance(path: Path) -> Acceptance:
    """
    Read `acceptance.json`, from the file itself or from its folder.

    Raises:
        ResultsError: it is missing or damaged.

    """
    place = place_of(path)
    try:
        text = place.read_bytes().decode("utf-8")
        document = json_document(place, text)
    except OSError as error:
        message = f"{place}: cannot be read: {error.strerror or error}"
        raise ResultsError(message) from None
    except UnicodeDecodeError as error:
        message = f"{place}: is not UTF-8 text (byte {error.start})"
        raise ResultsError(message) from None
    except SuiteError as error:
        raise ResultsError(str(error)) from None
    try:
        return Acceptance.model_validate(document.data)
    except ValidationError as error:
        raise ResultsError(str(located(document, text).invalid(error))) from None


def judge(results_dir: Path | str, gate: Gate | None = None) -> Decision:
    """
    Decide again from a run's verdicts, without asking the model.

    Args:
        results_dir: folder of `acceptance.json`, or the file itself.
        gate: by default the project's own of today.

    Raises:
        ResultsError: the file is missing or damaged.
        GateError: the gate file is missing or broken.

    """
    return decision_on(read_acceptance(Path(results_dir)), gate or load_gate())


def decision_on(acceptance: Acceptance, gate: Gate) -> Decision:
    """The decision that a gate takes on a record, recounted from its verdicts."""
    around = Circumstances(
        failed_items=acceptance.failed_items,
        obstacles=acceptance.obstacles,
        measures=Measures.of(acceptance.model, acceptance.queries, acceptance.seconds),
        comparison=acceptance.comparison,
        batching=acceptance.batching,
        built=tuple(line for line in acceptance.criteria if line.name in NAMES),
    )
    return decide(gate, counts_of(acceptance), around)
