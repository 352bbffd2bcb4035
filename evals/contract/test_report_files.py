from __future__ import annotations

from pathlib import Path

import pytest

from evals.contract.acceptances import GATE, acceptance, bad, suite
from punie.evaluation import write_acceptance
from punie.evaluation.inputs import Inputs, Request
from punie.evaluation.report.files import surroundings_of, write_results

FILES = ["acceptance.json", "junit.xml", "report.html", "report.md"]


def inputs(root: Path) -> Inputs:
    return Inputs(Request(root, frozenset({"eval"})), (suite(),), GATE, None, root / "artifacts" / "runs" / "now")


def test_a_run_leaves_all_files(tmp_path: Path) -> None:
    folder = write_results(acceptance(), inputs(tmp_path))

    assert sorted(path.name for path in folder.iterdir()) == FILES


def test_a_red_run_leaves_them_too(tmp_path: Path) -> None:
    folder = write_results(acceptance(words_1=bad("gate", "no_call", "x"), words_2=None), inputs(tmp_path))

    assert sorted(path.name for path in folder.iterdir()) == FILES


def test_the_trend_ends_with_this_run(tmp_path: Path) -> None:
    own = inputs(tmp_path)
    write_acceptance(acceptance(), own.results.with_name("before"))
    write_acceptance(acceptance(), own.results)

    assert [run.name for run in surroundings_of(acceptance(), own).runs] == ["before", "now"]


def test_a_folder_that_cannot_be_made_is_an_error_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "artifacts").write_text("a file", encoding="utf-8")

    with pytest.raises(OSError, match="artifacts"):
        write_results(acceptance(), inputs(tmp_path))
