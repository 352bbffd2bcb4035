"""Promoting and rolling back: a pointer moves, and nothing is removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contract.house_artifacts import chain, grade
from pipeline.house.__main__ import main
from pipeline.house.promotion import FILE, read_promoted


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    """Two accepted models."""
    names = [chain(tmp_path, number)["quantized"] for number in (1, 2)]
    for name in names:
        grade(tmp_path, name, "DEPLOY")
    return names[0], names[1]


def test_promoting_and_rolling_back_move_a_pointer(tmp_path: Path, two: tuple[str, str]) -> None:
    assert [main(["promote", name], tmp_path) for name in two] == [0, 0]
    assert read_promoted(tmp_path).model_dump() == {"version": 1, "current": two[1], "former": (two[0],)}
    assert main(["rollback"], tmp_path) == 0
    assert read_promoted(tmp_path).current == two[0]
    assert all((tmp_path / name / "manifest.json").is_file() for name in two)


def test_promoting_twice_changes_nothing(tmp_path: Path, two: tuple[str, str]) -> None:
    main(["promote", two[0]], tmp_path)
    main(["promote", two[0]], tmp_path)

    assert read_promoted(tmp_path).former == ()


def test_without_a_former_model_there_is_nothing_to_return_to(
    tmp_path: Path, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["promote", two[0]], tmp_path)

    assert main(["rollback"], tmp_path) == 4
    assert "no model to roll back to" in capsys.readouterr().err


@pytest.mark.parametrize("decision", ["", "AUGMENT", "INCOMPLETE"])
def test_a_model_that_is_not_accepted_is_promoted_only_on_demand(
    tmp_path: Path, decision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = chain(tmp_path, 1)["quantized"]
    if decision:
        grade(tmp_path, name, decision)

    assert main(["promote", name], tmp_path) == 4
    assert "not DEPLOY" in capsys.readouterr().err
    assert not (tmp_path / FILE).exists()
    assert main(["promote", name, "--anyway"], tmp_path) == 0


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_model_is_not_promoted(
    tmp_path: Path, two: tuple[str, str], damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["list"], tmp_path)
    file = tmp_path / two[0] / "model.safetensors"
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().replace(b"1", b"7"))

    assert main(["promote", two[0]], tmp_path) == 4
    assert "model.safetensors is " in capsys.readouterr().err


def test_a_damaged_pointer_stops_promotion_and_cleaning(
    tmp_path: Path, two: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FILE).write_text("{")

    assert [main([*words], tmp_path) for words in (["promote", two[0]], ["apply", "--apply"])] == [4, 4]
    assert capsys.readouterr().err.count("cannot be read") == 2
