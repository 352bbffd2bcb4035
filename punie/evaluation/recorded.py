"""Recorded results: what a run printed, by name, for the later turns of a suite's queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from punie.agent.prompt_utils import render_response
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.documents import Document, read_mapping


class RecordedResult(BaseModel):
    """
    One entry of a results file.

    Attributes:
        tool: the tool whose result it is.
        fields: the fields of that tool's result model; they must make a valid record.
        text: what the run printed; without it the run printed the record itself.

    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: str | None = None
    fields: dict[str, Any] | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.tool is not None and self.tool not in CATALOGUE:
            message = f"unknown tool {self.tool!r}: one of {', '.join(CATALOGUE)}"
            raise ValueError(message)
        if self.fields is not None and not (self.tool and issubclass(CATALOGUE[self.tool].result, BaseModel)):
            message = "fields need a tool that returns a record: name one, or give a text"
            raise ValueError(message)
        if self.fields is None and self.text is None:
            message = "give either the fields of a result or a text"
            raise ValueError(message)
        return self

    def render(self) -> str:
        """The text that the run printed; ValidationError when the fields make no valid record."""
        record = None
        if self.fields is not None and self.tool is not None:
            model: Any = CATALOGUE[self.tool].result
            record = model.model_validate(self.fields)
        return self.text if self.text is not None else render_response(record or "")


def read_recorded(path: Path) -> dict[str, str]:
    """
    The texts of the results in a YAML file, by name; an absent file holds none.

    Raises:
        SuiteError: an entry is no valid record of its tool; with file, line and key.

    """
    if not path.is_file():
        return {}
    return {name: _rendered(name, document) for name, document in read_mapping(path).items()}


def _rendered(name: str, document: Document) -> str:
    try:
        result = RecordedResult.model_validate(document.data)
    except ValidationError as error:
        raise document.invalid(error) from None
    try:
        return result.render()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        location = ("fields", *fault["loc"])
        raise document.error(location, f"{fault['msg']} (in result {name!r})") from None
