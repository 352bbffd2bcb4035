from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from evals.contract.acceptances import acceptance, bad, ungradable
from punie.evaluation import Acceptance
from punie.evaluation.report import junit_report, write_junit

NO_CALL = bad("gate", "no_call", "answers in words where a call is expected")


def read(record: Acceptance) -> ET.Element:
    return ET.fromstring(junit_report(record))  # noqa: S314 - our own


def case(root: ET.Element, name: str) -> ET.Element:
    (found,) = root.findall(f"testsuite/testcase[@name='{name}']")
    return found


def properties(element: ET.Element) -> dict[str, str]:
    return {found.get("name", ""): found.get("value", "") for found in element.findall("properties/property")}


def counts(root: ET.Element) -> dict[str, str]:
    return {key: root.get(key, "") for key in ("tests", "failures", "errors", "skipped")}


def test_a_green_run_has_no_failure() -> None:
    assert counts(read(acceptance())) == {"tests": "8", "failures": "0", "errors": "0", "skipped": "0"}


def test_a_missed_query_passes_and_says_that_it_was_missed() -> None:
    found = case(read(acceptance(calls_1=NO_CALL)), "calls-1")

    assert found.find("failure") is None
    assert properties(found)["punie_missed"] == "no_call: answers in words where a call is expected"
    assert properties(found)["label"] == "no_call"
    assert found.findtext("system-out") == "reply"


def test_a_category_that_misses_its_target_and_the_gate_fail() -> None:
    root = read(acceptance(words_1=NO_CALL))
    failed = [found.get("name") for found in root.findall("testsuite/testcase") if found.find("failure") is not None]

    assert failed == ["category[words]", "decision"]
    failure = case(root, "category[words]").find("failure")
    assert failure is not None
    assert failure.get("message") == "words: 50 % (1 of 2), 100 % wanted"


def test_what_has_no_verdict_is_an_error_and_what_was_not_asked_is_skipped() -> None:
    root = read(acceptance(words_1=None, words_2=ungradable()))

    assert counts(root) == {"tests": "8", "failures": "1", "errors": "1", "skipped": "2"}
    assert case(root, "words-1").find("skipped") is not None
    assert case(root, "words-2").find("error") is not None


def test_properties_tell_decision_model_and_rates() -> None:
    root = read(acceptance())
    own, gate = (properties(suite) for suite in root.findall("testsuite"))

    assert (own["strict_rate"], own["interval"], own["target"]) == ("100 %", "57-100", "80 %")
    assert (gate["decision"], gate["model_name"]) == ("DEPLOY", "nano")


def test_characters_that_xml_cannot_hold_are_written_as_escapes() -> None:
    found = case(read(acceptance(calls_1=bad("gate", "no_call", "a\x00\x1b\ud800b"))), "calls-1")

    assert properties(found)["punie_missed"] == r"no_call: a\x00\x1b\ud800b"


def test_times_are_seconds() -> None:
    root = read(acceptance())

    assert (root.get("time"), case(root, "words-1").get("time")) == ("83.200", "0.500")


def test_writing_makes_the_folder(tmp_path: Path) -> None:
    path = write_junit(acceptance(), tmp_path / "new")

    assert path.name == "junit.xml"
    assert ET.parse(path).getroot().tag == "testsuites"  # noqa: S314 - our own
