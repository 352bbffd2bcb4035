"""Items that measure: a result that is not met is told in its own words, without a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


class ToldError(Exception):
    """A measured result, no fault of the program: the message is all there is to show."""


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
