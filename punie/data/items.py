"""The items of a check: one for each rule, as in `dataset::preamble`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self

import pytest

from punie.short_failures import ToldError, ToldItem
from punie.training.reports.table import finding_lines
from punie.training.rules import RULES

if TYPE_CHECKING:
    from punie.data.session import DataSession

NAME: Final = "dataset"
WARNED: Final = "punie_warned"  # the property of a report that tells what a rule warns of
_SHOWN: Final = 10


class FoundError(ToldError):
    """Findings, or data that cannot be checked: the message is all there is to show."""


class DatasetNode(pytest.Collector):
    """The dataset in the collection tree."""

    data: DataSession

    @classmethod
    def of(cls, session: pytest.Session, data: DataSession) -> Self:
        """The node at the top of the tree."""
        node: Self = cls.from_parent(session, name=NAME, nodeid=NAME)
        node.data = data
        return node

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each rule, in the order of their list."""
        for rule in RULES:
            yield RuleItem.of(self, rule)


class RuleItem(ToldItem):
    """Fails when its rule found an error; warnings pass under a word of their own."""

    data: DataSession

    @classmethod
    def of(cls, parent: DatasetNode, rule: str) -> Self:
        """The item of `rule`, marked `data`; `-k` finds it by the severity, too."""
        item: Self = cls.from_parent(parent, name=rule)
        item.data = parent.data
        item.extra_keyword_matches.add(RULES[rule].severity)
        item.add_marker("data")
        return item

    def runtest(self) -> None:
        """Check the dataset, if no other item did yet, and report this rule."""
        report = self.data.report()
        if self.name in report.unasked:
            pytest.skip(report.unasked[self.name])
        findings = report.by_rule.get(self.name, ())
        if not findings:
            return
        lines = finding_lines(findings, _SHOWN)
        if any(finding.severity == "error" for finding in findings):
            raise FoundError("\n".join([f"{len(findings)} found; {RULES[self.name].hint}", *lines]))
        self.user_properties.append((WARNED, "\n".join(lines)))


def is_warned(report: pytest.CollectReport | pytest.TestReport) -> bool:
    """Whether the report is about a rule that warns."""
    return isinstance(report, pytest.TestReport) and report.when == "call" and WARNED in dict(report.user_properties)
