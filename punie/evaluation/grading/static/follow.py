"""From a reply's code to the evidence of what it would do."""

from __future__ import annotations

import ast
import warnings

from punie.agent.typed_tools import CATALOGUE
from punie.evaluation.grading.evidence import Evidence, Failure
from punie.evaluation.grading.static import calls, control, statements  # noqa: F401 - they teach the dispatch
from punie.evaluation.grading.static.blocks import execute
from punie.evaluation.grading.static.run import Exhausted, Raised, Run


def follow(code: str) -> Evidence:
    """
    What code that compiles would do, as far as reading it tells.

    Both ways of a branch whose test depends on a result are followed, a loop over a result runs once;
    what can never run (after a return, under a false constant, in a function that nobody calls) does not count.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(code)
    run = Run(execute)
    try:
        execute(tree.body, run)
    except Raised as raised:
        run.failures.append(raised.failure)
    except Exhausted:
        run.failures.append(Failure("failed_at_run_time", "TimeoutError", "asks for too much work"))
    except RecursionError:
        run.failures.append(Failure("failed_at_run_time", "RecursionError", "is nested too deeply"))
    return Evidence(
        calls=tuple(run.calls),
        reads=frozenset(run.reads),
        named=_named_tools(tree),
        printed=run.printed,
        shown=run.shown,
        failures=tuple(run.failures),
    )


def _named_tools(tree: ast.Module) -> frozenset[str]:
    names = (node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return frozenset(name for name in names if name in CATALOGUE)
