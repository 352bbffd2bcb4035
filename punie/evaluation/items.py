"""The items of a suite: one for each query, one for each category, one for the gate, as in `57::gate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Self

import pytest

from punie.evaluation.models.protocol import UNASKED
from punie.evaluation.records import QueryResult
from punie.evaluation.report.text import printable
from punie.evaluation.suite import Query, Suite
from punie.short_failures import ToldError, ToldItem

if TYPE_CHECKING:
    from punie.evaluation.session import EvalSession

MISSED: Final = "punie_missed"  # the property of a report that tells a missed query, with the reason
NOTE: Final = "punie_note"  # the attribute of a report that carries an item's note to where the decision is taken


class NotMetError(ToldError):
    """A measured result, no fault of the program: the message is all there is to show."""


class SuiteNode(pytest.Collector):
    """A suite in the collection tree; its node id is the suite's name."""

    suite: Suite
    evaluation: EvalSession

    @classmethod
    def of(cls, session: pytest.Session, suite: Suite, evaluation: EvalSession) -> Self:
        """The suite's node, at the top of the tree."""
        node: Self = cls.from_parent(session, name=suite.name, nodeid=suite.name)
        node.suite = suite
        node.evaluation = evaluation
        return node

    def collect(self) -> Iterator[pytest.Item]:
        """Queries in the suite's order, then categories, then the gate."""
        for query in self.suite.queries:
            yield QueryItem.of(self, query.id, query)
        for category in dict.fromkeys(query.category for query in self.suite.queries):
            yield CategoryItem.of(self, f"category[{category}]", category)
        yield GateItem.of(self, "gate", self.suite)


class SuiteItem(ToldItem):
    """What the items of a suite share: the marker, the way to the evaluation, and short failures."""

    subject: Any
    note: dict[str, Any]

    @classmethod
    def of(cls, parent: SuiteNode, name: str, subject: Query | Suite | str) -> Self:
        """An item below `parent`, marked `eval`; its note, in values of JSON, goes out with its report."""
        item: Self = cls.from_parent(parent, name=name)
        item.subject = subject
        item.note = {}
        item.add_marker("eval")
        return item

    @property
    def node(self) -> SuiteNode:
        """The suite's node."""
        if not isinstance(self.parent, SuiteNode):
            message = f"{self.nodeid} stands below {self.parent!r}, not below a suite"
            raise TypeError(message)
        return self.parent


class QueryItem(SuiteItem):
    """Measures one query: passes or is MISSED, and fails only when it cannot be graded."""

    subject: Query

    @classmethod
    def of(cls, parent: SuiteNode, name: str, subject: Query | Suite | str) -> Self:
        """An item that `-k` finds by its category, too."""
        item = super().of(parent, name, subject)
        item.extra_keyword_matches.add(item.subject.category)
        return item

    def runtest(self) -> None:
        """Ask and grade what was selected, if nobody did yet, and report this query."""
        result = self.node.evaluation.result(self, self.subject)
        if result.reason.startswith(UNASKED):
            pytest.skip(result.reason)
        if result.strict is None:
            message = f"{self.subject.id} could not be graded: {result.reason}"
            raise NotMetError(message)
        if not result.strict:
            self.user_properties.append((MISSED, f"{result.label}: {result.reason}"))


class CategoryItem(SuiteItem):
    """Fails when the category misses its target."""

    subject: str

    def runtest(self) -> None:
        """Compare the category's strict rate with its target."""
        self.node.evaluation.judge_category(self, self.subject)


class GateItem(SuiteItem):
    """Fails unless the suite's decision is DEPLOY."""

    subject: Suite

    def runtest(self) -> None:
        """Decide on the selected queries of this suite; the run's own decision is taken at its end."""
        self.node.evaluation.judge_suite(self)


def query_status(
    report: pytest.CollectReport | pytest.TestReport,
) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """
    How pytest shows the verdict on a query: MISSED beside PASSED and FAILED.

    With `-v` the word is followed by the seconds that the replies took, if any, and by the reason.
    """
    note = getattr(report, NOTE, {})
    if "result" not in note or report.skipped:
        return None
    result = QueryResult.model_validate(note["result"])
    if report.failed:
        return "failed", "F", (f"FAILED{_told(result)}", {"red": True})
    if result.strict:
        return "passed", ".", (f"PASSED{_told(result)}", {"green": True})
    return "missed", "m", (f"MISSED{_told(result)}", {"yellow": True})


def _told(result: QueryResult) -> str:
    seconds = "cached" if result.cached else f"{result.seconds:.1f} s" if result.seconds else ""
    label = f"{result.label}: " if result.label else ""
    reason = "" if result.strict else printable(f"{label}{result.reason}")
    told = ", ".join(filter(None, [seconds, reason]))
    return f" ({told})" if told else ""
