from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.replies import RecordedRun
from punie.rootdir import join_values

SHORT = "[pytest]\naddopts = -p punie.short_options\n"


@pytest.mark.parametrize(
    ("args", "joined"),
    [
        (["--model", "there"], ["--model=there"]),
        (["--model", "nowhere"], ["--model", "nowhere"]),
        (["--model"], ["--model"]),
        (["--model=there", "-q"], ["--model=there", "-q"]),
        (["-m", "eval", "--model", "there", "there"], ["-m", "eval", "--model=there", "there"]),
        (["--live", "--model", "there"], ["--live", "--model=there"]),
        (["--live", "there"], ["--live=there"]),
        (["--other", "there"], ["--other", "there"]),
        (["--", "--model", "there"], ["--", "--model", "there"]),
    ],
    ids=" ".join,
)
def test_only_an_option_of_ours_takes_the_path_that_follows(tmp_path: Path, args: list[str], joined: list[str]) -> None:
    (tmp_path / "there").mkdir()

    assert list(join_values(args, {"--live", "--model"}, tmp_path)) == joined


@pytest.mark.parametrize(("prefix", "configuration"), [("--", SHORT), ("--punie-", "[pytest]\n"), ("--punie-", "")])
def test_a_path_elsewhere_leaves_the_root_where_the_user_stands(
    recorded_run: RecordedRun,
    pytester: pytest.Pytester,
    capsys: pytest.CaptureFixture[str],
    prefix: str,
    configuration: str,
) -> None:
    elsewhere = pytester.mkdir("elsewhere").rename(pytester.path.with_name(f"{pytester.path.name}-elsewhere"))
    if configuration:
        recorded_run.write("pytest.ini", configuration)
    suite = recorded_run.suite.rename(elsewhere / "facts.jsonl")
    replay = recorded_run.replies().rename(elsewhere / "replies.jsonl")
    values = {"suite": suite, "replay": replay, "results": elsewhere}
    args = [text for name, value in values.items() for text in (f"{prefix}{name}", str(value))]
    with pytest.raises(SystemExit) as ended:
        pytester.inline_run("-p", "no:cacheprovider", "-m", "eval", *args)

    assert ended.value.code == 0
    assert f"rootdir: {pytester.path}\n" in capsys.readouterr().out


def test_options_of_that_name_that_are_not_ours_stay_untouched(pytester: pytest.Pytester) -> None:
    elsewhere = pytester.mkdir("elsewhere")
    pytester.makeconftest("def pytest_addoption(parser): parser.addoption('--model', action='store_true')")
    (elsewhere / "test_own.py").write_text(
        "def test_own(pytestconfig): assert pytestconfig.option.model", encoding="utf-8"
    )
    result = pytester.runpytest_inprocess("--model", str(elsewhere))

    assert result.parseoutcomes() == {"passed": 1}
