"""One pool of sandbox workers per process: started on first use, shared by all threads, closed at exit."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from importlib.util import find_spec
from typing import Final

from pydantic_monty import Monty

# Code that runs on past its time is killed with its worker after this many seconds more.
_GRACE: Final = 0.3
# Above the number of cores, because a tool may run code of its own while its caller waits.
_WORKERS: Final = max(4, os.cpu_count() or 1)


class WorkerPool:
    """Hands out this process's pool."""

    def __init__(self) -> None:
        self._pool: Monty | None = None
        self._forked = False
        self._lock = threading.Lock()

    def get(self) -> Monty:
        """
        The pool, started if need be.

        Raises:
            RuntimeError: this process was forked from one whose pool runs, which its threads do not survive.

        """
        with self._lock:
            if self._forked:
                message = "the sandbox ran before this process was forked: start processes by 'spawn' instead"
                raise RuntimeError(message)
            if self._pool is None:
                _search_once("opentelemetry")
                self._pool = Monty(max_processes=_WORKERS, feed_duration_limit_grace=_GRACE)
                self._pool.__enter__()
            return self._pool

    def close(self) -> None:
        """End the workers; a later `get` starts new ones."""
        with self._lock:
            if self._pool is not None and not self._forked:
                self._pool.__exit__(None, None, None)
                self._pool = None

    def after_fork(self) -> None:
        """In a forked child: leave the parent's workers to the parent."""
        self._lock = threading.Lock()
        self._forked = self._pool is not None


def _search_once(package: str) -> None:
    """
    Note that an optional package is absent.

    The sandbox's library imports it at every step of every run; a search through all folders each time takes as long
    as the run.
    """
    if package not in sys.modules and find_spec(package) is None:
        sys.modules[package] = None  # type: ignore[assignment] # the documented way to say that there is none


POOL: Final = WorkerPool()
atexit.register(POOL.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL.after_fork)
