"""The short spellings of the plugin's options (`--model` for `--punie-model`); opt in with `-p punie.short_options`."""

from __future__ import annotations

import pytest

from punie.command_line import add_options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register each option a second time, with the same destination."""
    add_options(parser, prefix="--")
