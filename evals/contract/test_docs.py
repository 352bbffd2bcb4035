from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import punie.data.session
import punie.monitoring.session  # noqa: F401 - runs of pytest inside this process share what is imported before them
from evals.contract.documents import PAGES, blocks, write_files
from evals.contract.house import ROOT
from evals.contract.reference_page import PAGE, page
from punie.command_line import SETTINGS

LINK = re.compile(r"\]\(([^)#\s]+)(?:#([\w-]+))?\)")
NAMES = [path.stem for path in PAGES]
# these change the environment: they are not run
INSTALLING = {("python", "-m", "pip", "install", ".")}


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def python_blocks(path: Path, *, asking: bool) -> list[str]:
    said = "asks" if asking else ""
    return [each.text for each in blocks(path) if (each.language, each.said) == ("python", said)]


def run_python(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", text]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - our own pages


def test_the_reference_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m evals.contract.reference_page writes it again"


def test_all_four_kinds_of_page_are_there() -> None:
    assert set(NAMES) == {"README", "explanation", "how-to", "reference", "testing", "tutorial"}


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = [(path.parent / name, anchor) for name, anchor in LINK.findall(path.read_text(encoding="utf-8"))]

    assert [str(target) for target, _ in targets if not target.is_file()] == []
    assert [anchor for target, anchor in targets if anchor and anchor not in anchors(target)] == []


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_fence_is_of_a_kind_that_is_tested(path: Path) -> None:
    assert {each.language for each in blocks(path)} <= {"ini", "json", "python", "shell", "toml", "yaml"}


def test_every_setting_that_is_shown_exists() -> None:
    shown = [each.text for path in PAGES for each in blocks(path) if each.language == "ini"]
    names = {line.partition(" = ")[0] for text in shown for line in text.splitlines() if line.startswith("punie_")}

    assert names == set(SETTINGS)


@pytest.mark.parametrize("name", ["how-to", "testing", "tutorial"])
def test_every_command_ends_as_its_page_says(pytester: pytest.Pytester, name: str) -> None:
    path = ROOT / "docs" / f"{name}.md"
    write_files(path, pytester.path)
    shell = [(each, command) for each in blocks(path) if each.language == "shell" for command in each.commands]
    ended = {}
    for block, command in shell:
        if tuple(command) not in INSTALLING:
            assert command[0] == "pytest"
            listed = ["--collect-only", "-q"] if block.said == "asks" else []
            args = ["-p", "no:cacheprovider", *command[1:], *listed]
            ended[" ".join(command)] = (int(pytester.runpytest_inprocess(*args).ret), block.status)

    assert {command: status for command, (status, _) in ended.items()} == {
        command: promised for command, (_, promised) in ended.items()
    }


def test_the_tutorial_says_what_its_first_run_finds(pytester: pytest.Pytester) -> None:
    path = ROOT / "docs" / "tutorial.md"
    write_files(path, pytester.path)
    (first, *_) = (each.commands[0] for each in blocks(path) if each.said == "status=1")
    pytester.runpytest_inprocess(*first[1:])
    found = json.loads((pytester.path / "results" / "first" / "acceptance.json").read_text(encoding="utf-8"))

    assert {name: query["label"] for name, query in found["queries"].items()} == {
        "types-01": "invented_field",
        "words-01": None,
    }


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_python_block_runs(pytester: pytest.Pytester, path: Path) -> None:
    write_files(path, pytester.path)
    graded = [each.commands for each in blocks(path) if "results/tuesday" in each.text and each.language == "shell"]
    for command in graded[0] if graded else []:
        pytester.runpytest_inprocess(*command[1:])
    done = [run_python(text, pytester.path) for text in python_blocks(path, asking=False)]

    assert [(each.returncode, each.stderr) for each in done if each.returncode] == []
