"""A browser is opened only where it is asked for: `-m browser`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.browser.chromium import Page, chromium
from evals.browser.sample_runs import Sample, sample

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not re.search(r"\bbrowser\b", config.option.markexpr):
        own = [item for item in items if item.path.is_relative_to(HERE)]
        items[:] = [item for item in items if item not in own]
        if own:
            config.hook.pytest_deselected(items=own)


@pytest.fixture(scope="session")
def browser() -> Iterator[Page]:
    with chromium() as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Page:
    """A page that prefers light, with nothing said or asked yet."""
    browser.open(HERE / "empty.html")
    browser.run("localStorage.clear()")
    browser.emulate("light")
    browser.complaints()
    browser.requests()
    return browser


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A run of 120 queries with hostile replies, a baseline, losses and earlier runs."""
    return sample(tmp_path_factory.mktemp("small"), 120)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A run of 10,000 queries."""
    return sample(tmp_path_factory.mktemp("large"), 10_000)
