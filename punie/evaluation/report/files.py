"""All files of a run: the record for programs, the reports for people and for CI."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from punie.evaluation.inputs import ARTIFACTS, InputError, Inputs
from punie.evaluation.records import Acceptance
from punie.evaluation.report.history import earlier_runs, past_run
from punie.evaluation.report.html import Surroundings, write_html
from punie.evaluation.report.junit import write_junit
from punie.evaluation.report.losses import losses_of
from punie.evaluation.report.markdown import write_markdown
from punie.evaluation.report.sweep import sweep_of
from punie.evaluation.results import write_acceptance
from punie.evaluation.targets import write_targets


def write_results(acceptance: Acceptance, inputs: Inputs) -> Path:
    """
    Write acceptance.json first, then report.md, report.html, junit.xml and what to add.

    Args:
        acceptance: the record of the run.
        inputs: what it worked on; they name the folder, which is made if absent.

    Returns:
        The folder.

    Raises:
        OSError: the disk does not take a file.

    """
    folder = inputs.results
    write_acceptance(acceptance, folder)
    surroundings = surroundings_of(acceptance, inputs)
    write_markdown(acceptance, folder, surroundings.runs)
    write_junit(acceptance, folder)
    write_html(acceptance, surroundings, folder)
    write_targets(acceptance, folder)
    return folder


def surroundings_of(acceptance: Acceptance, inputs: Inputs) -> Surroundings:
    """What the disk knows about the model's training and about earlier runs on the same queries."""
    earlier = earlier_runs(inputs.request.root / ARTIFACTS / "runs", acceptance, besides=inputs.results)
    now = past_run(acceptance, inputs.results.name, datetime.now(UTC))
    model = _model(inputs) if acceptance.queries else None
    return Surroundings(
        suites=inputs.suites,
        baseline=inputs.baseline,
        losses=None if model is None else losses_of(model),
        runs=() if now is None else (*earlier, now),
        sweep=None if model is None else sweep_of(model, inputs.results, inputs.request.root / ARTIFACTS / "runs"),
    )


def _model(inputs: Inputs) -> Path | None:
    try:
        return None if inputs.replay is not None else inputs.model()
    except InputError:
        return None
