"""
Stand-ins for tests, other people's included: spies for every tool, the records that they answer, scripted models.

Strategies for property tests of parsers stand in `punie.testing.strategies`, which needs the extra `punie[testing]`.
"""

from punie.testing.records import dirty_records, empty_records
from punie.testing.scripted import ScriptedModel
from punie.testing.spies import SpyCall, SpyTools

__all__ = ["ScriptedModel", "SpyCall", "SpyTools", "dirty_records", "empty_records"]
