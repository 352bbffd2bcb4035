"""All families, in the groups that presets give shares to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from punie.training.examples import (
    chains,
    comparisons,
    conversations,
    corrections,
    fields_git,
    fields_navigation,
    fields_quality,
    fields_tests,
    files,
    flows,
    followups,
    git,
    identity,
    navigation,
    outputs,
    positions,
    quality,
    reports,
    symbol_flows,
    words,
    workflows,
)
from punie.training.examples.draft import Intent

GROUPS: Final[Mapping[str, tuple[Intent, ...]]] = MappingProxyType(
    {
        "single": (*quality.INTENTS, *navigation.INTENTS, *git.INTENTS, *files.INTENTS, *corrections.INTENTS),
        "identity": identity.INTENTS,
        "fields": (
            *reports.FIELD_INTENTS,
            *fields_quality.INTENTS,
            *fields_tests.INTENTS,
            *fields_git.INTENTS,
            *fields_navigation.INTENTS,
        ),
        "workflows": (
            *workflows.INTENTS,
            *flows.INTENTS,
            *symbol_flows.INTENTS,
            *comparisons.INTENTS,
            *positions.INTENTS,
            *reports.INTENTS,
            *chains.AT_ONCE,
        ),
        "conversations": (*conversations.INTENTS, *chains.INTENTS, *outputs.INTENTS, *followups.INTENTS),
        "words": words.INTENTS,
    }
)
