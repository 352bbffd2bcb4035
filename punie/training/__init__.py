"""Training data: the records, their files and their checks."""

from punie.training.dataset import ChatMessage, TrainingDataset, TrainingExample
from punie.training.dataset_io import read_dataset, write_dataset
from punie.training.dataset_validation import validate_dataset
from punie.training.finding import Finding

__all__ = (
    "ChatMessage",
    "Finding",
    "TrainingDataset",
    "TrainingExample",
    "read_dataset",
    "validate_dataset",
    "write_dataset",
)
