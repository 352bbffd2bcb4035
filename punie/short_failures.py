"""Items that measure: a result that is not met is told in its own words, without a traceback, and once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

_TOLD: Final = "punie_told"  # the attribute of a report whose measured result a table tells
_FAILED: Final = "failed"  # pytest's name for the list of failures


class ToldError(Exception):
    """
    A measured result, no fault of the program: the message is all there is to show.

    Args:
        message: one line, or a few.
        tabled: whether a table at the end of the run tells it, too, so that pytest's own lists need not.

    """

    def __init__(self, message: str, *, tabled: bool = True) -> None:
        super().__init__(message)
        self.tabled = tabled


class ToldItem(pytest.Item):
    """What the items of suites, data checks and monitoring share."""

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where reports place the item: by its node id alone."""
        return self.path, None, self.nodeid

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's signature
        """The message alone for a measured result, a traceback for a fault of the program."""
        if isinstance(excinfo.value, ToldError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


def note_told(call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Let a report carry, from a worker too, whether a table tells what it is about."""
    if call.excinfo is not None and isinstance(call.excinfo.value, ToldError) and call.excinfo.value.tabled:
        setattr(report, _TOLD, True)


@contextlib.contextmanager
def told_elsewhere(reporter: pytest.TerminalReporter) -> Iterator[None]:
    """Keep measured results out of pytest's own lists of failures while the context lasts; they count as before."""
    failed = reporter.stats.get(_FAILED, [])
    others = [report for report in failed if not hasattr(report, _TOLD)]
    if len(others) == len(failed):
        yield
        return
    reporter.stats[_FAILED] = others
    try:
        yield
    finally:
        reporter.stats[_FAILED] = failed
