"""The items of a look at a log: one for each alert, as in `monitor::drift`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self

import pytest

from punie.monitoring.records import ALERTS, AlertName
from punie.short_failures import ToldError, ToldItem

if TYPE_CHECKING:
    from punie.monitoring.session import MonitorSession

NAME: Final = "monitor"


class AlertError(ToldError):
    """An alert: the message is all there is to show."""


class MonitorNode(pytest.Collector):
    """The log in the collection tree."""

    watch: MonitorSession

    @classmethod
    def of(cls, session: pytest.Session, watch: MonitorSession) -> Self:
        """The node at the top of the tree."""
        node: Self = cls.from_parent(session, name=NAME, nodeid=NAME)
        node.watch = watch
        return node

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each alert."""
        for alert in ALERTS:
            yield AlertItem.of(self, alert)


class AlertItem(ToldItem):
    """Fails when its figure is beyond the alert level; is skipped where it could not be measured."""

    watch: MonitorSession
    alert: AlertName

    @classmethod
    def of(cls, parent: MonitorNode, alert: AlertName) -> Self:
        """The item of `alert`, marked `monitor`."""
        item: Self = cls.from_parent(parent, name=alert)
        item.watch = parent.watch
        item.alert = alert
        item.add_marker("monitor")
        return item

    def runtest(self) -> None:
        """Look at the log, if no other item did yet, and report this figure."""
        found = self.watch.report().alerts[self.alert]
        if found.state == "not measured":
            pytest.skip(found.reason)
        if found.state == "alert":
            raise AlertError(found.reason)
