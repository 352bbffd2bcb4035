"""Stand-ins and strategies for tests, other people's included."""

from punie.testing.records import dirty_records, empty_records
from punie.testing.scripted import ScriptedModel
from punie.testing.spies import SpyCall, SpyTools

__all__ = ["ScriptedModel", "SpyCall", "SpyTools", "dirty_records", "empty_records"]
