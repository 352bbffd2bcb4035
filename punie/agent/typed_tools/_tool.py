"""What a tool is: one record per tool, from which stubs, prompts, spies and schemas are derived."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter as PythonParameter
from inspect import Signature
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict


class Result(BaseModel):
    """Base of all results and their elements: frozen, and strict about field names."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class _Required(enum.Enum):
    REQUIRED = "required"


REQUIRED: Final = _Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `annotation` is Python source, `default` is `REQUIRED` where the caller must give a value."""

    name: str
    annotation: str = "str"
    default: Any = REQUIRED

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}" + ("" if self.required else f" = {self.default!r}")


@dataclass(frozen=True, slots=True)
class Tool:
    """
    One of the functions that Code Mode offers.

    Attributes:
        name: what the model calls.
        parameters: in order.
        result: the pydantic model of the result, or `str`.
        summary: one sentence for the model, ending in a full stop.
        runner: `module:function` of what does the work; it takes the surroundings and then the parameters by name.

    """

    name: str
    parameters: tuple[Parameter, ...]
    result: type[Result | str]
    summary: str
    runner: str = ""

    @property
    def signature(self) -> str:
        """`name(first: str, second: int = 1) -> Result`."""
        return f"{self.name}({', '.join(map(str, self.parameters))}) -> {self.result.__name__}"

    @property
    def short_signature(self) -> str:
        """`name(first, second=1)`."""
        shown = (p.name if p.required else f"{p.name}={p.default!r}" for p in self.parameters)
        return f"{self.name}({', '.join(shown)})"

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """
        Arguments by name, defaults filled in.

        Raises:
            TypeError: as Python would for a wrong call; the message names the tool.

        """
        signature = Signature(
            [
                PythonParameter(
                    p.name,
                    PythonParameter.POSITIONAL_OR_KEYWORD,
                    default=PythonParameter.empty if p.required else p.default,
                )
                for p in self.parameters
            ]
        )
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            message = f"{self.name}() {error}"
            raise TypeError(message) from None
        bound.apply_defaults()
        return dict(bound.arguments)
