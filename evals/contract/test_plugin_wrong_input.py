from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.replies import RecordedRun
from punie.evaluation.inputs import InputError, Request, check, newest_model

BUILD = 'run pytest -m "train or eval"'


def message_of(result: pytest.RunResult) -> str:
    """The one line of a usage error."""
    assert result.ret == 4
    lines = [line for line in result.errlines if line]
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--punie-suite=58"], "ERROR: no suite '58': name one of 25, 40, 57, dev, or give the path of a "),
        (["--punie-suite=none.yaml"], "ERROR: none.yaml: cannot be read: No such file or directory"),
        (["--punie-recipe=mini"], "ERROR: no recipe 'mini': one of moe, nano"),
        (["--punie-model=none"], "/none' is no usable model: the model folder does not exist; give the folder"),
        (["--punie-model=empty"], "/empty' is no usable model: no config.json; give the folder of a complete model"),
        (["--punie-replay=none.jsonl"], "/none.jsonl': No such file or directory"),
        (["--punie-data=none"], "/none': give a folder of JSON Lines files, or one such file"),
        (["--punie-results=broken.yaml"], "/broken.yaml' (Not a directory): choose another with --results DIR"),
        (["--punie-results=broken.yaml/x"], "/broken.yaml/x' (Not a directory): choose another with --results DIR"),
        (["--punie-suite=broken.yaml"], "ERROR: broken.yaml:2: category: Field required"),
        (["--punie-model=empty", "--punie-replay=none.jsonl"], "grade a model or recorded replies, not both"),
        ([], f"ERROR: nothing to grade: recipe 'nano' has built no model; {BUILD}, or name one with --model DIR"),
        (["57::direct-answers-01"], f"recipe 'nano' has built no model; {BUILD}, or name one with --model DIR"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_ends_in_one_line(recorded_run: RecordedRun, args: list[str], message: str) -> None:
    for name in ("nano", "moe"):
        recorded_run.write(f"pipeline/recipes/{name}.toml", "")
    recorded_run.write("empty/notes.txt", "")
    recorded_run.write("broken.yaml", "# a query without a category\n- {id: a, prompt: b, expect: {tools: []}}\n")
    result = recorded_run.run("-m", "eval", *args)

    assert message in message_of(result)


def test_an_unknown_recipe_cannot_be_built(recorded_run: RecordedRun) -> None:
    message = message_of(recorded_run.run("-m", "train"))

    assert message == "ERROR: no recipe 'nano': there are none: pipeline/recipes holds no *.toml"


@pytest.mark.parametrize("marker", ["train", "train or eval", "sweep"])
def test_workers_cannot_share_a_model(recorded_run: RecordedRun, marker: str) -> None:
    pytest.importorskip("xdist")
    recorded_run.write("pipeline/recipes/nano.toml", "")
    message = message_of(recorded_run.run("-n", "2", "-m", marker))

    assert message == f"ERROR: -n does not go with -m {marker.partition(' ')[0]}: it runs in one process; leave -n out"


def test_nothing_built_is_told_when_no_item_builds(recorded_run: RecordedRun) -> None:
    recorded_run.write("pipeline/recipes/nano.toml", "")
    result = recorded_run.run("-m", "train or eval", f"--punie-suite={recorded_run.suite}")

    assert f"recipe 'nano' has built no model; {BUILD}" in message_of(result)


def test_a_full_disk_is_told_before_training(recorded_run: RecordedRun, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded_run.write("pipeline/recipes/nano.toml", "")
    usage = SimpleNamespace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    with pytest.raises(InputError, match=r"^only 5 MB are free on the disk of .*: training needs 200 MB; make room"):
        check(Request(recorded_run.suite.parent, frozenset({"train"})))


def test_a_refused_run_leaves_nothing_behind(recorded_run: RecordedRun) -> None:
    recorded_run.run("-m", "eval", "--punie-results=new/results", "--punie-model=none")

    assert not (recorded_run.suite.parent / "new").exists()


@pytest.mark.parametrize(
    ("latest", "message"),
    [
        ("{", "names no model folder"),
        ("[]", "names no model folder"),
        (json.dumps({"model": "../../etc"}), "names no model folder"),
        (json.dumps({"model": ".."}), "names no model folder"),
        (json.dumps({"model": 3}), "names no model folder"),
        (json.dumps({"model": "half"}), "is incomplete ('half')"),
        (json.dumps({"model": "gone"}), "is incomplete ('gone')"),
        (json.dumps({"model": "empty"}), "is no usable model: no config.json"),
    ],
)
def test_a_damaged_pointer_to_the_newest_model_is_refused(tmp_path: Path, latest: str, message: str) -> None:
    for name, files in {"half": [], "empty": ["manifest.json"]}.items():
        folder = tmp_path / "artifacts" / "nano" / name
        folder.mkdir(parents=True)
        for file in files:
            (folder / file).write_text("{}", encoding="utf-8")
    (tmp_path / "artifacts" / "nano" / "latest.json").write_text(latest, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        newest_model(tmp_path, "nano")
    assert message in str(caught.value)
