"""Generators of training examples, one file per family; `make_dataset` makes every data set that has a name."""

from punie.training.examples.named import dataset_names, make_dataset, make_merge
from punie.training.examples.presets import PRESETS, generate
from punie.training.examples.sources import SOURCES, make_source

__all__ = ["PRESETS", "SOURCES", "dataset_names", "generate", "make_dataset", "make_merge", "make_source"]
