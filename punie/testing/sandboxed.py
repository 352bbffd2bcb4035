"""One run of a model's code, the same every time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from punie.agent.monty_runner import Execution, Limits, ToolFunction, execute_code

# Code on a handful of elements takes milliseconds, and tools made for a test answer at once.
_LIMITS: Final = Limits(seconds=1.0, tool_seconds=math.inf)
# These may have another cause than the code: a machine that is short of time or memory.
_ONCE_MORE: Final = frozenset({"TimeoutError", "WorkerCrashedError"})


def executed(code: str, tools: Mapping[str, ToolFunction], *, observed: bool = False) -> Execution:
    """
    Run code, and once more when it takes too long or the worker dies.

    Args:
        code: of one call.
        tools: that it may call.
        observed: whether to find out which fields it reads.

    """
    done = execute_code(code, tools, _LIMITS, observed=observed, repeatable=True)
    if done.error is not None and done.error.type in _ONCE_MORE:
        return execute_code(code, tools, _LIMITS, observed=observed, repeatable=True)
    return done
