"""
The records of a training set.

A row is one conversation whose last message is the assistant turn to learn. Rows are immutable, so that a set can be
shared between checks, stages and tests without copies.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator

Role = Literal["system", "user", "assistant"]
SplitName = Literal["train", "valid", "test"]
SPLITS: Final[tuple[SplitName, ...]] = ("train", "valid", "test")


class ChatMessage(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    role: Role
    content: str

    @field_validator("content")
    @classmethod
    def _can_be_written(cls, content: str) -> str:
        if any("\ud800" <= letter <= "\udfff" for letter in content):
            message = "holds half of a surrogate pair, which no UTF-8 file can hold"
            raise ValueError(message)
        return content


class TrainingExample(BaseModel):
    """One row: a conversation that ends with the assistant turn to learn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[ChatMessage, ...]

    @property
    def query(self) -> str:
        """What the user asked first; empty when no user speaks."""
        return next((message.content for message in self.messages if message.role == "user"), "")

    @property
    def system(self) -> str | None:
        """The system prompt, or None when the row has none."""
        first = self.messages[0] if self.messages else None
        return first.content if first is not None and first.role == "system" else None


class NumberedRow(NamedTuple):
    """A row and where it stands: `line` is 1-based in the file of its split."""

    split: SplitName
    line: int
    example: TrainingExample


class TrainingDataset(BaseModel):
    """A named set of rows in three splits; `valid` and `test` may be empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    train: tuple[TrainingExample, ...]
    valid: tuple[TrainingExample, ...] = ()
    test: tuple[TrainingExample, ...] = ()

    def split(self, name: SplitName) -> tuple[TrainingExample, ...]:
        """Return the rows of the split called `name`."""
        return {"train": self.train, "valid": self.valid, "test": self.test}[name]

    def rows(self) -> tuple[NumberedRow, ...]:
        """Return every row with its split and its line, in the order of the files."""
        return tuple(
            NumberedRow(split, line, example) for split in SPLITS for line, example in enumerate(self.split(split), 1)
        )
