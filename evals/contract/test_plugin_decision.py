from __future__ import annotations

import pytest

from fixtures.replies import FACTS, RecordedRun
from punie.evaluation import judge


def test_right_replies_are_deployed(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade()

    assert result.ret == 0
    assert recorded_run.acceptance["decision"] == "DEPLOY"


def test_a_missed_query_has_its_own_outcome(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade("-v", "--color=yes", wrong=("dogs",))

    result.stdout.fnmatch_lines(["*facts::sky *\x1b[[]32mPASSED*", "*facts::dogs *\x1b[[]33mMISSED*"])
    result.stdout.re_match_lines([r".*1 missed.*"])


def test_a_missed_query_has_its_own_letter(recorded_run: RecordedRun) -> None:
    recorded_run.grade(wrong=("grass",)).stdout.fnmatch_lines(["facts .m......*"])


def test_a_missed_query_fails_nothing_by_itself(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade(wrong=("dogs",))

    assert result.parseoutcomes() == {"passed": 7, "missed": 1}
    assert result.ret == 0


@pytest.mark.parametrize(
    ("wrong", "decision", "status"),
    [
        ((), "DEPLOY", 0),
        (("sky",), "DEPLOY", 0),
        (("sky", "grass"), "INVESTIGATE", 1),
        (tuple(FACTS), "INVESTIGATE", 1),
    ],
)
def test_the_exit_status_follows_the_decision(
    recorded_run: RecordedRun, wrong: tuple[str, ...], decision: str, status: int
) -> None:
    result = recorded_run.grade(wrong=wrong)

    assert (recorded_run.acceptance["decision"], result.ret) == (decision, status)
    result.stdout.fnmatch_lines([f"*{decision}*"])


def test_a_category_below_its_target_fails_and_stands_against_deployment(recorded_run: RecordedRun) -> None:
    recorded_run.write(
        "evals/gate.toml",
        "schema = 1\nbands = {deploy = 80, augment = 70}\nsuites.facts.targets = {colours = 60, legs = 100}\n",
    )
    result = recorded_run.grade("-v", wrong=("dogs",))

    result.stdout.fnmatch_lines(["*category?colours? PASSED*", "*category?legs? FAILED*"])
    result.stdout.fnmatch_lines(["*legs 50 % (1 of 2), 100 % wanted: missed*"])
    assert (recorded_run.acceptance["decision"], result.ret) == ("AUGMENT", 1)


def test_the_gate_item_says_why_there_is_no_deployment(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade("-v", wrong=("sky", "grass"))

    result.stdout.fnmatch_lines(["*facts::gate FAILED*", "*INVESTIGATE*", "*facts: overall*60 % (3 of 5)*"])


def test_a_query_without_a_recorded_reply_makes_the_run_incomplete(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade("-v", left_out=("ants",))

    result.stdout.fnmatch_lines(["*facts::ants SKIPPED*"])
    assert (recorded_run.acceptance["decision"], result.ret) == ("INCOMPLETE", 1)


def test_a_query_that_cannot_be_graded_fails(recorded_run: RecordedRun) -> None:
    recorded_run.replies()
    replay = recorded_run.write("extra.jsonl", '{"id": "sky", "replies": ["It is blue.", "It is still blue."]}')
    options = [f"--punie-suite={recorded_run.suite}", f"--punie-replay={replay}"]
    result = recorded_run.run("-m", "eval", "-v", *options, f"--punie-results={recorded_run.results}")

    result.stdout.fnmatch_lines(["*facts::sky FAILED (2 replies for 1 turn*"])
    assert recorded_run.acceptance["decision"] == "INCOMPLETE"


@pytest.mark.parametrize(
    "part",
    [
        ("-k", "sky or grass"),
        ("-k", "not dogs"),
        ("-k", "gate"),
        ("facts::sky",),
        ("facts::gate",),
        ("--deselect", "facts::dogs"),
    ],
    ids=" ".join,
)
def test_a_part_of_the_queries_is_never_deployed(recorded_run: RecordedRun, part: tuple[str, ...]) -> None:
    result = recorded_run.grade(*part)

    assert (recorded_run.acceptance["decision"], result.ret) == ("INCOMPLETE", 1)


def test_another_failed_item_stands_against_deployment(recorded_run: RecordedRun) -> None:
    recorded_run.write("test_own.py", "import pytest\n@pytest.mark.eval\ndef test_own(): assert False\n")
    result = recorded_run.grade()

    assert (recorded_run.acceptance["decision"], result.ret) == ("AUGMENT", 1)
    assert recorded_run.acceptance["failed_items"] == ["test_own.py::test_own"]


def test_a_file_that_cannot_be_collected_stands_against_deployment(recorded_run: RecordedRun) -> None:
    recorded_run.write("test_broken.py", "import nothing_of_that_name\n")
    result = recorded_run.grade("--continue-on-collection-errors")

    assert (recorded_run.acceptance["decision"], result.ret) == ("AUGMENT", 1)


def test_stopping_at_the_first_failure_is_never_deployed(recorded_run: RecordedRun) -> None:
    recorded_run.write("test_own.py", "import pytest\n@pytest.mark.eval\ndef test_own(): assert False\n")
    result = recorded_run.grade("-x")

    assert (recorded_run.acceptance["decision"], result.ret) == ("INCOMPLETE", 1)


def test_an_interrupted_run_is_put_on_record_as_incomplete(recorded_run: RecordedRun) -> None:
    recorded_run.write("test_own.py", "import pytest\n@pytest.mark.eval\ndef test_own(): pytest.exit('enough')\n")
    result = recorded_run.grade()

    assert (recorded_run.acceptance["decision"], result.ret) == ("INCOMPLETE", 2)


def test_the_record_can_be_judged_again(recorded_run: RecordedRun) -> None:
    recorded_run.grade(wrong=("sky", "grass"))

    assert judge(recorded_run.results).name == "INVESTIGATE"


def test_a_report_in_markdown_stands_beside_the_record(recorded_run: RecordedRun) -> None:
    recorded_run.grade()

    assert "DEPLOY" in (recorded_run.results / "report.md").read_text(encoding="utf-8")


def test_listing_items_decides_nothing(recorded_run: RecordedRun) -> None:
    result = recorded_run.grade("--collect-only", "-q")

    result.stdout.fnmatch_lines(["facts::sky", "facts::category?legs?", "facts::gate"])
    assert not recorded_run.results.exists()


def test_the_worst_of_two_suites_counts(recorded_run: RecordedRun) -> None:
    other = recorded_run.write(
        "other.yaml",
        "- {id: sea, category: colours, prompt: Tell me about the sea., expect: {tools: [], mentions: [salty]}}\n",
    )
    replay = recorded_run.replies()
    replay.write_text(replay.read_text(encoding="utf-8") + '\n{"id": "sea", "replies": ["Nobody knows it."]}')
    options = [f"--punie-suite={recorded_run.suite}", f"--punie-suite={other}", f"--punie-replay={replay}"]
    result = recorded_run.run("-m", "eval", "-v", *options, f"--punie-results={recorded_run.results}")

    result.stdout.fnmatch_lines(["*facts::gate PASSED*", "*other::gate FAILED*"])
    assert (recorded_run.acceptance["decision"], result.ret) == ("INVESTIGATE", 1)
