"""A served model as the command line names it, and as a source of replies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from punie.agent.config import PROMPT_NAMES, system_prompt
from punie.agent.prompt_utils import conversation
from punie.evaluation.inputs import InputError
from punie.evaluation.models.endpoint import Decoding, Endpoint, EndpointModel, as_prompt, check_served
from punie.evaluation.models.endpoint_address import ApiKey, EndpointError, base_of
from punie.evaluation.models.endpoint_pace import CONCURRENCY, SECONDS, Pace
from punie.evaluation.run import ModelSource

SYSTEM: Final = "full"
_MOST_AT_ONCE: Final = 256
_LISTING: Final = 15.0  # seconds in which a server names its models
_LONGEST: Final = 86_400  # seconds


@dataclass(frozen=True)
class Served:
    """
    What is asked of which server.

    Args:
        endpoint: model and server.
        pace: patience with the server.
        system: name of the system prompt.

    """

    endpoint: Endpoint
    pace: Pace
    system: str = SYSTEM

    @property
    def title(self) -> str:
        """How a run calls it."""
        return f"{self.endpoint.name} at {self.endpoint.base}"

    def check(self) -> None:
        """Ask the server whether it serves the model; InputError when it does not."""
        try:
            check_served(self.endpoint, replace(self.pace, seconds=min(self.pace.seconds, _LISTING), attempts=3))
        except EndpointError as error:
            raise InputError(str(error)) from None

    def source(self, *, temperature: float = 0.0) -> ModelSource:
        """The model's replies; above temperature 0 the server samples."""
        system = system_prompt(self.system)
        model = EndpointModel(self.endpoint, Decoding(temperature=temperature), self.pace)
        source = ModelSource(model, lambda turns: as_prompt(conversation(turns, system)))
        source.identity = {**source.identity, "system_prompt": hashlib.sha256(system.encode()).hexdigest()}
        return source


def read_served(given: Mapping[str, str | None]) -> Served | None:
    """
    The served model that options name.

    Args:
        given: by name, the values of --endpoint, --model-name, --system, --concurrency and --query-timeout.

    Returns:
        None where none of them was given.

    Raises:
        InputError: a value is wrong, or there is no server to ask.

    """
    names = [f"--{name}" for name, value in given.items() if value is not None]
    if not names:
        return None
    address = given["endpoint"]
    if address is None:
        _refuse(f"{', '.join(names)} {'go' if len(names) > 1 else 'goes'} with --endpoint URL: name the server")
    system = given["system"] or SYSTEM
    if system not in PROMPT_NAMES:
        _refuse(f"--system {system!r}: one of {', '.join(PROMPT_NAMES)}")
    try:
        endpoint = Endpoint(base_of(address), given["model-name"] or "", ApiKey.from_environment())
    except EndpointError as error:
        raise InputError(str(error)) from None
    return Served(endpoint, Pace(_at_once(given["concurrency"]), _seconds(given["query-timeout"])), system)


def _at_once(text: str | None) -> int:
    if text is None:
        return CONCURRENCY
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_AT_ONCE):
        _refuse(f"--concurrency {text!r}: a whole number from 1 to {_MOST_AT_ONCE} is wanted")
    return int(text)


def _seconds(text: str | None) -> float:
    try:
        value = SECONDS if text is None else float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= _LONGEST:
        _refuse(f"--query-timeout {text!r}: seconds, above 0 and {_LONGEST} at most, are wanted")
    return value


def _refuse(message: str) -> NoReturn:
    raise InputError(message)
