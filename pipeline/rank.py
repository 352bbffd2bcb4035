"""
One rank of a training run, started by `mlx.launch`: `python -m pipeline.rank WORK`, with the job in folder WORK.

Rank 0 writes the adapter, checkpoints, logs and, last of all, its report; the others compute. None outlives the
process that started them, where it can be seen.
"""

from __future__ import annotations

import dataclasses
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Final

from pipeline.artifact import is_running
from pipeline.checkpoints import Checkpoints
from pipeline.curves import Unwatched
from pipeline.errors import InputError, StageError
from pipeline.launch import JOB, MADE, Job, Told, tell
from pipeline.manifest import write_json
from pipeline.ranks import Ranks
from pipeline.stages.adapter import make_adapter
from punie.blas import ensure_fast_blas

_LOOK: Final = 1.0  # seconds between two looks at the starter


class Telling(Unwatched):
    """A watch that tells the process that started the ranks."""

    def train_loss(self, iteration: int, loss: float, rows_per_second: float) -> None:
        """A point of the training curve."""
        tell(Told(0, "train_loss", (iteration, loss, rows_per_second)))

    def valid_loss(self, iteration: int, loss: float) -> None:
        """A point of the validation curve."""
        tell(Told(0, "valid_loss", (iteration, loss)))


def main(work: str) -> int:
    """Do this rank's part of the job in folder `work`; return the exit status."""
    folder = Path(work)
    job = Job.model_validate_json((folder / JOB).read_bytes())
    if job.host == socket.gethostname():
        threading.Thread(target=_end_with, args=(job.starter,), daemon=True).start()
    ensure_fast_blas()
    import mlx.core as mx

    ranks = Ranks(mx.distributed.init(strict=True, backend=job.backend))
    checkpoints = Checkpoints(folder, job.run)
    try:
        watch = Telling() if ranks.leads else Unwatched()
        made = make_adapter(job.recipe, job.dataset, watch, job.folder, checkpoints, ranks)
    except (InputError, StageError) as error:
        tell(Told(ranks.rank, "failed", (str(error),)))
        return 1
    if made is not None:
        write_json(folder / MADE, dataclasses.asdict(made))
    return 0


def _end_with(starter: int) -> None:
    """Wait for the end of process `starter`, then end this one without a word: nobody listens."""
    while is_running(starter):
        time.sleep(_LOOK)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
