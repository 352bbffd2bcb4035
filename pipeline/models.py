"""Loading and saving models with mlx-lm, from local folders only and without its chatter."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from pipeline.errors import StageError
from punie.blas import ensure_fast_blas

_LOCAL: Final = {"trust_remote_code": False, "local_files_only": True}
_STYLES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Loaded(NamedTuple):
    """A model of mlx-lm with its tokenizer and its configuration."""

    model: Any
    tokenizer: Any
    config: dict[str, Any]


def load_model(folder: Path, adapter: Path | None = None, *, lazy: bool = False) -> Loaded:
    """
    Load the model in `folder`, with the adapter in another folder if one is given.

    Args:
        folder: of the model.
        adapter: folder of the adapter.
        lazy: read each weight when it is needed, so that a model larger than the memory can be converted.

    Raises:
        StageError: mlx-lm cannot read it.
    """
    ensure_fast_blas()
    # what other packages deprecate must not fail a run in which warnings are errors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlx_lm import load

        path = None if adapter is None else str(adapter)
        try:
            loaded = load(str(folder), tokenizer_config=_LOCAL, adapter_path=path, lazy=lazy, return_config=True)
        except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())
            message = f"mlx-lm cannot load {str(folder)!r}: {reason}"
            raise StageError(message) from error
    return Loaded(*loaded)


def save_model(loaded: Loaded, source: Path, folder: Path) -> None:
    """
    Write `loaded` into `folder` in the Hugging Face layout, file by file; its weights are gone then.

    Args:
        loaded: the model, its tokenizer and its configuration.
        source: folder that gives the files that mlx-lm copies.
        folder: where to write.
    """
    from mlx_lm.utils import save

    with warnings.catch_warnings(), mlx_output():
        warnings.simplefilter("ignore")
        save(folder, source, loaded.model, loaded.tokenizer, loaded.config, donate_model=True)


def load_arrays(file: Path) -> dict[str, Any]:
    """Return the arrays of a safetensors file by their names."""
    ensure_fast_blas()
    import mlx.core as mx

    return cast("dict[str, Any]", mx.load(str(file)))


@contextlib.contextmanager
def mlx_output(log: Path | None = None) -> Iterator[io.StringIO]:
    """Keep what mlx-lm prints off the screen; it is given, and written as plain text into `log` if that is named."""
    text = io.StringIO()
    try:
        with contextlib.redirect_stdout(text):
            yield text
    finally:
        if log is not None:
            log.write_text(_STYLES.sub("", text.getvalue()), encoding="utf-8")
