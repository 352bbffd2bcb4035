"""Stand-ins and strategies for tests, other people's included."""

from punie.testing.scripted import ScriptedModel

__all__ = ["ScriptedModel"]
