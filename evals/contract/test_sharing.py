from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from punie.evaluation.sharing import once


def test_work_is_done_once_and_read_by_the_others(tmp_path: Path) -> None:
    done: list[str] = []
    together = threading.Barrier(4)

    def work() -> str:
        done.append("work")
        return f"found {len(done)}"

    def ask(_number: int) -> str:
        together.wait()
        return once(tmp_path / "shared", work)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))

    assert found == ["found 1"] * 4
    assert done == ["work"]


def test_after_a_failure_the_next_process_tries(tmp_path: Path) -> None:
    def fail() -> str:
        message = "no model"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="no model"):
        once(tmp_path, fail)
    assert once(tmp_path, lambda: "found") == "found"


def test_another_run_shares_nothing(tmp_path: Path) -> None:
    once(tmp_path / "one", lambda: "first")

    assert once(tmp_path / "two", lambda: "second") == "second"
