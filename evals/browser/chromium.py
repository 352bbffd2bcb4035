"""A headless Chromium of this machine, with what it asked of the network and what its console said."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ("--headless=new", "--disable-gpu", "--force-prefers-reduced-motion", "--window-size=1280,1000")


class Page:
    """
    A report in the browser.

    Args:
        driver: of selenium.

    """

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - selenium is optional and loaded late
        self.driver = driver

    def open(self, file: Path, fragment: str = "") -> None:
        """Load a file from disk."""
        self.driver.get(file.resolve().as_uri() + fragment)

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """The value that a script returns in the page."""
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        """The text of the first element, as it is shown."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def count(self, selector: str) -> int:
        """How many elements there are."""
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def click(self, selector: str) -> None:
        """A real click in the middle of the first element."""
        self.driver.find_element("css selector", selector).click()

    def type(self, selector: str, text: str) -> None:
        """Real keys."""
        self.driver.find_element("css selector", selector).send_keys(text)

    def choose(self, selector: str, value: str) -> None:
        """An option of a select, by its value."""
        self.click(f'{selector} option[value="{value}"]')

    def emulate(self, scheme: str) -> None:
        """Let the system prefer light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def complaints(self) -> list[str]:
        """What the console said since the last call: errors, warnings, refused scripts."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses asked for since the last call."""
        told = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a new browser; the test fails in one line where there is no browser."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        missing = "chromedriver" if browser else "Chromium"
        pytest.fail(f"{missing} is not installed: on Debian, apt-get install chromium chromium-driver", pytrace=False)
    try:
        from selenium.webdriver import Chrome, ChromeOptions
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        pytest.fail("selenium is not installed: run tox -e browser", pytrace=False)
    options = ChromeOptions()
    options.binary_location = browser
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--force-prefers-reduced-motion",
        "--window-size=1280,1000",
        *_as_root(),
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = Chrome(options=options, service=Service(executable_path=driver))
    try:
        yield Page(running)
    finally:
        running.quit()


def _as_root() -> tuple[str, ...]:
    """Chromium's sandbox and shared memory do not work for root in a container."""
    return ("--no-sandbox", "--disable-dev-shm-usage") if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
