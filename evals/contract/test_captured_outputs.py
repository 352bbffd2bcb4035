from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from fixtures.capture_outputs import SCENES, depersonalised, named, play
from fixtures.captured.outputs import FOLDER, captured, complaint_file, index_file, output_file

# Folders of a machine; a captured text has stand-ins for them.
OF_A_MACHINE = re.compile(rb"/(?:Users|home|opt|private|root|tmp|usr|var|work)/")


@pytest.mark.parametrize("program", SCENES)
def test_every_scene_was_captured(program: str) -> None:
    assert {name.partition(".")[0] for name in captured(program)} == set(SCENES[program])


@pytest.mark.parametrize("program", SCENES)
def test_every_file_belongs_to_a_command_that_is_on_record(program: str) -> None:
    names = captured(program)
    known = {index_file(program)}
    for name in names:
        known |= {output_file(program, name), complaint_file(program, name)}

    assert [path.name for path in index_file(program).parent.iterdir() if path not in known] == []
    assert [name for name in names if not output_file(program, name).exists() and program != "pytest"] == []


def test_no_captured_text_names_a_folder_of_a_machine() -> None:
    texts = {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    assert len(texts) > len(SCENES)
    assert [path.name for path, text in texts.items() if OF_A_MACHINE.search(text)] == []


@pytest.mark.parametrize("scene", ["status_conflicts", "status_odd_names", "status_renames", "log_authors"])
def test_a_scene_played_again_is_what_was_captured(tmp_path: Path, scene: str) -> None:
    ((name, run),) = named(scene, play(SCENES["git"][scene], tmp_path / "orchard"))

    assert (name, run.finished.stdout) == (scene, output_file("git", scene).read_bytes())


def test_folders_name_and_clock_of_the_machine_are_replaced(tmp_path: Path) -> None:
    report = f'<s timestamp="2031" hostname="box">{tmp_path}/a.py {sys.prefix}/b.py /any/punie-tests-x_1/c.xml</s>'

    assert depersonalised(report.encode(), tmp_path) == (
        b'<s timestamp="2025-03-09T09:30:00+00:00" hostname="localhost">/workspace/a.py /python/b.py /scratch/c.xml</s>'
    )
