"""What the sandbox has of Python, found out by asking it."""

from __future__ import annotations

import builtins
from functools import cache, lru_cache
from typing import Final

from punie.testing.sandboxed import executed

# Names that every module has, which the sandbox may know or not: a run tells.
_OF_MODULES: Final = frozenset({"__builtins__", "__file__", "__name__"})
_REFUSALS: Final = frozenset({"ImportError", "ModuleNotFoundError", "NotImplementedError"})


@cache
def python_builtins() -> frozenset[str]:
    """The names that Python knows without an import."""
    return frozenset(name for name in dir(builtins) if name not in {"None", "True", "False"}) | _OF_MODULES


@cache
def missing_builtins() -> frozenset[str]:
    """The builtins that the sandbox lacks, and `open` while it may open nothing."""
    asked = [f"try:\n    {name}\nexcept NameError:\n    print({name!r})" for name in sorted(python_builtins())]
    opened = "try:\n    open('probe', 'w')\nexcept PermissionError:\n    print('open')\nexcept NameError:\n    pass"
    done = executed("\n".join([*asked, opened]), {})
    if done.error is not None:
        message = f"the sandbox does not tell which builtins it has: {done.error}"
        raise RuntimeError(message)
    return frozenset(done.output.split()) - _OF_MODULES


@lru_cache(maxsize=4096)
def refused_import(statement: str) -> str | None:
    """
    Why the sandbox refuses an import; None when it does not.

    Args:
        statement: of one name.

    """
    error = executed(statement, {}).error
    return error.message if error is not None and error.type in _REFUSALS else None
