"""Whether the code of the calls is Python."""

from __future__ import annotations

import ast
import warnings
from typing import Final

from punie.evaluation.grading.attempt import Attempt
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed

MAX_CODE: Final = 200_000


def syntax(attempt: Attempt) -> LayerVerdict:
    """Whether every call's code compiles."""
    for code in attempt.codes:
        problem = syntax_problem(code)
        if problem is not None:
            return failed("syntax", "malformed", problem)
    return passed("syntax", "the code compiles")


def syntax_problem(code: str) -> str | None:
    """Why the code does not compile, in one line; None when it does. Nothing of it runs."""
    if len(code) > MAX_CODE:
        return f"the code is longer than {MAX_CODE:,} characters"
    if not code.strip():
        return "the code is blank"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<reply>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return f"line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return f"the code cannot be compiled: {type(error).__name__}"
    return None
