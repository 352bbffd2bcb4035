"""How long a server is asked: retries of a request, rests that the server wants, and when to stop for good."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from punie.evaluation.models.endpoint_wire import AskError
from punie.evaluation.models.protocol import UNASKED

CONCURRENCY: Final = 4
SECONDS: Final = 120.0
_FEWEST_FAILURES: Final = 3
Found = TypeVar("Found")


@dataclass(frozen=True)
class Pace:
    """
    The patience with a server.

    Args:
        concurrency: requests at once.
        seconds: for one request, from connecting to the last byte; one that takes longer is not sent again.
        attempts: how often a request is sent at most.
        pause: seconds before it is sent again, drawn from half of them to all, and doubled each time.

    """

    concurrency: int = CONCURRENCY
    seconds: float = SECONDS
    attempts: int = 5
    pause: float = 0.5

    @property
    def failures(self) -> int:
        """How many queries in a row may fail: one for each request at once, for one trouble stops them all."""
        return max(self.concurrency, _FEWEST_FAILURES)


class Persistence:
    """
    Keeps asking through passing trouble, and gives up for good when nothing comes back any more.

    Attributes:
        retries: requests that were sent again.
        given_up: why nothing is asked any more; empty as long as it is.

    """

    def __init__(self, pace: Pace) -> None:
        self.retries = 0
        self.given_up = ""
        self._pace = pace
        self._failures = 0
        self._rest_until = 0.0

    async def get(self, once: Callable[[], Awaitable[Found]]) -> Found:
        """
        What a request brings, sent again as long as that may help.

        Raises:
            AskError: it brought nothing.

        """
        try:
            found = await self._tried(once)
        except AskError as error:
            self._note(error)
            raise
        self._failures = 0
        return found

    async def _tried(self, once: Callable[[], Awaitable[Found]]) -> Found:
        for attempt in range(1, self._pace.attempts + 1):
            await self._rest()
            self._check()
            try:
                return await once()
            except AskError as error:
                if not error.again:
                    raise
                last = error
            if attempt < self._pace.attempts:
                self.retries += 1
                await self._pause(attempt, last.rest)
        message = f"{last} ({self._pace.attempts} attempts)" if self._pace.attempts > 1 else str(last)
        raise AskError(message)

    def _check(self) -> None:
        if self.given_up:
            message = f"{UNASKED}the server was given up: {self.given_up}"
            raise AskError(message)

    async def _pause(self, attempt: int, rest: float | None) -> None:
        if rest is not None:
            # a limit is meant for all requests, also for those that were not sent yet
            self._rest_until = max(self._rest_until, time.monotonic() + rest)
            return
        longest = self._pace.pause * 2 ** (attempt - 1)
        await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311 - keeps requests apart, guards nothing

    async def _rest(self) -> None:
        until = 0.0
        while until < self._rest_until:  # which another request may put off meanwhile
            until = self._rest_until
            await asyncio.sleep(max(0.0, until - time.monotonic()))

    def _note(self, error: AskError) -> None:
        if self.given_up:
            return
        self._failures += 1
        if error.final:
            self.given_up = str(error)
        elif self._failures >= self._pace.failures:
            self.given_up = f"{self._failures} failures in a row, the last one: {error}"
