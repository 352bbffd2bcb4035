from __future__ import annotations

from evals.contract.html_elements import Elements
from punie.evaluation.report.markup import Html, joined, tag

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&amp;<!--\x00\x1b[31m\u2028\ud800"


def test_text_and_attributes_cannot_become_markup() -> None:
    read = Elements(tag("p", HOSTILE, title=HOSTILE))

    assert read.names == ["p"]
    assert read.attributes == ["title"]


def test_text_can_be_written_to_a_file() -> None:
    assert "\x1b" not in tag("p", HOSTILE, title=HOSTILE)
    assert tag("p", HOSTILE).encode("utf-8")


def test_markup_inside_markup_stays_as_it_is() -> None:
    assert tag("ul", tag("li", "a < b")) == "<ul><li>a &lt; b</li></ul>"
    assert joined([Html("<br>"), "<br>"]) == "<br>&lt;br&gt;"


def test_markup_that_was_put_together_as_text_is_escaped_again() -> None:
    assert tag("p", str(tag("b", "x")) + "y") == "<p>&lt;b&gt;x&lt;/b&gt;y</p>"


def test_attributes_are_left_out_or_bare_or_valued() -> None:
    written = tag("a", one=None, two=False, three=True, class_="x", data_y=1.5)

    assert written == '<a three class="x" data-y="1.5"></a>'


def test_void_elements_are_not_closed() -> None:
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8">'
