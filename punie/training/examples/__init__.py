"""Generators of training examples, one file per family; `generate` draws a data set from a named mixture."""

from punie.training.examples.presets import PRESETS, generate

__all__ = ["PRESETS", "generate"]
