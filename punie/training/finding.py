"""What a data check reports."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Finding(BaseModel):
    """
    One fault of a dataset.

    Attributes:
        rule: name of the rule that found it.
        severity: only an `error` forbids training.
        file: file relative to the dataset's folder.
        line: 1-based; 0 means the whole set.
        message: what is wrong.
        hint: what to do about it.
        related: other places that the fault concerns, as `file:line`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    severity: Literal["error", "warning"] = "error"
    file: str = ""
    line: int = Field(default=0, ge=0)
    message: str
    hint: str = ""
    related: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{place}{self.rule}: {self.message}"
