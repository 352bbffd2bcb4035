"""Evidence from reading the code: follows values through the parts of it that would run."""

from punie.evaluation.grading.static.follow import follow

__all__ = ["follow"]
