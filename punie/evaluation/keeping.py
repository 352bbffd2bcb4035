"""Where the replies of a run are kept: in a cache for models told by their weights, beside the results for others."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from punie.evaluation.inputs import ARTIFACTS, Inputs
from punie.evaluation.models.journal import Journal, digest_of
from punie.evaluation.models.kept import KeepableModel, KeptModel
from punie.evaluation.results import ResultsError, place_of, read_acceptance
from punie.evaluation.run import ModelSource

FOLDER: Final = "replies"
FILE_NAME: Final = "replies.jsonl"


def keep_replies(source: ModelSource, inputs: Inputs) -> None:
    """
    Let a source write its replies down as they come, and take over those of earlier runs.

    A model told by the digest of its weights shares `artifacts/replies` with all runs that ask it in the same way. The
    replies of others, such as served ones, stand in `replies.jsonl` beside the results: they are taken over when a run
    that was not completed is started again with the same `--results DIR`.

    Args:
        source: its model is wrapped, if it tells what decides its replies.
        inputs: of the run; without its cache nothing is taken over.

    """
    model, wanted = source.model, inputs.request.cached
    if not isinstance(model, KeepableModel):
        return
    about = {**model.identity, **model.settings}
    if wanted and "weights" in model.identity:
        file, anew = cache_folder(inputs.request.root) / f"{digest_of(about)[:16]}.jsonl", False
    else:
        file, anew = inputs.results / FILE_NAME, not (wanted and _incomplete(inputs.results))
    source.model = KeptModel(model, Journal(file, about), anew=anew)


def cache_folder(root: Path) -> Path:
    """The folder of kept replies below a repository; it may be removed at any time."""
    return root / ARTIFACTS / FOLDER


def _incomplete(results: Path) -> bool:
    """Whether the run that wrote into a folder of results has something left to ask."""
    if not place_of(results).is_file():
        return True
    try:
        return read_acceptance(results).decision == "INCOMPLETE"
    except ResultsError:
        return False
