"""All families, in the groups that presets give shares to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from punie.training.examples import (
    conversations,
    fields_git,
    fields_navigation,
    fields_quality,
    files,
    git,
    navigation,
    quality,
    words,
)
from punie.training.examples.draft import Intent

GROUPS: Final[Mapping[str, tuple[Intent, ...]]] = MappingProxyType(
    {
        "calls": (
            *quality.INTENTS,
            *navigation.INTENTS,
            *git.INTENTS,
            *files.INTENTS,
            *fields_quality.INTENTS,
            *fields_git.INTENTS,
            *fields_navigation.INTENTS,
        ),
        "conversations": conversations.INTENTS,
        "words": words.INTENTS,
    }
)
