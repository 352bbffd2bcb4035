"""What a layer says: passed or failed, why, and with which label of a closed list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Label = Literal[
    "no_call",
    "promise_only",
    "called_when_should_not",
    "malformed",
    "wrong_tool",
    "wrong_arguments",
    "invented_field",
    "not_executed",
    "failed_at_run_time",
    "no_output",
    "incomplete_chain",
    "wrong_fact",
    "truncated",
    "repetition",
    "empty",
]
LABELS: Final[tuple[Label, ...]] = get_args(Label)

Layer = Literal[
    "gate",
    "extraction",
    "syntax",
    "execution",
    "tools",
    "arguments",
    "fields",
    "output",
    "completeness",
    "mentions",
    "sanity",
]
# In the order in which they are judged: the first that fails gives the label.
LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)


@dataclass(frozen=True, slots=True)
class LayerVerdict:
    """One layer's verdict on one turn: a failed one has a label, every one a reason of one line."""

    layer: Layer
    passed: bool
    reason: str
    label: Label | None = None


def passed(layer: Layer, reason: str) -> LayerVerdict:
    """The layer found what it wanted."""
    return LayerVerdict(layer, passed=True, reason=reason)


def failed(layer: Layer, label: Label, reason: str) -> LayerVerdict:
    """The layer missed something."""
    return LayerVerdict(layer, passed=False, reason=reason, label=label)
