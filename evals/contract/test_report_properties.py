from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from evals.contract.acceptances import acceptance, bad
from evals.contract.html_elements import Elements
from punie.evaluation.report import junit_report
from punie.evaluation.report.highlighting import highlighted
from punie.evaluation.report.html import embedded
from punie.evaluation.report.markup import tag

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda children: st.lists(children) | st.dictionaries(ANY_TEXT, children),
    max_leaves=8,
)


@given(JSON)
def test_embedded_data_is_plain_ascii_without_markup_and_reads_back(data: object) -> None:
    text = embedded(data)

    # a pair of surrogates is one character when it is read again
    assert json.loads(text) == json.loads(json.dumps(data))
    assert text.isascii()
    assert not set(text) & set("<>&")


@given(ANY_TEXT, ANY_TEXT)
def test_text_never_makes_an_element_or_an_attribute(child: str, value: str) -> None:
    found = Elements(tag("p", child, title=value))

    assert (found.names, found.attributes) == (["p"], ["title"])


@given(st.text(max_size=80))
def test_highlighting_loses_no_text(code: str) -> None:
    text, marks = highlighted(code)

    assert sum(marks[::2]) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert text.splitlines() == code.replace("\r\n", "\n").replace("\r", "\n").splitlines()


@given(ANY_TEXT)
def test_any_reason_gives_readable_xml(reason: str) -> None:
    root = ET.fromstring(junit_report(acceptance(calls_1=bad("gate", "no_call", reason))))  # noqa: S314 - our own

    assert root.get("tests") == "8"
