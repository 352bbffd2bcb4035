"""Wanted examples by tool, as an eval that ends with AUGMENT writes them into `targets.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from punie.agent.typed_tools import CATALOGUE
from punie.training.strata import called_in

WORDS: Final = "words"  # stands for answers without a tool


class _Wanted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    examples: Annotated[int, Field(ge=0)]


class _TargetFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    tools: tuple[_Wanted, ...]


def read_targets(path: Path) -> dict[str, int]:
    """
    The number of examples wanted of each tool, and of answers in words.

    Args:
        path: a `targets.json`; of its lists the one by tool counts.

    Raises:
        ValueError: the file is absent, no JSON, of another form, or names an unknown tool; says which and where.

    """
    try:
        found = _TargetFile.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        message = f"targets {str(path)!r}: cannot be read ({error.strerror}): name a targets.json of an eval run"
        raise ValueError(message) from error
    except json.JSONDecodeError as error:
        message = f"{path}:{error.lineno}:{error.colno}: not JSON ({error.msg}): write it again with pytest -m eval"
        raise ValueError(message) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = f"{path}: {place}: {first['msg']}: expected `tools`, a list of name and examples"
        raise ValueError(message) from error
    wanted = {target.name: target.examples for target in found.tools}
    unknown = sorted(set(wanted) - {*CATALOGUE, WORDS})
    if unknown:
        message = f"{path}: unknown tools {', '.join(map(repr, unknown))}: they must be of the catalogue, or {WORDS!r}"
        raise ValueError(message)
    return wanted


def serves(answer: str, wanted: str) -> bool:
    """Whether an assistant's turn is an example of the tool, or of an answer in words."""
    called = called_in(answer)
    return not called if wanted == WORDS else wanted in called
