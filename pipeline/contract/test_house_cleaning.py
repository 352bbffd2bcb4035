"""What may be removed: only what no kept model needs, and only when it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.artifact import Made, Stage, Store
from pipeline.contract.house_artifacts import chain, grade
from pipeline.house.__main__ import main
from pipeline.house.cleaning import plan
from pipeline.house.promotion import read_promoted
from pipeline.house.registry import alone, refresh


def _going(artifacts: Path) -> set[str]:
    with alone(artifacts):
        registry = refresh(artifacts, print)
    return {line.name for line in plan(artifacts, registry, read_promoted(artifacts)) if line.goes}


def test_a_recipe_without_an_accepted_model_keeps_everything(tmp_path: Path) -> None:
    for number, decision in ((1, "AUGMENT"), (2, "INVESTIGATE")):
        grade(tmp_path, chain(tmp_path, number)["quantized"], decision)
    chain(tmp_path, 3)

    assert _going(tmp_path) == set()


def test_float16_goes_only_after_its_quantized_model_is_accepted(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    before = _going(tmp_path)
    grade(tmp_path, names["quantized"], "DEPLOY")

    assert before == set()
    assert _going(tmp_path) == {names["fused"]}


def test_the_model_in_use_keeps_all_its_ancestors(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")
    main(["promote", names["quantized"]], tmp_path)

    assert _going(tmp_path) == set()


def test_a_superseded_chain_goes_and_what_a_roll_back_needs_stays(tmp_path: Path) -> None:
    first, second, third = (chain(tmp_path, number) for number in (1, 2, 3))
    for names, decision in ((first, "AUGMENT"), (second, "DEPLOY"), (third, "DEPLOY")):
        grade(tmp_path, names["quantized"], decision)
    for names in (second, third):
        main(["promote", names["quantized"]], tmp_path)

    assert _going(tmp_path) == {*first.values(), second["fused"]} - {first["fused"]}


def test_what_was_not_graded_yet_stays(tmp_path: Path) -> None:
    first, second, third = (chain(tmp_path, number) for number in (1, 2, 3))
    grade(tmp_path, second["quantized"], "DEPLOY")

    assert not _going(tmp_path) & {*first.values(), *third.values()}


@pytest.mark.parametrize("decision", ["", "AUGMENT", "DEPLOY"])
def test_variants_of_a_sweep_may_go_whatever_became_of_the_model(tmp_path: Path, decision: str) -> None:
    names = chain(tmp_path, 1)
    made = Store(tmp_path / "own", "own", {}).build(Stage("variant", {"quantize": {"bits": 4}}, (), lambda _: Made()))
    if decision:
        grade(tmp_path, names["quantized"], decision)

    assert f"own/{made.folder.name}" in _going(tmp_path)
    assert names["quantized"] not in _going(tmp_path)


def test_without_the_flag_nothing_is_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")

    assert [main(words, tmp_path) for words in (["plan"], ["apply"])] == [0, 0]
    assert capsys.readouterr().out.count("nothing was removed") == 2
    assert (tmp_path / names["fused"]).is_dir()


def test_with_the_flag_exactly_the_plan_is_removed(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")
    (tmp_path / "own" / ".gone-adapter-1").mkdir()

    assert main(["apply", "--apply"], tmp_path) == 0
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == sorted(
        [*(name.partition("/")[2] for stage, name in names.items() if stage != "fused"), "latest.json"]
    )
    assert _going(tmp_path) == set()


def test_a_lost_registry_does_not_make_ancestors_removable(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")
    main(["apply", "--apply"], tmp_path)
    (tmp_path / "registry.json").unlink()

    assert _going(tmp_path) == set()


def test_a_recipe_that_is_being_built_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = chain(tmp_path, 1)
    grade(tmp_path, names["quantized"], "DEPLOY")
    with FileLock(tmp_path / ".own.lock"):
        main(["apply", "--apply"], tmp_path)

    assert "left, its recipe is being built now" in capsys.readouterr().out
    assert (tmp_path / names["fused"]).is_dir()


def test_other_peoples_folders_are_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    names = chain(outside, 1)
    grade(outside, names["quantized"], "DEPLOY")
    artifacts = tmp_path / "artifacts"
    artifacts.mkdir()
    (artifacts / "own").symlink_to(outside / "own")

    assert main(["apply", "--apply"], artifacts) == 0
    assert (outside / names["fused"]).is_dir()


def test_card_and_checklist_are_written_from_what_was_measured(tmp_path: Path) -> None:
    names = chain(tmp_path, 1)
    before = chain(tmp_path, 2)["quantized"]
    grade(tmp_path, names["quantized"], "DEPLOY")
    main(["promote", names["quantized"]], tmp_path)

    assert [main(["card", name], tmp_path) for name in (names["quantized"], before)] == [0, 0]
    card = (tmp_path / names["quantized"] / "MODEL_CARD.md").read_text(encoding="utf-8")
    done, open_ = (
        (tmp_path / name / "DEPLOYMENT.md").read_text(encoding="utf-8") for name in (names["quantized"], before)
    )
    assert "| bits per weight | 5.5 |" in card
    assert "| peak memory of training | 1 kB |" in card
    assert "- DEPLOY: 9 of 10 strict on 57" in card
    assert names["adapter"] in card
    assert "- [x] accepted by the gate: met (DEPLOY)" in done
    assert "- [ ] a former model to roll back to: not met (none)" in done
    assert "- [ ] accepted by the gate: not met (not graded)" in open_
    assert "- [ ] lines of the gate: not measured" in open_
