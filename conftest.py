"""Shared by all rooms: pytest's own test fixtures and the Hypothesis profiles."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["pytester", "fixtures.replies", "fixtures.tiny_model", "fixtures.workspace_repository"]

settings.register_profile("default", max_examples=50, derandomize=True, deadline=None)
# chosen with --hypothesis-profile=nightly
settings.register_profile("nightly", max_examples=10_000, deadline=None)
settings.load_profile("default")
