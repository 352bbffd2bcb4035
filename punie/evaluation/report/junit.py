"""The run as JUnit XML, for the test view of a CI system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from punie.evaluation.records import Acceptance, QueryResult, Rates, SuiteResult
from punie.evaluation.report.text import interval, percent
from punie.whole_files import write_whole

FILE_NAME: Final = "junit.xml"
_MOST: Final = 20_000  # characters of replies for each query


def write_junit(acceptance: Acceptance, results_dir: Path) -> Path:
    """Write `junit.xml` into a folder, made if absent; the path written."""
    results_dir.mkdir(parents=True, exist_ok=True)
    return write_whole(results_dir / FILE_NAME, [junit_report(acceptance)])


def junit_report(acceptance: Acceptance) -> str:
    """
    The items as test cases, in the meaning that they have in the run.

    A missed query was measured: it passes, and its properties say that it was missed. A query without verdict is an
    error, one that was not asked is skipped; a category that misses its target fails, and so does the gate of a run
    that is not DEPLOY.
    """
    root = ET.Element("testsuites", name="punie")
    for name, suite in acceptance.suites.items():
        root.append(_suite(acceptance, name, suite))
    root.append(_gate(acceptance))
    totals = {key: sum(int(own.get(key, 0)) for own in root) for key in ("tests", "failures", "errors", "skipped")}
    root.attrib.update({key: str(value) for key, value in totals.items()})
    root.set("time", f"{acceptance.seconds or 0:.3f}")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(acceptance: Acceptance, name: str, suite: SuiteResult) -> ET.Element:
    cases = [_query(name, own, category, acceptance.queries.get(own)) for own, category in suite.queries.items()]
    cases += [_category(name, category, rates) for category, rates in suite.categories.items()]
    seconds = sum(acceptance.queries[own].timed or 0 for own in suite.queries if own in acceptance.queries)
    facts = {"suite": name, "suite_digest": suite.digest, **_told(suite.overall)}
    return _counted(_clean(name), cases, facts, seconds)


def _gate(acceptance: Acceptance) -> ET.Element:
    case = _case("gate", "decision", 0, {"decision": acceptance.decision})
    if acceptance.decision != "DEPLOY":
        _say(case, "failure", f"{acceptance.decision}: {'; '.join(acceptance.reasons)}")
    facts = {f"model_{name}": str(value) for name, value in acceptance.model.items()}
    return _counted("gate", [case], {"decision": acceptance.decision, "gate_digest": acceptance.gate, **facts}, 0)


def _query(suite: str, name: str, category: str, result: QueryResult | None) -> ET.Element:
    if result is None:
        case = _case(f"{suite}.{category}", name, 0, {})
        _say(case, "skipped", "not asked")
        return case
    told = {"strict": result.strict, "soft": result.soft, "label": result.label, "failed_layer": result.failed_layer}
    facts = {key: str(value).lower() for key, value in told.items() if value is not None}
    missed = {"punie_missed": f"{result.label}: {result.reason}"} if result.strict is False else {}
    case = _case(f"{suite}.{category}", name, result.timed or 0, {"category": category, **facts, **missed})
    if result.strict is None:
        _say(case, "error", f"could not be graded: {result.reason}")
    if result.strict is not True and result.replies:
        ET.SubElement(case, "system-out").text = _clean("\n\n".join(result.replies)[:_MOST])
    return case


def _category(suite: str, category: str, rates: Rates) -> ET.Element:
    case = _case(suite, f"category[{category}]", 0, {"category": category, **_told(rates)})
    if rates.strict is None:
        _say(case, "skipped", "nothing was graded")
    elif rates.target is not None and rates.strict < rates.target - 1e-9:
        graded = rates.asked - rates.ungradable
        rate = f"{percent(rates.strict)} ({rates.passed} of {graded})"
        _say(case, "failure", f"{category}: {rate}, {100 * rates.target:g} % wanted")
    return case


def _told(rates: Rates) -> dict[str, str]:
    target = "-" if rates.target is None else f"{100 * rates.target:g} %"
    return {
        "passed": f"{rates.passed}/{rates.asked - rates.ungradable}",
        "strict_rate": percent(rates.strict),
        "interval": interval(rates.interval),
        "soft_rate": percent(rates.soft),
        "target": target,
    }


def _counted(name: str, cases: Iterable[ET.Element], facts: Mapping[str, str], seconds: float) -> ET.Element:
    element = ET.Element("testsuite", name=name)
    element.append(_properties(facts))
    element.extend(cases)
    element.set("tests", str(len(element.findall("testcase"))))
    for key, outcome in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
        element.set(key, str(len(element.findall(f"testcase/{outcome}"))))
    element.set("time", f"{seconds:.3f}")
    return element


def _case(place: str, name: str, seconds: float, facts: Mapping[str, str]) -> ET.Element:
    case = ET.Element("testcase", classname=_clean(place), name=_clean(name), time=f"{seconds:.3f}")
    if facts:
        case.append(_properties(facts))
    return case


def _properties(facts: Mapping[str, str]) -> ET.Element:
    element = ET.Element("properties")
    for name, value in facts.items():
        ET.SubElement(element, "property", name=_clean(name), value=_clean(value))
    return element


def _say(case: ET.Element, outcome: str, message: str) -> None:
    ET.SubElement(case, outcome, message=_clean(message))


def _clean(text: str) -> str:
    """Text that XML can hold; what it cannot is written as an escape."""
    return "".join(character if _is_allowed(character) else ascii(character)[1:-1] for character in text)


def _is_allowed(character: str) -> bool:
    code = ord(character)
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000  # noqa: PLR2004 - the characters of XML 1.0
