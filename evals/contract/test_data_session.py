from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from punie.agent.tool_calls import emit_call
from punie.data.inputs import newest_dataset
from punie.training.rules import RULES

SYSTEM = "You help."
CALL = emit_call('print(typecheck("src").error_count)')
Rows = list[tuple[str, str]]
Run = Callable[..., pytest.RunResult]


def line(query: str, answer: str) -> str:
    messages = [("system", SYSTEM), ("user", query), ("assistant", answer)]
    return json.dumps({"messages": [{"role": role, "content": content} for role, content in messages]}) + "\n"


CLEAN = {
    "train.jsonl": line("How many type errors has src?", CALL) + line("What is a tuple?", "A sequence that stays."),
    "valid.jsonl": line("Explain what a closure keeps of its surroundings.", "The variables that it reads."),
}
BROKEN = {**CLEAN, "train.jsonl": CLEAN["train.jsonl"] + "{\n" + line("And then?", " ")}


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def run(*args: str, data: Path | None = None) -> pytest.RunResult:
        named = [] if data is None else [f"--punie-data={data}"]
        results = f"--punie-results={pytester.path / 'results'}"
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-m", "data", results, *named, *args)

    return run


def findings(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results" / "findings.json").read_text(encoding="utf-8"))
    return found


def message_of(result: pytest.RunResult) -> str:
    assert result.ret == 4
    lines = [text for text in result.errlines if text]
    assert len(lines) == 1
    return lines[0]


def test_a_clean_set_is_green(run: Run, tmp_path: Path) -> None:
    result = run(data=write(tmp_path / "set", CLEAN))

    assert result.ret == 0
    assert set(result.parseoutcomes()) <= {"passed", "skipped", "warned"}
    result.stdout.fnmatch_lines(["punie: checks of */set", "set: 2 train + 1 valid rows: 0 errors, * warning*"])


def test_a_broken_set_is_red_where_it_is_broken(run: Run, tmp_path: Path) -> None:
    result = run("-v", data=write(tmp_path / "set", BROKEN))

    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 2
    result.stdout.fnmatch_lines(["dataset::bad_json FAILED*", "dataset::bad_structure FAILED*"])
    result.stdout.fnmatch_lines(["*train.jsonl:3: bad_json: column 2:*"])
    result.stdout.fnmatch_lines(["*train.jsonl:4: bad_structure: message 3 (assistant) is empty"])


def test_every_rule_is_an_item(run: Run, tmp_path: Path) -> None:
    result = run("--collect-only", "-q", data=write(tmp_path / "set", CLEAN))

    result.stdout.fnmatch_lines([f"dataset::{name}" for name in RULES])


def test_each_rule_stands_in_junit(run: Run, tmp_path: Path) -> None:
    run(f"--junit-xml={tmp_path / 'junit.xml'}", data=write(tmp_path / "set", BROKEN))
    cases = ET.parse(tmp_path / "junit.xml").getroot().iter("testcase")  # noqa: S314 - our own file
    failed = {case.get("name"): case.find("failure") is not None for case in cases}

    assert set(failed) == set(RULES)
    assert {name for name, is_failed in failed.items() if is_failed} == {"bad_json", "bad_structure"}


@pytest.mark.parametrize(("files", "status"), [(CLEAN, 0), (BROKEN, 1)])
def test_the_files_are_written_whatever_the_outcome(
    run: Run, pytester: pytest.Pytester, tmp_path: Path, files: dict[str, str], status: int
) -> None:
    result = run(data=write(tmp_path / "set", files))
    found = findings(pytester.path)

    assert result.ret == status
    assert found["errors"] == 2 * status
    assert sorted(path.name for path in (pytester.path / "results").iterdir()) == ["findings.json", "findings.sarif"]


def test_one_file_counts_as_train(run: Run, pytester: pytest.Pytester, tmp_path: Path) -> None:
    write(tmp_path, {"rows.jsonl": BROKEN["train.jsonl"]})
    result = run(data=tmp_path / "rows.jsonl")
    found = findings(pytester.path)

    assert result.ret == 1
    assert found["rows"] == {"train": 4}
    assert {finding["file"] for finding in found["findings"] if finding["line"]} == {"rows.jsonl"}


def test_a_selected_item_reports_its_own_rule_only(run: Run, tmp_path: Path) -> None:
    data = write(tmp_path / "set", BROKEN)

    assert run("-k", "bad_json", data=data).ret == 1
    assert run("-k", "unparsable_call", data=data).ret == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none", "no such dataset: "),
        ("empty", "give a folder that holds train.jsonl, or one file"),
        ("odd", "/odd/valid.jsonl' is no file: give a folder of JSON Lines files, or one such file"),
        (None, "nothing to check: recipe 'nano' has built no dataset; run pytest -m train, or name one with --data"),
    ],
)
def test_wrong_input_ends_in_one_line(run: Run, tmp_path: Path, name: str | None, message: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "odd", CLEAN)
    (tmp_path / "odd" / "valid.jsonl").unlink()
    (tmp_path / "odd" / "valid.jsonl").mkdir()
    result = run(data=None if name is None else tmp_path / name)

    assert message in message_of(result)


def test_the_items_can_be_listed_without_a_dataset(run: Run) -> None:
    assert run("--collect-only", "-q").ret == 0


def test_the_newest_built_dataset_is_checked(run: Run, pytester: pytest.Pytester) -> None:
    for name, text in {"dataset-a": "{\n", "dataset-b": CLEAN["train.jsonl"]}.items():
        folder = pytester.path / "artifacts" / "nano" / name
        write(folder, {"train.jsonl": text, "manifest.json": json.dumps({"system_prompt": 3})})

    assert newest_dataset(pytester.path, "nano").name == "dataset-b"
    assert run().ret == 0


def test_workers_are_refused(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    result = run("-n", "2", data=write(tmp_path / "set", CLEAN))

    assert message_of(result) == "ERROR: -n does not go with -m data: it runs in one process; leave -n out"


def test_a_fixed_copy_is_written_beside_the_results(run: Run, pytester: pytest.Pytester, tmp_path: Path) -> None:
    result = run("--punie-fix", data=write(tmp_path / "set", BROKEN))

    assert result.ret == 1
    assert (pytester.path / "results" / "fixed" / "rejected.jsonl").read_text(encoding="utf-8") == "{\n"
    result.stdout.fnmatch_lines(["fixed copy: */results/fixed: *", "remaining: *bad_structure*"])
    result.stdout.fnmatch_lines(["1 lines that are no rows stand in rejected.jsonl:", "  train.jsonl:3: bad_json: *"])


def test_without_a_results_folder_the_copy_lies_beside_the_dataset(pytester: pytest.Pytester, tmp_path: Path) -> None:
    args = ["-p", "no:cacheprovider", "-m", "data", f"--punie-data={write(tmp_path / 'set', CLEAN)}", "--punie-fix"]
    first = pytester.runpytest_inprocess(*args)
    second = pytester.runpytest_inprocess(*args)

    assert first.ret == 0
    assert (tmp_path / "set-fixed" / "train.jsonl").read_bytes() == (tmp_path / "set" / "train.jsonl").read_bytes()
    assert "set-fixed' exists: a fixed set is written to a new folder" in message_of(second)


def test_fixing_goes_with_checking(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--punie-fix")

    assert message_of(result).startswith("ERROR: --fix goes with -m data")


def test_text_of_the_data_does_not_reach_the_terminal_raw(run: Run, tmp_path: Path) -> None:
    row = json.dumps({"messages": [{"role": "user", "content": "a"}, {"role": "\x1b[31m", "content": "b"}]})
    result = run(data=write(tmp_path / "set", {"train.jsonl": row + "\n" + json.dumps({"\x1b[31m": 1})}))

    assert result.ret == 1
    assert "\x1b" not in result.stdout.str()
